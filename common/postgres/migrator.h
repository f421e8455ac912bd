// Brings a database to the schema that this program needs: numbered, immutable, forward only.
#ifndef SWITCHBOARD_COMMON_POSTGRES_MIGRATOR_H_
#define SWITCHBOARD_COMMON_POSTGRES_MIGRATOR_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/postgres/connection.h"
#include "common/postgres/sql_statement.h"

namespace switchboard {

// The migrations of one room, e.g. {"queue", queue::sql::kMigrations}; numbers are 1, 2, 3 …
struct MigrationSet {
  std::string room;
  absl::Span<const Migration> migrations;
};

// Keeps a row per applied migration in the table switchboard.schema_migration (room, number, name, checksum,
// applied_at).
class Migrator {
 public:
  explicit Migrator(std::vector<MigrationSet> sets);

  // Applies what is missing, each migration in a transaction of its own, room by room in the given order. Processes
  // that migrate at the same time wait for each other. Applying again changes nothing. Gives the number applied.
  // FAILED_PRECONDITION (SCHEMA_MISMATCH) if the database has a migration that this program does not know, or one whose
  // text was changed after it was applied.
  absl::StatusOr<int> Migrate(Connection& connection) const;

  // OK when the database is exactly at this program's schema; FAILED_PRECONDITION (SCHEMA_MISMATCH) says whether it is
  // older ("run switchboardd --migrate-only") or newer ("upgrade this program").
  absl::Status Check(Connection& connection) const;

 private:
  const std::vector<MigrationSet> sets_;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_MIGRATOR_H_
