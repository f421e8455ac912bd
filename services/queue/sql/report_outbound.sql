-- Takes a connector's word for a message that it holds, or that it had put off, nobody has taken since, and was delivered
-- after all. The first column is true where that was done now, else the next ones tell what the same token had reported
-- before; the last ones say which message it is, counted from 1. No row: somebody else holds it, or nobody.
WITH known AS MATERIALIZED (
    SELECT channel, seq, shard, coalesce(said, $9::smallint) AS said, gone, due_at, visibility,
           NOT gone AND (token = $4::bigint OR (token = 0 AND $9::smallint = 1)) AS taken
    FROM switchboard.outbound
    WHERE channel = $1::smallint AND seq = $2::bigint AND shard = ($3::bigint & 63)::smallint AND id = $3::bigint
      AND $4::bigint <> 0 AND ((token = $4::bigint AND NOT gone) OR reported = $4::bigint)
    FOR UPDATE
), reported AS (
    UPDATE switchboard.outbound
    SET token = 0, lease_until = NULL, reported = $4::bigint, said = $9::smallint, gone = NOT $7::boolean,
        due_at = $5::timestamptz,
        attempts = attempts - CASE WHEN $6::boolean THEN 1 ELSE 0 END, reason = $8::text
    FROM known
    WHERE known.taken AND outbound.channel = known.channel AND outbound.seq = known.seq AND outbound.shard = known.shard
)
SELECT taken, said, gone, due_at, visibility, (
           SELECT count(*) FROM switchboard.message
           WHERE message.id = $3::bigint AND message.shard = ($3::bigint & 63)::smallint AND message.seq <= $2::bigint)
FROM known
