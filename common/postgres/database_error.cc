#include "common/postgres/database_error.h"

#include <pqxx/except>
#include <string>

#include "common/status/errors.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

using absl::StatusCode;

constexpr absl::Duration kRetryFullDiskAfter = absl::Seconds(10);
constexpr absl::Duration kRetryServerAfter = absl::Milliseconds(500);

// The first line without "ERROR:  ", as further lines would quote the statement or values.
std::string_view PrimaryLine(std::string_view message) {
  message = message.substr(0, message.find('\n'));
  constexpr std::string_view kSeverity = "ERROR:  ";
  return message.starts_with(kSeverity) ? message.substr(kSeverity.size()) : message;
}

// The name in: … violates unique constraint "name"
std::string_view ConstraintIn(std::string_view message) {
  constexpr std::string_view kBefore = "constraint \"";
  const size_t start = message.find(kBefore);
  if (start == std::string_view::npos) return "";
  const std::string_view rest = message.substr(start + kBefore.size());
  return rest.substr(0, rest.find('"'));
}

absl::Status Conflict() {
  return MakeError(StatusCode::kAborted, reason::kDatabaseConflict,
                   "the database found a conflict with another transaction; nothing was changed, repeat the call");
}

absl::Status ConstraintViolated(std::string_view sqlstate, std::string_view message) {
  const StatusCode code = sqlstate == "23505" ? StatusCode::kAlreadyExists : StatusCode::kFailedPrecondition;
  return MakeError(code, reason::kConstraintViolated, message,
                   {{"sqlstate", sqlstate}, {"constraint", ConstraintIn(message)}});
}

absl::Status Refused(StatusCode code, std::string_view sqlstate, std::string_view message) {
  return MakeError(code, reason::kDatabaseRefused, StrCat("the database refused a statement: ", message),
                   {{"sqlstate", sqlstate}});
}

}  // namespace

absl::Status StatusOfLoss(LossMeans loss) {
  if (loss == LossMeans::kOutcomeUnknown) {
    return MakeError(StatusCode::kUnavailable, reason::kCommitOutcomeUnknown,
                     "the connection to the database was lost before it said whether the change was made");
  }
  return MakeError(StatusCode::kUnavailable, reason::kDatabaseUnavailable, "the connection to the database was lost");
}

absl::Status StatusOfSqlState(std::string_view sqlstate, std::string_view message) {
  message = PrimaryLine(message);
  if (sqlstate == "40001" || sqlstate == "40P01") return Conflict();
  if (sqlstate == "40003") return StatusOfLoss(LossMeans::kOutcomeUnknown);
  if (sqlstate == "53100") {
    return Unavailable(reason::kDatabaseFull, "the disk of the database is full; nothing was stored: make room",
                       kRetryFullDiskAfter);
  }
  if (sqlstate == "57014" || sqlstate == "55P03") {
    return MakeError(StatusCode::kDeadlineExceeded, reason::kDatabaseTimeout,
                     "the database took too long and the statement was cancelled; nothing was changed");
  }
  if (sqlstate == "25006") {
    return Unavailable(reason::kDatabaseReadOnly, "the database is read-only, as a standby is", kRetryServerAfter);
  }
  if (sqlstate.starts_with("53") || sqlstate.starts_with("57P") || sqlstate.starts_with("08")) {
    return Unavailable(reason::kDatabaseUnavailable, StrCat("the database cannot serve now: ", message),
                       kRetryServerAfter);
  }
  if (sqlstate.starts_with("23")) return ConstraintViolated(sqlstate, message);
  // The message of a data error quotes the value, which may be a citizen's.
  if (sqlstate.starts_with("22"))
    return Refused(StatusCode::kInvalidArgument, sqlstate, "a value does not fit its type");
  return Refused(StatusCode::kInternal, sqlstate, message);
}

// Where the driver's exception does not hold the server's SQLSTATE, its type stands for one.
std::optional<absl::Status> StatusOfServerException() {
  try {
    throw;
  } catch (const pqxx::statement_completion_unknown& error) {
    return StatusOfSqlState("40003", error.what());
  } catch (const pqxx::transaction_rollback&) {
    return Conflict();
  } catch (const pqxx::too_many_connections& error) {
    return StatusOfSqlState("53300", error.what());
  } catch (const pqxx::broken_connection& error) {
    return StatusOfSqlState("08000", error.what());
  } catch (const pqxx::insufficient_privilege& error) {
    return StatusOfSqlState("42501", error.what());
  } catch (const pqxx::sql_error& error) {
    if (!error.sqlstate().empty()) return StatusOfSqlState(error.sqlstate(), error.what());
    return std::nullopt;
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace switchboard
