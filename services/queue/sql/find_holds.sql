-- What an earlier try of a limited claim leased for the workers $1 with the token $2. Its columns are those of claim.sql.
SELECT lease.id, lease.queue, lease.lane, lease.position, lease.attempts, lease.worker, lease.lease_until,
       lease.has_messages, lease.topic
FROM switchboard.worker_hold
CROSS JOIN LATERAL (
    SELECT * FROM switchboard.dispatch
    WHERE dispatch.queue = worker_hold.queue AND dispatch.lane = worker_hold.lane
      AND dispatch.position = worker_hold.position AND dispatch.shard = worker_hold.shard
      AND dispatch.token = $2::bigint AND dispatch.worker = worker_hold.worker
    OFFSET 0
) AS lease
WHERE worker_hold.worker = ANY ($1::text[])
ORDER BY lease.position
