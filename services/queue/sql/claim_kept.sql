-- Leases what is kept for the worker $1: $2 … $5 are ids, the times until which they are kept, fresh positions and ends
-- of leases; $6: token, $7: now. One that is ready for everybody by now is left out. Its columns are those of claim.sql.
WITH wanted AS MATERIALIZED (
    SELECT id, ready_at, position, lease_until
    FROM unnest($2::bigint[], $3::timestamptz[], $4::bigint[], $5::timestamptz[])
         AS wanted (id, ready_at, position, lease_until)
), taken AS (
    DELETE FROM switchboard.delayed USING wanted
    WHERE delayed.ready_at = ANY (ARRAY[wanted.ready_at]) AND delayed.id = wanted.id
      AND delayed.shard = (wanted.id & 63)::smallint
    RETURNING delayed.*, wanted.position, wanted.lease_until
), leased AS (
    INSERT INTO switchboard.dispatch (id, shard, position, tenant, queue, lane, attempts, claim_time, token, lease_until,
                                      worker, has_messages, answered, topic)
    SELECT id, shard, position, tenant, queue, lane, attempts + 1,
           greatest($7::timestamptz, timestamptz '2020-01-01Z' + (position >> 22) * interval '1 ms'), $6::bigint,
           lease_until, $1::text, has_messages, answered, topic
    FROM taken
    RETURNING *
), kept AS (
    UPDATE switchboard.kept_inquiry SET token = $6::bigint, position = taken.position
    FROM taken
    WHERE kept_inquiry.worker = ANY (ARRAY[$1::text]) AND kept_inquiry.ready_at = taken.ready_at
      AND kept_inquiry.id = taken.id AND kept_inquiry.shard = taken.shard
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, position, token, worker, attempts)
    SELECT id, shard, greatest($6::bigint, position + 2, (
               SELECT max(seq) + 1 FROM switchboard.event WHERE event.id = leased.id AND event.shard = leased.shard)),
           tenant, 2, queue, lane, position, $6::bigint, $1::text, attempts
    FROM leased
)
SELECT leased.id, leased.queue, leased.lane, leased.position, leased.attempts, leased.worker, leased.lease_until,
       leased.has_messages, leased.topic
FROM leased
ORDER BY leased.position
