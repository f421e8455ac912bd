UPDATE switchboard.node SET expires = now(), holder = NULL
WHERE node = $1::smallint AND holder = $2::uuid
