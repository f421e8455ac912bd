#include "common/postgres/server_check.h"

#include <string_view>

#include "common/postgres/sql.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

absl::Status Unfit(std::string_view reason, std::string_view message) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason, message);
}

absl::Status NotDurable(std::string_view setting) {
  return Unfit(reason::kNotDurable,
               StrCat("the database runs with ", setting, "=off, so a crash would lose acknowledged inquiries: switch ",
                      setting, " on, or start with --allow-data-loss if losing them does not matter"));
}

}  // namespace

absl::Status CheckServer(Connection& connection) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, connection.Execute(postgres::sql::kServerProperties));
  if (connection.ServerVersion() < kOldestServerVersion) {
    return Unfit(reason::kSchemaMismatch, StrCat("PostgreSQL 15 or later is needed, this is ", rows[0].Text(2)));
  }
  if (rows[0].Bool(0)) {
    return Unfit(reason::kDatabaseReadOnly, "the database is a standby: connect to the primary");
  }
  if (rows[0].Text(1) != "UTF8") {
    return Unfit(reason::kSchemaMismatch,
                 StrCat("the database must be encoded in UTF8, this one is ", rows[0].Text(1)));
  }
  return absl::OkStatus();
}

absl::Status CheckDurability(Connection& connection) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, connection.Execute(postgres::sql::kDurabilitySettings));
  if (rows[0].Text(0) == "off") return NotDurable("fsync");
  if (rows[0].Text(1) == "off") return NotDurable("synchronous_commit");
  return absl::OkStatus();
}

}  // namespace switchboard
