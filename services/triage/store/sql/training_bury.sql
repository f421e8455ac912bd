UPDATE switchboard.training
SET state = 3, error = 'the process that trained has ended', updated_at = clock_timestamp()
WHERE state = 1 AND updated_at < clock_timestamp() - make_interval(secs => $1::double precision)
