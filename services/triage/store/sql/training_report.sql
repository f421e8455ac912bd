UPDATE switchboard.training
SET state = $2::smallint, progress = $3::double precision, model = $4::bigint, error = $5::text,
    updated_at = clock_timestamp()
WHERE id = $1::text AND state = 1
RETURNING id
