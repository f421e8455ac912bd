SELECT id FROM switchboard.reply_draft
WHERE id = $2::bigint AND inquiry = $1::bigint AND shard = ($1::bigint & 63)::smallint
FOR UPDATE
