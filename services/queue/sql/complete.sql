-- Closes leased inquiries: what settle.sql does, for a batch in which every one was completed. See there for the numbers
-- of events, and claim.sql for `= ANY (ARRAY[…])`. $6 … $8: where those wait again to whom the citizen had written
-- meanwhile; $11: number of this commit's tally.
WITH settled AS (
    DELETE FROM switchboard.dispatch
    USING unnest($1::bigint[], $2::integer[], $3::integer[], $4::bigint[], $5::bigint[], $6::integer[], $7::integer[],
                 $8::bigint[], $9::smallint[], $10::text[])
          WITH ORDINALITY AS wanted (id, queue, lane, position, token, next_queue, next_lane, next_position, disposition,
                                     reason, ordinal)
    WHERE dispatch.queue = ANY (ARRAY[wanted.queue]) AND dispatch.lane = wanted.lane
      AND dispatch.position = wanted.position AND dispatch.shard = (wanted.id & 63)::smallint
      AND dispatch.id = wanted.id AND dispatch.token = wanted.token AND dispatch.token <> 0
    RETURNING wanted.ordinal, wanted.next_queue, wanted.next_lane, wanted.next_position, wanted.disposition,
              wanted.reason, greatest(wanted.next_position, dispatch.token + 1, dispatch.position + 3) AS seq,
              dispatch.id, dispatch.shard, dispatch.tenant, dispatch.queue, dispatch.lane, dispatch.token,
              dispatch.worker, dispatch.topic, dispatch.attempts, dispatch.claim_time, dispatch.unread,
              dispatch.has_messages
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, disposition, reason,
                                   attempts)
    SELECT id, shard, seq, tenant, 3, queue, lane, token, worker, disposition, reason, attempts FROM settled
), reopening AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, position, token, attempts)
    SELECT id, shard, seq + 1, tenant, 14, next_queue, next_lane, next_position, token, 0 FROM settled WHERE unread
), ready AS (
    INSERT INTO switchboard.dispatch (id, shard, position, tenant, queue, lane, unread, has_messages, topic)
    SELECT id, shard, next_position, tenant, next_queue, next_lane, unread, has_messages, topic
    FROM settled WHERE unread
), counted AS (
    INSERT INTO switchboard.tally (seq, queue, completed)
    SELECT $11::bigint, queue, count(*) FROM settled GROUP BY queue
)
SELECT ordinal, claim_time, attempts, unread AS reopened FROM settled
