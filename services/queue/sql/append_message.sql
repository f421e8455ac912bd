-- Adds a message, marks the open inquiry unread or puts the closed one back at position $9; no row when it had moved
-- between the look and the grasp.
WITH standing AS MATERIALIZED (
    SELECT id, shard, tenant, state, queue_now, lane_now, position_now, ready_at, attempts, corrected_topic
    FROM switchboard.inquiry_now
    WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint
), in_dispatch AS (
    UPDATE switchboard.dispatch SET unread = true, has_messages = true FROM standing
    WHERE standing.state IN (1, 2) AND dispatch.queue = ANY (ARRAY[standing.queue_now])
      AND dispatch.lane = standing.lane_now AND dispatch.position = standing.position_now
      AND dispatch.shard = standing.shard AND dispatch.id = standing.id
    RETURNING dispatch.id
), in_delayed AS (
    UPDATE switchboard.delayed SET unread = true, has_messages = true FROM standing
    WHERE standing.state = 3 AND delayed.ready_at = ANY (ARRAY[standing.ready_at]) AND delayed.id = standing.id
      AND delayed.shard = standing.shard
    RETURNING delayed.id
), in_dead_letters AS (
    UPDATE switchboard.dead_letter SET unread = true, has_messages = true FROM standing
    WHERE standing.state = 4 AND dead_letter.id = ANY (ARRAY[standing.id]) AND dead_letter.shard = standing.shard
    RETURNING dead_letter.id
), reopened AS (
    INSERT INTO switchboard.dispatch (id, shard, position, tenant, queue, lane, unread, has_messages, answered, topic)
    SELECT id, shard, $9::bigint, tenant, queue_now, lane_now, true, true, true, corrected_topic
    FROM standing WHERE state IN (5, 6)
    RETURNING id
), reached AS (
    SELECT id FROM in_dispatch UNION ALL SELECT id FROM in_delayed UNION ALL SELECT id FROM in_dead_letters
    UNION ALL SELECT id FROM reopened
), written AS (
    INSERT INTO switchboard.message (id, shard, seq, tenant, content_hash, create_time, request_id, author, visibility,
                                     text)
    SELECT standing.id, shard, $2::bigint, tenant, $4::bigint, $5::timestamptz, $3::uuid, $6::smallint, $7::smallint,
           $8::text
    FROM standing JOIN reached USING (id)
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, position, attempts)
    SELECT id, shard, greatest($10::bigint, (
               SELECT max(seq) + 1 FROM switchboard.event WHERE event.id = standing.id AND event.shard = standing.shard)),
           tenant, CASE WHEN state IN (5, 6) THEN 14 ELSE 13 END, queue_now, lane_now,
           CASE WHEN state IN (5, 6) THEN $9::bigint END, CASE WHEN state IN (5, 6) THEN 0 ELSE attempts END
    FROM standing JOIN reached USING (id)
)
SELECT state IN (5, 6) AS reopened, queue_now, lane_now FROM standing JOIN reached USING (id)
