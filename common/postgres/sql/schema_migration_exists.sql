SELECT to_regclass('switchboard.schema_migration') IS NOT NULL
