-- Leases up to $9 inquiries, those due first. $1 … $5: the lanes (queue, lane, hint, target in ms, lease in µs),
-- $6: token, $7 and $8: worker and lease length of each slot, $10: now, $11: how many candidates to look at.
-- Token and time are those at which the claim was begun. A row may have come since; its lease begins no earlier than the
-- row, and its event has a number above those that brought the row here (see settle.sql).
-- Candidates are chosen without locks, in the order of their due times; what another claim is just taking is skipped.
-- From then on rows are named by where they lie, which holds for as long as this statement's snapshot: a third of the
-- cost of looking each up again, twice. One that was changed meanwhile lies elsewhere and waits for the next claim.
-- A row that has the token already was leased by an earlier try of this very claim, and comes before what has turned up
-- since: left out, it would be leased by nobody.
-- Plans are kept while a lane grows from nothing to millions, so they must not hang on what the table looked like when
-- they were made: LATERAL (… OFFSET 0) and `= ANY (ARRAY[…])` leave the planner no other way than from the short list
-- to the index. With a plain `=` it may read the whole index and compare each row with the list.
WITH lane AS MATERIALIZED (
    SELECT queue, lane, after_position, target_ms, lease_us
    FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[], $5::bigint[])
         AS lane (queue, lane, after_position, target_ms, lease_us)
), candidate AS MATERIALIZED (
    SELECT head.ctid, head.position, head.token = 0 AS fresh, lane.lease_us,
           (head.position >> 22) + lane.target_ms AS due,
           greatest($10::timestamptz, timestamptz '2020-01-01Z' + (head.position >> 22) * interval '1 ms') AS granted_at
    FROM lane
    CROSS JOIN LATERAL (
        SELECT dispatch.ctid, position, token FROM switchboard.dispatch
        WHERE dispatch.queue = lane.queue AND dispatch.lane = lane.lane
          AND dispatch.position > lane.after_position AND dispatch.token IN (0, $6::bigint)
        ORDER BY dispatch.position
        LIMIT $11::integer
    ) AS head
    ORDER BY fresh, due, head.position
    LIMIT $11::integer
), locked AS MATERIALIZED (
    SELECT dispatch.ctid, dispatch.position, dispatch.token AS earlier_token, candidate.lease_us, candidate.due,
           candidate.granted_at
    FROM candidate
    JOIN switchboard.dispatch ON dispatch.ctid = candidate.ctid
    WHERE dispatch.token IN (0, $6::bigint)
    ORDER BY candidate.fresh, candidate.due, dispatch.position
    LIMIT $9::integer
    FOR UPDATE OF dispatch SKIP LOCKED
), chosen AS MATERIALIZED (
    SELECT *, (row_number() OVER (ORDER BY due, position))::integer AS slot FROM locked
), granted AS (
    UPDATE switchboard.dispatch
    SET token = $6::bigint,
        worker = ($7::text[])[chosen.slot],
        claim_time = chosen.granted_at,
        lease_until = chosen.granted_at
                      + coalesce(($8::bigint[])[chosen.slot], chosen.lease_us) * interval '1 microsecond',
        attempts = dispatch.attempts + (dispatch.token = 0)::integer,
        unread = false
    FROM chosen
    WHERE dispatch.ctid = chosen.ctid
    RETURNING dispatch.id, dispatch.shard, dispatch.tenant, dispatch.queue, dispatch.lane, dispatch.position,
              dispatch.attempts, dispatch.worker, dispatch.lease_until, dispatch.has_messages, dispatch.topic,
              chosen.slot, chosen.earlier_token
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, position, token, worker, attempts)
    SELECT id, shard, greatest($6::bigint, position + 2), tenant, 2, queue, lane, position, $6::bigint, worker, attempts
    FROM granted WHERE earlier_token = 0
)
SELECT id, queue, lane, position, attempts, worker, lease_until, has_messages, topic FROM granted ORDER BY slot
