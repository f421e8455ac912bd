// A named SQL statement and a numbered migration, as the build embeds them from .sql files.
#ifndef SWITCHBOARD_COMMON_POSTGRES_SQL_STATEMENT_H_
#define SWITCHBOARD_COMMON_POSTGRES_SQL_STATEMENT_H_

namespace switchboard {

// One statement with $1, $2 … parameters. `name` is unique in the process: it is the name of the prepared statement and
// the label in metrics. Both pointers live for ever.
struct SqlStatement {
  const char* name;
  const char* text;
};

// One step of a schema; `sql` may hold many statements and runs inside one transaction.
struct Migration {
  int number;
  const char* name;
  const char* sql;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_SQL_STATEMENT_H_
