SELECT seq, kind, queue, worker, topic, disposition, reason, attempts
FROM switchboard.event
WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint
ORDER BY seq
