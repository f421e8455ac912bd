-- Closes an open inquiry wherever it stands, and with it the draft of a reply that waits, which nobody is to decide on any
-- more; no row when it had moved between the look and the grasp. $4: now. Of drafts, 1 is the least state: said by an
-- inequality, so that the index of what is due, over all inquiries, is no choice.
WITH standing AS MATERIALIZED (
    SELECT id, shard, tenant, state, queue_now, lane_now, position_now, ready_at, attempts
    FROM switchboard.inquiry_now
    WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint
), from_dispatch AS (
    DELETE FROM switchboard.dispatch USING standing
    WHERE standing.state IN (1, 2) AND dispatch.queue = ANY (ARRAY[standing.queue_now])
      AND dispatch.lane = standing.lane_now AND dispatch.position = standing.position_now
      AND dispatch.shard = standing.shard AND dispatch.id = standing.id
    RETURNING dispatch.id, dispatch.token
), from_delayed AS (
    DELETE FROM switchboard.delayed USING standing
    WHERE standing.state = 3 AND delayed.ready_at = ANY (ARRAY[standing.ready_at]) AND delayed.id = standing.id
      AND delayed.shard = standing.shard
    RETURNING delayed.id
), from_dead_letters AS (
    DELETE FROM switchboard.dead_letter USING standing
    WHERE standing.state = 4 AND dead_letter.id = ANY (ARRAY[standing.id]) AND dead_letter.shard = standing.shard
    RETURNING dead_letter.id
), taken AS (
    SELECT id, token FROM from_dispatch UNION ALL SELECT id, 0 FROM from_delayed UNION ALL SELECT id, 0 FROM from_dead_letters
), kept_in AS (
    UPDATE switchboard.reply_draft SET state = 6, decide_time = $4::timestamptz
    WHERE inquiry = $1::bigint AND shard = ($1::bigint & 63)::smallint AND state < 2 AND EXISTS (SELECT 1 FROM taken)
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, reason, attempts)
    SELECT id, shard, greatest($2::bigint, token + 1, coalesce(position_now, 0) + 3, (
               SELECT max(seq) + 1 FROM switchboard.event WHERE event.id = standing.id AND event.shard = standing.shard)),
           tenant, 12, queue_now, lane_now, $3::text, attempts
    FROM standing JOIN taken USING (id)
)
SELECT state FROM standing
WHERE state IN (5, 6) OR EXISTS (SELECT 1 FROM taken)
