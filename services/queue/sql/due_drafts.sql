-- Drafts that nobody decided on in time. What retention has dropped needs no decision any more.
SELECT inquiry, id FROM switchboard.reply_draft
WHERE state = 1 AND deadline <= $1::timestamptz
  AND EXISTS (SELECT 1 FROM switchboard.inquiry
              WHERE inquiry.id = reply_draft.inquiry AND inquiry.shard = reply_draft.shard)
ORDER BY deadline
LIMIT $2::integer
