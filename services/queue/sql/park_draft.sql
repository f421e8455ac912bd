-- Keeps a reply for somebody with the authority: it takes over the lease under the token $6, which is its own id unless
-- the clocks disagree. No row: the lease is lost. See settle.sql for the numbers of events.
WITH leased AS MATERIALIZED (
    SELECT dispatch.id, dispatch.shard, dispatch.tenant, dispatch.queue, dispatch.lane, dispatch.position,
           dispatch.worker, dispatch.attempts, inquiry.channel, greatest($6::bigint, $5::bigint + 1) AS own_token
    FROM switchboard.dispatch
    JOIN switchboard.inquiry ON inquiry.id = ANY (ARRAY[dispatch.id]) AND inquiry.shard = dispatch.shard
    WHERE dispatch.queue = $2::integer AND dispatch.lane = $3::integer AND dispatch.position = $4::bigint
      AND dispatch.shard = ($1::bigint & 63)::smallint AND dispatch.id = $1::bigint
      AND dispatch.token = $5::bigint AND dispatch.token <> 0
    FOR UPDATE OF dispatch
), held AS (
    UPDATE switchboard.dispatch SET token = leased.own_token, lease_until = $7::timestamptz
    FROM leased
    WHERE dispatch.queue = ANY (ARRAY[leased.queue]) AND dispatch.lane = leased.lane
      AND dispatch.position = leased.position AND dispatch.shard = leased.shard
), stored AS (
    INSERT INTO switchboard.reply_draft (id, inquiry, shard, tenant, queue, lane, position, token, worker, attempts,
                                         channel, create_time, deadline, request_id, visibility, disposition,
                                         authority_level, at_deadline, reassign_to, text, refusal, holding_reply,
                                         answers)
    SELECT $6::bigint, id, shard, tenant, queue, lane, position, own_token, worker, attempts, channel, $8::timestamptz,
           $9::timestamptz, $10::uuid, $11::smallint, $12::smallint, $13::smallint, $14::smallint, $15::integer,
           $16::text, $17::text, $18::text, $19::text
    FROM leased
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, reason, attempts)
    SELECT id, shard, greatest(own_token, position + 3), tenant, 21, queue, lane, $5::bigint, worker, $17::text, attempts
    FROM leased
)
SELECT id FROM leased
