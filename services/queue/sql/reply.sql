-- Sends a reply to a leased inquiry: to its conversation, to the outbound queue of its channel (that of its private leg, where
-- it has one and the reply is private), and to its history. No row: the lease is lost. Gives the number of the event, behind
-- which that of a closing must stand (see settle.sql).
WITH leased AS MATERIALIZED (
    SELECT dispatch.id, dispatch.shard, dispatch.tenant, dispatch.queue, dispatch.lane, dispatch.worker,
           dispatch.attempts, dispatch.claim_time, dispatch.answered, coalesce(private_leg.channel, inquiry.channel) AS channel,
           coalesce(private_leg.address, '') AS address,
           greatest($6::bigint, $5::bigint + 1, $4::bigint + 3) AS seq
    FROM switchboard.dispatch
    JOIN switchboard.inquiry ON inquiry.id = ANY (ARRAY[dispatch.id]) AND inquiry.shard = dispatch.shard
    LEFT JOIN switchboard.private_leg ON private_leg.id = dispatch.id AND private_leg.shard = dispatch.shard
                                     AND $10::smallint = 2
    WHERE dispatch.queue = $2::integer AND dispatch.lane = $3::integer AND dispatch.position = $4::bigint
      AND dispatch.shard = ($1::bigint & 63)::smallint AND dispatch.id = $1::bigint
      AND dispatch.token = $5::bigint AND dispatch.token <> 0
    FOR UPDATE OF dispatch
), marked AS (
    UPDATE switchboard.dispatch SET has_messages = true, answered = true FROM leased
    WHERE dispatch.queue = ANY (ARRAY[leased.queue]) AND dispatch.lane = leased.lane
      AND dispatch.position = $4::bigint AND dispatch.shard = leased.shard
), written AS (
    INSERT INTO switchboard.message (id, shard, seq, tenant, content_hash, create_time, request_id, author, visibility,
                                     text, worker, guidelines, rules, answers)
    SELECT id, shard, $6::bigint, tenant, 0, $8::timestamptz, $7::uuid, $9::smallint, $10::smallint, $11::text, worker,
           $12::text, $13::text, $14::text
    FROM leased
), cited AS (
    INSERT INTO switchboard.answer_use (answer, seq, id, tenant, shard, visibility)
    SELECT answer, $6::bigint, id, tenant, shard, $10::smallint
    FROM leased, unnest(string_to_array(nullif($14::text, ''), ',')) AS used (answer)
), handed_over AS (
    INSERT INTO switchboard.outbound (seq, id, tenant, shard, channel, visibility, text, address)
    SELECT $6::bigint, id, tenant, shard, channel, $10::smallint, $11::text, address FROM leased
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, reason, attempts)
    SELECT id, shard, seq, tenant, 17, queue, lane, $5::bigint, worker, $12::text, attempts FROM leased
)
SELECT seq, claim_time, attempts, answered FROM leased
