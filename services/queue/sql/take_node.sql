UPDATE switchboard.node SET holder = $1::uuid, expires = now() + $2::bigint * interval '1 microsecond'
WHERE node = (SELECT node FROM switchboard.node WHERE expires < now() ORDER BY expires, node LIMIT 1
              FOR UPDATE SKIP LOCKED)
RETURNING node
