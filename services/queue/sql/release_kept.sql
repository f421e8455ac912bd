-- Brings what is kept for the worker $1 back at the fresh positions $2, as promote_delayed.sql does in time. What is just being
-- taken is skipped.
WITH kept AS MATERIALIZED (
    SELECT ready_at, id, shard FROM switchboard.kept_inquiry
    WHERE worker = $1::text AND token = 0
      AND EXISTS (SELECT 1 FROM switchboard.delayed
                  WHERE delayed.ready_at = kept_inquiry.ready_at AND delayed.id = kept_inquiry.id
                    AND delayed.shard = kept_inquiry.shard)
    ORDER BY ready_at, id
    LIMIT cardinality($2::bigint[])
    FOR UPDATE SKIP LOCKED
), numbered AS MATERIALIZED (
    SELECT *, greatest(($2::bigint[])[row_number() OVER (ORDER BY ready_at, id)], (
               SELECT max(seq) + 1 FROM switchboard.event
               WHERE event.id = kept.id AND event.shard = kept.shard)) AS position
    FROM kept
), forgotten AS (
    DELETE FROM switchboard.kept_inquiry USING kept
    WHERE kept_inquiry.worker = ANY (ARRAY[$1::text]) AND kept_inquiry.ready_at = kept.ready_at
      AND kept_inquiry.id = kept.id AND kept_inquiry.shard = kept.shard
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
