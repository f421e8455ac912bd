-- How many inquiries each of the workers $1 holds from limited claims, but for what a draft holds and for leases with the
-- token $2. Forgets what they hold no more.
WITH hold AS MATERIALIZED (
    SELECT worker_hold.worker, worker_hold.queue, worker_hold.lane, worker_hold.position, worker_hold.shard,
           lease.id, lease.token
    FROM switchboard.worker_hold
    LEFT JOIN LATERAL (
        SELECT id, token FROM switchboard.dispatch
        WHERE dispatch.queue = worker_hold.queue AND dispatch.lane = worker_hold.lane
          AND dispatch.position = worker_hold.position AND dispatch.shard = worker_hold.shard
          AND dispatch.token <> 0 AND dispatch.worker = worker_hold.worker
        OFFSET 0
    ) AS lease ON true
    WHERE worker_hold.worker = ANY ($1::text[])
), forgotten AS (
    DELETE FROM switchboard.worker_hold USING hold
    WHERE hold.id IS NULL AND worker_hold.worker = ANY (ARRAY[hold.worker]) AND worker_hold.queue = hold.queue
      AND worker_hold.lane = hold.lane AND worker_hold.position = hold.position AND worker_hold.shard = hold.shard
)
SELECT worker, count(*) FROM hold
WHERE id IS NOT NULL AND token <> $2::bigint
  AND NOT EXISTS (SELECT 1 FROM switchboard.reply_draft
                  WHERE reply_draft.inquiry = hold.id AND reply_draft.shard = hold.shard
                    AND reply_draft.token = hold.token AND reply_draft.state = 1)
GROUP BY worker
