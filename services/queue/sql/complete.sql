-- Closes leased inquiries: what settle.sql does, for those that were completed and to whom the citizen has not written
-- meanwhile; the others, and lost leases, do not come back. See there for the numbers of events, and claim.sql for
-- `= ANY (ARRAY[…])`. $8: a fresh position, also the number of this commit's tally.
WITH settled AS (
    DELETE FROM switchboard.dispatch
    USING unnest($1::bigint[], $2::integer[], $3::integer[], $4::bigint[], $5::bigint[], $6::smallint[], $7::text[])
          WITH ORDINALITY AS wanted (id, queue, lane, position, token, disposition, reason, ordinal)
    WHERE dispatch.queue = ANY (ARRAY[wanted.queue]) AND dispatch.lane = wanted.lane
      AND dispatch.position = wanted.position AND dispatch.shard = (wanted.id & 63)::smallint
      AND dispatch.id = wanted.id AND dispatch.token = wanted.token AND dispatch.token <> 0 AND NOT dispatch.unread
    RETURNING wanted.ordinal, wanted.disposition, wanted.reason,
              greatest($8::bigint, dispatch.token + 1, dispatch.position + 3) AS seq, dispatch.id, dispatch.shard,
              dispatch.tenant, dispatch.queue, dispatch.lane, dispatch.token, dispatch.worker, dispatch.attempts,
              dispatch.claim_time, dispatch.answered
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, disposition, reason,
                                   attempts)
    SELECT id, shard, seq, tenant, 3, queue, lane, token, worker, disposition, reason, attempts FROM settled
), counted AS (
    INSERT INTO switchboard.tally (seq, queue, completed)
    SELECT $8::bigint, queue, count(*) FROM settled GROUP BY queue
)
SELECT ordinal, claim_time, attempts, answered FROM settled
