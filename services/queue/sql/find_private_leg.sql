SELECT channel, address FROM switchboard.private_leg WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint
