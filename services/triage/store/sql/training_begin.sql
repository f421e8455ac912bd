INSERT INTO switchboard.training (id, state, progress, model, error, started_by, started_at, updated_at)
SELECT $1::text, 1, 0, 0, '', $2::text, clock_timestamp(), clock_timestamp()
WHERE NOT EXISTS (SELECT 1 FROM switchboard.training WHERE state = 1)
RETURNING id
