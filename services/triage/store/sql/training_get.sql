SELECT id, state, progress, model, error, started_by, started_at, updated_at FROM switchboard.training WHERE id = $1::text
