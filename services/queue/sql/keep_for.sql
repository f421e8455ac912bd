-- Keeps the inquiry $1, which is ready at $2, $3, $4, for the worker $5 until $6. No row: it is no longer ready there.
-- $7: a fresh position. See settle.sql for the numbers of events.
WITH taken AS (
    DELETE FROM switchboard.dispatch
    WHERE queue = $2::integer AND lane = $3::integer AND position = $4::bigint
      AND shard = ($1::bigint & 63)::smallint AND id = $1::bigint AND token = 0
    RETURNING id, shard, position, tenant, queue, lane, attempts, unread, has_messages, answered, topic
), put_off AS (
    INSERT INTO switchboard.delayed (id, shard, ready_at, tenant, queue, lane, attempts, unread, has_messages, answered,
                                     topic)
    SELECT id, shard, $6::timestamptz, tenant, queue, lane, attempts, unread, has_messages, answered, topic FROM taken
), kept AS (
    INSERT INTO switchboard.kept_inquiry (worker, ready_at, id, tenant, queue, lane, shard)
    SELECT $5::text, $6::timestamptz, id, tenant, queue, lane, shard FROM taken
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, ready_at, worker, attempts)
    SELECT id, shard, greatest($7::bigint, position + 2, (
               SELECT max(seq) + 1 FROM switchboard.event WHERE event.id = taken.id AND event.shard = taken.shard)),
           tenant, 34, queue, lane, $6::timestamptz, $5::text, attempts
    FROM taken
)
SELECT id FROM taken
