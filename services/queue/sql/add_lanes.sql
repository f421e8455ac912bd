INSERT INTO switchboard.lane (queue, lane)
SELECT * FROM unnest($1::integer[], $2::integer[])
ON CONFLICT DO NOTHING
