UPDATE switchboard.node SET expires = now() + $3::bigint * interval '1 microsecond'
WHERE node = $1::smallint AND holder = $2::uuid
RETURNING node
