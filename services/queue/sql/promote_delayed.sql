-- Brings what was put off back at fresh positions; above its last event's number, whose process may have a clock ahead
-- of this one.
WITH due AS MATERIALIZED (
    SELECT ready_at, id, shard FROM switchboard.delayed
    WHERE ready_at <= $1::timestamptz
    ORDER BY ready_at, id
    LIMIT cardinality($2::bigint[])
    FOR UPDATE SKIP LOCKED
), numbered AS MATERIALIZED (
    SELECT *, greatest(($2::bigint[])[row_number() OVER (ORDER BY ready_at, id)], (
               SELECT max(seq) + 1 FROM switchboard.event
               WHERE event.id = due.id AND event.shard = due.shard)) AS position
    FROM due
), taken AS (
    DELETE FROM switchboard.delayed USING numbered
    WHERE delayed.ready_at = ANY (ARRAY[numbered.ready_at]) AND delayed.id = numbered.id
      AND delayed.shard = numbered.shard
    RETURNING numbered.position, delayed.*
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, position, attempts)
    SELECT id, shard, position, tenant, 16, queue, lane, position, attempts FROM taken
), ready AS (
    INSERT INTO switchboard.dispatch (id, shard, position, tenant, queue, lane, attempts, unread, has_messages, answered,
                                      topic)
    SELECT id, shard, position, tenant, queue, lane, attempts, unread, has_messages, answered, topic FROM taken
)
SELECT id, queue, lane, position FROM taken ORDER BY position
