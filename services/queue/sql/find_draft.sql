-- The draft that has this request id.
SELECT id FROM switchboard.reply_draft
WHERE inquiry = $1::bigint AND shard = ($1::bigint & 63)::smallint AND request_id = $2::uuid
