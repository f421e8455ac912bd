-- Opens the private leg of a leased inquiry, or leads it elsewhere, and notes it with the number $6.
WITH leased AS MATERIALIZED (
    SELECT id, shard, tenant, queue, lane, worker, attempts
    FROM switchboard.dispatch
    WHERE queue = $2::integer AND lane = $3::integer AND position = $4::bigint
      AND shard = ($1::bigint & 63)::smallint AND id = $1::bigint AND token = $5::bigint AND token <> 0
    FOR UPDATE
), opened AS (
    INSERT INTO switchboard.private_leg (id, tenant, shard, channel, address)
    SELECT id, tenant, shard, $7::smallint, $8::text FROM leased
    ON CONFLICT (id, shard) DO UPDATE SET channel = excluded.channel, address = excluded.address
)
INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, reason, attempts)
SELECT id, shard, $6::bigint, tenant, 27, queue, lane, $5::bigint, worker, $9::text, attempts FROM leased
