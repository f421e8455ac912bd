-- Corrects the topic of a leased inquiry; notes it, and what the topic's statute wants ($9), unless it was that topic
-- already. No row: the lease is lost.
WITH leased AS MATERIALIZED (
    SELECT dispatch.id, dispatch.shard, dispatch.tenant, dispatch.queue, dispatch.lane, dispatch.position,
           dispatch.worker, dispatch.attempts, coalesce(dispatch.topic, inquiry.topic) AS earlier_topic
    FROM switchboard.dispatch
    JOIN switchboard.inquiry ON inquiry.id = ANY (ARRAY[dispatch.id]) AND inquiry.shard = dispatch.shard
    WHERE dispatch.queue = $2::integer AND dispatch.lane = $3::integer AND dispatch.position = $4::bigint
      AND dispatch.shard = ($1::bigint & 63)::smallint AND dispatch.id = $1::bigint
      AND dispatch.token = $5::bigint AND dispatch.token <> 0
    FOR UPDATE OF dispatch
), corrected AS (
    UPDATE switchboard.dispatch SET topic = $6::text FROM leased
    WHERE dispatch.queue = ANY (ARRAY[leased.queue]) AND dispatch.lane = leased.lane
      AND dispatch.position = leased.position AND dispatch.shard = leased.shard AND leased.earlier_topic <> $6::text
    RETURNING leased.*, greatest($8::bigint, $5::bigint + 1, $4::bigint + 3) AS seq
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, topic, reason, attempts)
    SELECT id, shard, seq, tenant, 8, queue, lane, $5::bigint, worker, $6::text, $7::text, attempts FROM corrected
), bound AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, topic, reason, attempts)
    SELECT id, shard, seq + 1, tenant, 29, queue, lane, $5::bigint, $6::text, $9::text, attempts
    FROM corrected WHERE $9::text IS NOT NULL
)
SELECT id FROM leased
