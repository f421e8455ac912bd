SELECT number, name, paused, pause_reason FROM switchboard.queue ORDER BY name
