-- What is kept for the worker $1 in the queues $2, oldest first. What is just being taken is skipped.
SELECT id, ready_at, queue, lane
FROM switchboard.kept_inquiry
WHERE worker = $1::text AND queue = ANY ($2::integer[]) AND token = 0
ORDER BY ready_at, id
FOR UPDATE SKIP LOCKED
