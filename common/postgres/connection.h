// One session with PostgreSQL.
#ifndef SWITCHBOARD_COMMON_POSTGRES_CONNECTION_H_
#define SWITCHBOARD_COMMON_POSTGRES_CONNECTION_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/postgres/copy_rows.h"
#include "common/postgres/params.h"
#include "common/postgres/rows.h"
#include "common/postgres/sql_statement.h"

namespace switchboard {

struct SessionOptions {
  std::string conninfo;                          // libpq keywords or URI; may hold a password
  std::string application_name = "switchboard";  // seen in pg_stat_activity
  bool relaxed_commit = false;                   // synchronous_commit=off: a crash may forget the last transactions
  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration statement_timeout = absl::Seconds(30);       // the server cancels what runs longer; zero: no limit
  absl::Duration lock_timeout = absl::ZeroDuration();         // zero: no limit but the statement's
  std::vector<std::pair<std::string, std::string>> settings;  // further ones of the server, e.g. {"work_mem", "'64MB'"}
};

// One `COPY … FROM STDIN (FORMAT binary)` and what it takes. Borrowed.
struct CopyStep {
  const SqlStatement& statement;
  const CopyRows& rows;
};

// A session. Used by one thread at a time. Statements commit by themselves unless they run inside Transaction().
//
// Errors, wherever a statement is run (this is the whole list):
//   UNAVAILABLE    DATABASE_UNAVAILABLE    no connection, or it was found dead before the statement was sent: repeat
//   freely
//                  COMMIT_OUTCOME_UNKNOWN  it died while a statement that commits was under way: ask the database what
//                                          happened before repeating
//                  DATABASE_FULL           the server's disk is full
//                  DATABASE_READ_ONLY      a standby answered
//                  DATABASE_BUSY           (Database only) no connection came free in time
//   ABORTED        DATABASE_CONFLICT       serialization failure or deadlock; nothing was changed
//   DEADLINE_EXCEEDED DATABASE_TIMEOUT     statement or lock timeout; nothing was changed
//   ALREADY_EXISTS CONSTRAINT_VIOLATED     unique violation; metadata "constraint"
//   FAILED_PRECONDITION CONSTRAINT_VIOLATED another constraint
//   INVALID_ARGUMENT DATABASE_REFUSED      a value that the type cannot hold, or a NUL in a text
//   INTERNAL       DATABASE_REFUSED        everything else: a mistake in the statement; metadata "sqlstate"
// The texts never contain parameter values.
class Connection {
 public:
  // Connects and sets the session up. Blocks for at most connect_timeout per address.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const SessionOptions& options);

  virtual ~Connection() = default;

  // Runs a statement, which is prepared at its first use on this session.
  virtual absl::StatusOr<Rows> Execute(const SqlStatement& statement, const Params& params) = 0;

  template <typename... Values>
  absl::StatusOr<Rows> Execute(const SqlStatement& statement, const Values&... values) {
    return Execute(statement, Params::Of(values...));
  }

  // Runs the steps that have rows in their order, all or none of them: the cheapest way to insert many rows.
  virtual absl::Status Load(absl::Span<const CopyStep> steps) = 0;

  // Runs SQL that is not prepared and has no parameters; several statements are one transaction unless they contain
  // transaction commands. Gives the last one's rows.
  virtual absl::StatusOr<Rows> ExecuteScript(std::string_view sql) = 0;

  // BEGIN, `body`, COMMIT; ROLLBACK when body fails. Statements of the body do not commit, so a connection lost there
  // is DATABASE_UNAVAILABLE; lost during COMMIT it is COMMIT_OUTCOME_UNKNOWN. Not nestable. No retry: see Database.
  virtual absl::Status Transaction(absl::FunctionRef<absl::Status(Connection&)> body) = 0;

  // False once the session is lost; every call then fails with DATABASE_UNAVAILABLE.
  virtual bool IsOpen() const = 0;

  // Looks without a round trip whether the server has hung up meanwhile, and IsOpen() then says so.
  virtual void DetectLoss() = 0;

  // The process id of this session's server process.
  virtual int BackendPid() const = 0;

  // The server's version as a number, e.g. 150004.
  virtual int ServerVersion() const = 0;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_CONNECTION_H_
