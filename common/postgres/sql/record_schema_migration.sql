INSERT INTO switchboard.schema_migration (room, number, name, checksum) VALUES ($1, $2, $3, $4)
