SELECT model FROM switchboard.model WHERE version = $1::bigint
