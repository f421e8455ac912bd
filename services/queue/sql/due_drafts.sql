SELECT inquiry, id FROM switchboard.reply_draft
WHERE state = 1 AND deadline <= $1::timestamptz
ORDER BY deadline
LIMIT $2::integer
