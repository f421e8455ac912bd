-- Takes a connector's word for a message that it holds. True: done now; false: the same token had reported before; no row:
-- somebody else holds it, or nobody.
WITH known AS MATERIALIZED (
    SELECT channel, seq, shard, token = $4::bigint AND NOT gone AS held
    FROM switchboard.outbound
    WHERE channel = $1::smallint AND seq = $2::bigint AND shard = ($3::bigint & 63)::smallint AND id = $3::bigint
      AND $4::bigint <> 0 AND ((token = $4::bigint AND NOT gone) OR reported = $4::bigint)
    FOR UPDATE
), reported AS (
    UPDATE switchboard.outbound
    SET token = 0, lease_until = NULL, reported = $4::bigint, gone = NOT $7::boolean,
        due_at = $5::timestamptz,
        attempts = attempts - CASE WHEN $6::boolean THEN 1 ELSE 0 END, reason = $8::text
    FROM known
    WHERE known.held AND outbound.channel = known.channel AND outbound.seq = known.seq AND outbound.shard = known.shard
)
SELECT held FROM known
