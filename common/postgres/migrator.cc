#include "common/postgres/migrator.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "common/postgres/sql.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

// Two processes that create the table at the same moment: one is told that it exists, in one of several ways.
constexpr int kCreateAttempts = 5;

// FNV-1a over the text: to notice a migration that was edited after it was applied, not to defend against anybody.
std::string ChecksumOf(const Migration& migration) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : std::string_view(migration.sql)) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return absl::StrFormat("%016x", hash);
}

absl::Status Mismatch(std::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kSchemaMismatch, message);
}

// IF NOT EXISTS does not cover processes that create at the same moment: the later one is refused, in one of several
// ways.
absl::Status EnsureTable(Connection& connection) {
  absl::Status status;
  for (int attempt = 0; attempt < kCreateAttempts; ++attempt) {
    status = connection.Execute(postgres::sql::kCreateSchema).status();
    if (status.ok()) status = connection.Execute(postgres::sql::kCreateSchemaMigration).status();
    if (status.ok() || absl::IsUnavailable(status)) break;
  }
  return status;
}

// How many of the set's migrations the database has, after checking that they are the same ones.
absl::StatusOr<size_t> CountApplied(Connection& connection, const MigrationSet& set) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, connection.Execute(postgres::sql::kListSchemaMigrations, set.room));
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i >= set.migrations.size()) {
      return Mismatch(StrCat("the database has migration ", rows[i].Int64(0), " of '", set.room,
                             "', which this program does not know: the schema is newer, upgrade this program"));
    }
    const Migration& known = set.migrations[i];
    if (rows[i].Int64(0) != known.number || rows[i].Text(2) != ChecksumOf(known)) {
      return Mismatch(
          StrCat("migration ", known.name, " of '", set.room, "' was changed after it was applied to this database"));
    }
  }
  return rows.size();
}

// Applies the set's next migration unless another process just did; true when there may be more to do.
absl::StatusOr<bool> ApplyNext(Connection& connection, const MigrationSet& set, int& applied) {
  bool more = false;
  const absl::Status status = connection.Transaction([&](Connection& transaction) -> absl::Status {
    SWITCHBOARD_RETURN_IF_ERROR(transaction.ExecuteScript("SET LOCAL statement_timeout = 0").status());
    SWITCHBOARD_RETURN_IF_ERROR(transaction.Execute(postgres::sql::kLockSchemaMigration).status());
    SWITCHBOARD_ASSIGN_OR_RETURN(const size_t done, CountApplied(transaction, set));
    if (done == set.migrations.size()) return absl::OkStatus();
    const Migration& next = set.migrations[done];
    const absl::Status run = transaction.ExecuteScript(next.sql).status();
    if (!run.ok()) return Annotate(run, StrCat("migration ", next.name, " of '", set.room, "'"));
    more = true;
    return transaction
        .Execute(postgres::sql::kRecordSchemaMigration, set.room, next.number, next.name, ChecksumOf(next))
        .status();
  });
  if (!status.ok()) return status;
  applied += more;
  return more;
}

}  // namespace

Migrator::Migrator(std::vector<MigrationSet> sets) : sets_(std::move(sets)) {}

absl::StatusOr<int> Migrator::Migrate(Connection& connection) const {
  SWITCHBOARD_RETURN_IF_ERROR(EnsureTable(connection));
  int applied = 0;
  for (const MigrationSet& set : sets_) {
    bool more = true;
    while (more) {
      SWITCHBOARD_ASSIGN_OR_RETURN(more, ApplyNext(connection, set, applied));
    }
  }
  return applied;
}

absl::Status Migrator::Check(Connection& connection) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows exists, connection.Execute(postgres::sql::kSchemaMigrationExists));
  const bool has_table = exists[0].Bool(0);
  for (const MigrationSet& set : sets_) {
    size_t applied = 0;
    if (has_table) {
      SWITCHBOARD_ASSIGN_OR_RETURN(applied, CountApplied(connection, set));
    }
    if (applied < set.migrations.size()) {
      return Mismatch(StrCat("the database's schema is older than this program: migration ",
                             set.migrations[applied].name, " of '", set.room,
                             "' is missing; run switchboardd --migrate-only"));
    }
  }
  return absl::OkStatus();
}

}  // namespace switchboard
