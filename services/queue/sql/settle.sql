-- Takes leased inquiries to where they go next, each by its exact key and token. Targets: 0 closed, 1 ready, 2 delayed,
-- 3 dead letter. What was closed although the citizen had written meanwhile waits again at its next place.
-- `= ANY (ARRAY[…])`: see claim.sql.
-- $18: number of this commit's tally; $19: what the statute of a topic that it gets wants, as the event says it.
-- The numbers of an inquiry's events tell their order, whoever wrote them and however long a statement was on its way.
-- An event that brings an inquiry somewhere has the number of its next position (a second one position + 1); what
-- happens to it there has a larger one: a claim at least position + 2, what ends the lease more than its token and at
-- least position + 3. Where the process that ends a lease has a clock behind the one that granted it, the wanted position
-- is too low for that, and the inquiry gets one above everything on its record.
WITH settled AS (
    DELETE FROM switchboard.dispatch
    USING unnest($1::bigint[], $2::integer[], $3::integer[], $4::bigint[], $5::bigint[], $6::timestamptz[],
                 $7::smallint[], $8::smallint[], $9::integer[], $10::integer[], $11::bigint[], $12::timestamptz[],
                 $13::boolean[], $14::boolean[], $15::smallint[], $16::text[], $17::text[], $19::text[])
          WITH ORDINALITY AS wanted (
              id, queue, lane, position, token, expired_by, kind, target, next_queue, next_lane, next_position, at,
              forget_attempts, refund_attempt, disposition, reason, topic, statute, ordinal)
    WHERE dispatch.queue = ANY (ARRAY[wanted.queue]) AND dispatch.lane = wanted.lane
      AND dispatch.position = wanted.position AND dispatch.shard = (wanted.id & 63)::smallint
      AND dispatch.id = wanted.id AND dispatch.token = wanted.token AND dispatch.token <> 0
      AND (wanted.expired_by IS NULL OR dispatch.lease_until <= wanted.expired_by)
    RETURNING wanted.ordinal, wanted.kind, wanted.target, wanted.next_queue, wanted.next_lane, wanted.at,
              wanted.disposition, wanted.reason, wanted.topic AS new_topic, wanted.statute,
              CASE WHEN wanted.forget_attempts THEN 0
                   WHEN wanted.refund_attempt THEN greatest(dispatch.attempts - 1, 0)
                   ELSE dispatch.attempts END::smallint AS next_attempts,
              coalesce(wanted.topic, dispatch.topic) AS next_topic,
              CASE WHEN wanted.next_position > greatest(dispatch.token, dispatch.position + 2) THEN wanted.next_position
                   ELSE greatest(dispatch.token + 1, dispatch.position + 3, (
                       SELECT max(event.seq) + 1 FROM switchboard.event
                       WHERE event.id = dispatch.id AND event.shard = dispatch.shard)) END AS seq,
              dispatch.id, dispatch.shard, dispatch.tenant, dispatch.queue, dispatch.lane, dispatch.token,
              dispatch.worker, dispatch.attempts, dispatch.claim_time, dispatch.unread, dispatch.has_messages,
              dispatch.answered
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, position, ready_at, token, worker, topic,
                                   disposition, reason, attempts)
    SELECT id, shard, seq, tenant, kind,
           CASE WHEN target = 0 THEN queue ELSE next_queue END, CASE WHEN target = 0 THEN lane ELSE next_lane END,
           CASE WHEN target = 1 THEN seq END, CASE WHEN target = 2 THEN at END,
           token, worker, new_topic, disposition, reason, attempts
    FROM settled
), bound AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, topic, reason, attempts)
    SELECT id, shard, seq + 1, tenant, 29, next_queue, next_lane, token, new_topic, statute, attempts
    FROM settled WHERE statute IS NOT NULL
), reopening AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, position, token, attempts)
    SELECT id, shard, seq + 1, tenant, 14, next_queue, next_lane, seq, token, 0
    FROM settled WHERE target = 0 AND unread
), ready AS (
    INSERT INTO switchboard.dispatch (id, shard, position, tenant, queue, lane, attempts, unread, has_messages, answered,
                                      topic)
    SELECT id, shard, seq, tenant, next_queue, next_lane,
           CASE WHEN target = 0 THEN 0 ELSE next_attempts END, unread, has_messages, target = 0 OR answered, next_topic
    FROM settled WHERE target = 1 OR (target = 0 AND unread)
), put_off AS (
    INSERT INTO switchboard.delayed (id, shard, ready_at, tenant, queue, lane, attempts, unread, has_messages, answered,
                                     topic)
    SELECT id, shard, at, tenant, next_queue, next_lane, next_attempts, unread, has_messages, answered, next_topic
    FROM settled WHERE target = 2
), given_up AS (
    INSERT INTO switchboard.dead_letter (id, shard, died_at, tenant, queue, lane, attempts, unread, has_messages,
                                         answered, topic, reason)
    SELECT id, shard, at, tenant, next_queue, next_lane, next_attempts, unread, has_messages, answered, next_topic,
           coalesce(reason, '')
    FROM settled WHERE target = 3
), counted AS (
    INSERT INTO switchboard.tally (seq, queue, completed)
    SELECT $18::bigint, queue, count(*) FROM settled WHERE kind = 3 GROUP BY queue
)
SELECT ordinal, claim_time, attempts, target = 0 AND unread AS reopened, answered FROM settled
