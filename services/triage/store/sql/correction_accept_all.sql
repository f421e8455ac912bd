UPDATE switchboard.correction SET state = 2
WHERE state = 1 AND (SELECT count(*) FROM switchboard.correction WHERE state = 1) >= $1::bigint
