-- Uses up plans that are due; moves their inquiries where they still wait where they were taken in. The rows without a
-- position are plans that moved nothing. Positions are above the last event's number, whose process may have a clock ahead
-- of this one.
WITH due AS MATERIALIZED (
    SELECT due_at, id, shard, queue, lane, position, target_queue FROM switchboard.overflow
    WHERE due_at <= $1::timestamptz
    ORDER BY due_at, id
    LIMIT cardinality($2::bigint[])
    FOR UPDATE SKIP LOCKED
), plan AS MATERIALIZED (
    SELECT *, greatest(($2::bigint[])[row_number() OVER (ORDER BY due_at, id)], (
               SELECT max(seq) + 1 FROM switchboard.event
               WHERE event.id = due.id AND event.shard = due.shard)) AS next_position
    FROM due
), used AS (
    DELETE FROM switchboard.overflow USING plan
    WHERE overflow.due_at = ANY (ARRAY[plan.due_at]) AND overflow.id = plan.id AND overflow.shard = plan.shard
), taken AS (
    DELETE FROM switchboard.dispatch USING plan
    WHERE dispatch.queue = ANY (ARRAY[plan.queue]) AND dispatch.lane = plan.lane AND dispatch.position = plan.position
      AND dispatch.shard = plan.shard AND dispatch.id = plan.id AND dispatch.token = 0
    RETURNING plan.target_queue, plan.next_position, dispatch.*
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, position, attempts)
    SELECT id, shard, next_position, tenant, 15, target_queue, lane, next_position, attempts FROM taken
), ready AS (
    INSERT INTO switchboard.dispatch (id, shard, position, tenant, queue, lane, attempts, unread, has_messages, topic)
    SELECT id, shard, next_position, tenant, target_queue, lane, attempts, unread, has_messages, topic FROM taken
)
SELECT plan.id, taken.target_queue, taken.lane, taken.next_position
FROM plan LEFT JOIN taken USING (id)
ORDER BY plan.next_position
