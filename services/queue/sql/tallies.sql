-- One snapshot of what was folded and what was not yet. $1: the first event number of the last minute.
SELECT queue, sum(received), sum(unsure), sum(completed), sum(recent_received), sum(recent_completed)
FROM (
    SELECT queue, received, unsure, completed, 0 AS recent_received, 0 AS recent_completed
    FROM switchboard.queue_tally
    UNION ALL
    SELECT queue, sum(received), sum(unsure), sum(completed),
           coalesce(sum(received) FILTER (WHERE seq >= $1::bigint), 0),
           coalesce(sum(completed) FILTER (WHERE seq >= $1::bigint), 0)
    FROM switchboard.tally GROUP BY queue
) AS part
GROUP BY queue
ORDER BY queue
