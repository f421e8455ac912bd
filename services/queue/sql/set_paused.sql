UPDATE switchboard.queue SET paused = $2::boolean, pause_reason = $3::text WHERE name = $1::text
RETURNING number, name, paused, pause_reason
