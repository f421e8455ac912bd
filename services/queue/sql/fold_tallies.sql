WITH folded AS (
    DELETE FROM switchboard.tally WHERE seq < $1::bigint RETURNING queue, received, unsure, completed
)
INSERT INTO switchboard.queue_tally AS total (queue, received, unsure, completed)
SELECT queue, sum(received), sum(unsure), sum(completed) FROM folded GROUP BY queue ORDER BY queue
ON CONFLICT (queue) DO UPDATE
SET received = total.received + excluded.received, unsure = total.unsure + excluded.unsure,
    completed = total.completed + excluded.completed
