SELECT number, name, checksum FROM schema_migration WHERE room = $1 ORDER BY number
