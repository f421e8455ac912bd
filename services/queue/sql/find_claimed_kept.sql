-- What an earlier try leased of what was kept for the worker $1, with the token $2. Its columns are those of claim.sql.
SELECT lease.id, lease.queue, lease.lane, lease.position, lease.attempts, lease.worker, lease.lease_until,
       lease.has_messages, lease.topic
FROM switchboard.kept_inquiry
CROSS JOIN LATERAL (
    SELECT * FROM switchboard.dispatch
    WHERE dispatch.queue = kept_inquiry.queue AND dispatch.lane = kept_inquiry.lane
      AND dispatch.position = kept_inquiry.position AND dispatch.shard = kept_inquiry.shard
      AND dispatch.token = $2::bigint
    OFFSET 0
) AS lease
WHERE kept_inquiry.worker = $1::text AND kept_inquiry.token = $2::bigint
ORDER BY lease.position
