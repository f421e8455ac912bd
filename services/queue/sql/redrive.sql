-- $5: when it was asked for. What died since keeps its place: its number may be above those of $4.
-- Positions are above the last event's number, whose process may have a clock ahead of this one.
WITH picked AS MATERIALIZED (
    SELECT id, shard FROM switchboard.dead_letter
    WHERE CASE WHEN $1::integer IS NULL THEN id = ANY ($2::bigint[]) ELSE queue = $1::integer END
      AND died_at <= $5::timestamptz
    ORDER BY id
    LIMIT cardinality($4::bigint[])
    FOR UPDATE SKIP LOCKED
), numbered AS MATERIALIZED (
    SELECT *, greatest(($4::bigint[])[row_number() OVER (ORDER BY id)], (
               SELECT max(seq) + 1 FROM switchboard.event
               WHERE event.id = picked.id AND event.shard = picked.shard)) AS position
    FROM picked
), taken AS (
    DELETE FROM switchboard.dead_letter USING numbered
    WHERE dead_letter.id = ANY (ARRAY[numbered.id]) AND dead_letter.shard = numbered.shard
    RETURNING numbered.position, coalesce($3::integer, dead_letter.queue) AS next_queue, dead_letter.*
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, position, attempts)
    SELECT id, shard, position, tenant, 11, next_queue, lane, position, 0 FROM taken
), listed AS (
    INSERT INTO switchboard.lane (queue, lane) SELECT DISTINCT next_queue, lane FROM taken ON CONFLICT DO NOTHING
), ready AS (
    INSERT INTO switchboard.dispatch (id, shard, position, tenant, queue, lane, unread, has_messages, answered, topic)
    SELECT id, shard, position, tenant, next_queue, lane, unread, has_messages, answered, topic FROM taken
)
SELECT id, next_queue, lane, position FROM taken ORDER BY position
