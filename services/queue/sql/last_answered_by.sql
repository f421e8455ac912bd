-- Whose reply went out last, or who settled it last.
SELECT worker FROM switchboard.event
WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint AND kind IN (3, 17) AND worker IS NOT NULL
ORDER BY seq DESC
LIMIT 1
