SELECT number, name, checksum FROM switchboard.schema_migration WHERE room = $1 ORDER BY number
