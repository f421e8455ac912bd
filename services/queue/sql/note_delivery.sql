-- The event of a message that was delivered or given up, behind everything that is on the record.
INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, reason, attempts)
SELECT id, shard, greatest($2::bigint, (
           SELECT max(seq) + 1 FROM switchboard.event
           WHERE event.id = inquiry_now.id AND event.shard = inquiry_now.shard)),
       tenant, $3::smallint, queue_now, lane_now, $4::bigint, $5::text, attempts
FROM switchboard.inquiry_now
WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint
