UPDATE switchboard.correction SET state = $2::smallint, reviewed_by = $3::text WHERE inquiry = ANY ($1::bigint[])
RETURNING inquiry
