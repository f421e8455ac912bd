SELECT switchboard.create_partition($1::text, $2::bigint, $3::bigint)
