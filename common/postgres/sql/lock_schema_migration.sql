LOCK TABLE switchboard.schema_migration IN EXCLUSIVE MODE
