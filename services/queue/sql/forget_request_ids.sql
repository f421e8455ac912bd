DELETE FROM switchboard.request
WHERE ctid = ANY (ARRAY(SELECT ctid FROM switchboard.request WHERE expires <= $1::timestamptz LIMIT $2::integer))
