SELECT count(*) FROM switchboard.correction WHERE state = 1
