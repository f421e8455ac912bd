SELECT pg_notify('switchboard_configuration', $1::bigint::text)
