DELETE FROM switchboard.reply_draft WHERE inquiry >= $1::bigint AND inquiry < $2::bigint
