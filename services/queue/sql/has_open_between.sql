-- Is any inquiry with an id from $1 up to, not including, $2 still open?
SELECT EXISTS (SELECT 1 FROM switchboard.dispatch WHERE id >= $1::bigint AND id < $2::bigint)
    OR EXISTS (SELECT 1 FROM switchboard.delayed WHERE id >= $1::bigint AND id < $2::bigint)
    OR EXISTS (SELECT 1 FROM switchboard.dead_letter WHERE id >= $1::bigint AND id < $2::bigint)
