-- What was corrected and is not kept yet, or was corrected again since: oldest first.
SELECT event.id, event.seq, CASE WHEN inquiry.unsure THEN '' ELSE inquiry.topic END, event.topic, inquiry.text
FROM switchboard.event
JOIN switchboard.inquiry ON inquiry.id = event.id AND inquiry.shard = event.shard
WHERE event.kind = 8 AND event.topic <> ''
  AND NOT EXISTS (SELECT 1 FROM switchboard.correction
                  WHERE correction.inquiry = event.id AND correction.seq >= event.seq)
ORDER BY event.seq
LIMIT $1::bigint
