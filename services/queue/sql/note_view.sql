-- Notes that a member of staff ($3) looked at an inquiry, behind everything that is on the record. A repetition with the same
-- number finds it noted.
WITH seen AS MATERIALIZED (
    SELECT id, shard, tenant, queue_now, lane_now, attempts
    FROM switchboard.inquiry_now
    WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, attempts)
    SELECT id, shard, greatest($2::bigint, (
               SELECT max(seq) + 1 FROM switchboard.event
               WHERE event.id = seen.id AND event.shard = seen.shard)),
           tenant, 36, queue_now, lane_now, $2::bigint, $3::text, attempts
    FROM seen
    WHERE NOT EXISTS (SELECT 1 FROM switchboard.event
                      WHERE event.id = seen.id AND event.shard = seen.shard AND kind = 36 AND token = $2::bigint)
)
SELECT id FROM seen
