// Pools of sessions with one PostgreSQL database.
#ifndef SWITCHBOARD_COMMON_POSTGRES_DATABASE_H_
#define SWITCHBOARD_COMMON_POSTGRES_DATABASE_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/postgres/connection.h"
#include "common/time/clock.h"

namespace switchboard {

// The usual roles of a pool. Further roles are free text.
inline constexpr std::string_view kDurablePool = "durable";  // commits wait for the disk
inline constexpr std::string_view kRelaxedPool = "relaxed";  // synchronous_commit=off: claims
inline constexpr std::string_view kQueryPool = "query";      // reading

struct PoolOptions {
  std::string role;
  int connections = 2;
  bool relaxed_commit = false;
  absl::Duration statement_timeout = absl::Seconds(30);
  absl::Duration acquire_timeout = absl::Seconds(5);          // how long a caller waits for a free session
  std::vector<std::pair<std::string, std::string>> settings;  // see SessionOptions
};

// Told about every statement and transaction: name ("transaction" for the latter), how long, how it ended. Called on
// the caller's thread; must be quick and thread-safe.
using StatementObserver =
    std::function<void(const char* statement, absl::Duration duration, const absl::Status& status)>;

struct DatabaseOptions {
  std::string conninfo;
  std::string application_name = "switchboard";
  absl::Duration connect_timeout = absl::Seconds(5);
  std::vector<PoolOptions> pools = DefaultPools();
  int max_conflict_retries = 5;                             // of serialization failures and deadlocks
  absl::Duration initial_backoff = absl::Milliseconds(50);  // between attempts to connect again, doubled …
  absl::Duration max_backoff = absl::Seconds(2);            // … up to this
  StatementObserver observer;                               // may be empty

  static std::vector<PoolOptions> DefaultPools();  // durable 3, relaxed 2, query 2
};

// Thread-safe. Sessions are opened at first use and reopened after a loss; while the database cannot be reached, one
// attempt is made per backoff interval and everybody else is told DATABASE_UNAVAILABLE (with RetryInfo) at once.
// Blocks the caller: never call it on a gRPC thread. Errors as in connection.h.
class Database {
 public:
  // Does not connect. `clock` must outlive the database. Roles are distinct.
  Database(DatabaseOptions options, const Clock& clock);
  ~Database();  // no call is under way

  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Borrows a session of the pool `role` while `body` runs. Nothing is repeated. An unknown role is INTERNAL.
  absl::Status WithConnection(std::string_view role, absl::FunctionRef<absl::Status(Connection&)> body);

  // One statement that commits by itself. Conflicts, and a session that turned out dead before the statement was sent,
  // are retried a bounded number of times.
  absl::StatusOr<Rows> Execute(std::string_view role, const SqlStatement& statement, const Params& params);

  template <typename... Values>
  absl::StatusOr<Rows> Execute(std::string_view role, const SqlStatement& statement, const Values&... values) {
    return Execute(role, statement, Params::Of(values...));
  }

  // Connection::Load under a name for the observer, repeated as a statement is.
  absl::Status Load(std::string_view role, const char* name, absl::Span<const CopyStep> steps);

  // A transaction, begun again from the start on conflict and on a session lost before COMMIT, a bounded number of
  // times: `body` must be repeatable.
  absl::Status Transaction(std::string_view role, absl::FunctionRef<absl::Status(Connection&)> body);

  // OK when a session of the pool answers. For health checks.
  absl::Status Ping(std::string_view role);

  // Closes every session that is not in use. Later calls open new ones.
  void CloseIdle();

  const DatabaseOptions& options() const { return options_; }

 private:
  class Pool;
  Pool* FindPool(std::string_view role) const;
  // Repeats what may be repeated, and tells the observer of every attempt.
  absl::Status Observed(const char* name, absl::FunctionRef<absl::Status()> attempt);

  const DatabaseOptions options_;
  const Clock& clock_;
  std::vector<std::unique_ptr<Pool>> pools_;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_DATABASE_H_
