DELETE FROM switchboard.private_leg WHERE id >= $1::bigint AND id < $2::bigint
