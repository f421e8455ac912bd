-- Notes something ($3, with the reason $4) about an inquiry that is closed, behind everything that is on the record, in the name
-- of whoever had the lease $5. A repetition with the same number $2 finds it noted, also where it was noted under the lease.
-- No row: it is not closed.
WITH closed AS MATERIALIZED (
    SELECT id, shard, tenant, queue_now, lane_now, attempts
    FROM switchboard.inquiry_now
    WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint AND state IN (5, 6)
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, reason, attempts)
    SELECT id, shard, greatest($2::bigint, (
               SELECT max(seq) + 1 FROM switchboard.event
               WHERE event.id = closed.id AND event.shard = closed.shard)),
           tenant, $3::smallint, queue_now, lane_now, $2::bigint, (
               SELECT worker FROM switchboard.event
               WHERE event.id = closed.id AND event.shard = closed.shard AND token = $5::bigint AND worker IS NOT NULL
               ORDER BY seq DESC LIMIT 1),
           $4::text, attempts
    FROM closed
    WHERE NOT EXISTS (SELECT 1 FROM switchboard.event
                      WHERE event.id = closed.id AND event.shard = closed.shard AND kind = $3::smallint
                        AND (token = $2::bigint OR seq = $2::bigint))
)
SELECT id FROM closed
