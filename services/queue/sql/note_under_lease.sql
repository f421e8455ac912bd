-- Notes something ($8) about a leased inquiry, which stays as it is; once for each $6. No row: the lease is lost.
WITH leased AS MATERIALIZED (
    SELECT id, shard, tenant, queue, lane, worker, attempts,
           greatest($6::bigint, $5::bigint + 1, $4::bigint + 3) AS seq
    FROM switchboard.dispatch
    WHERE queue = $2::integer AND lane = $3::integer AND position = $4::bigint
      AND shard = ($1::bigint & 63)::smallint AND id = $1::bigint AND token = $5::bigint AND token <> 0
    FOR UPDATE
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, reason, attempts)
    SELECT id, shard, seq, tenant, $8::smallint, queue, lane, $5::bigint, worker, $7::text, attempts FROM leased
    ON CONFLICT DO NOTHING
)
SELECT id FROM leased
