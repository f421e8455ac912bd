#include "common/postgres/database.h"

#include <algorithm>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/cleanup/cleanup.h"
#include "absl/synchronization/mutex.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

constexpr char kTransactionName[] = "transaction";
constexpr char kPingName[] = "ping";
// A session that was found dead is replaced at once; several may be dead together after the server went away.
constexpr int kMaxDeadSessionRetries = 3;

// A session lost before anything happened. A server that cannot be reached carries a RetryInfo instead.
bool IsDeadSession(const absl::Status& status) {
  return HasReason(status, reason::kDatabaseUnavailable) && !RetryAfterOf(status).has_value();
}

}  // namespace

std::vector<PoolOptions> DatabaseOptions::DefaultPools() {
  return {{.role = std::string(kDurablePool), .connections = 3},
          {.role = std::string(kRelaxedPool), .connections = 2, .relaxed_commit = true},
          {.role = std::string(kQueryPool), .connections = 2}};
}

// The sessions of one role. Thread-safe.
class Database::Pool {
 public:
  Pool(const DatabaseOptions& database, const PoolOptions& pool, const Clock& clock)
      : database_(database), pool_(pool), clock_(clock), free_(pool.connections) {}

  const std::string& role() const { return pool_.role; }

  absl::Status With(absl::FunctionRef<absl::Status(Connection&)> body) {
    if (!Acquire()) {
      return Unavailable(reason::kDatabaseBusy,
                         StrCat("every database connection of the pool '", pool_.role, "' is busy"),
                         database_.initial_backoff);
    }
    std::unique_ptr<Connection> connection = TakeIdle();
    const absl::Cleanup release = [&] { Release(std::move(connection)); };
    if (connection == nullptr) {
      absl::StatusOr<std::unique_ptr<Connection>> opened = Open();
      if (!opened.ok()) return opened.status();
      connection = *std::move(opened);
    }
    return body(*connection);
  }

  void CloseIdle() {
    std::vector<std::unique_ptr<Connection>> closing;
    absl::MutexLock lock(&mutex_);
    closing.swap(idle_);
  }

 private:
  // Takes one of the pool's places; false when none came free in time.
  bool Acquire() {
    absl::MutexLock lock(&mutex_);
    const auto is_free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return free_ > 0; };
    if (!mutex_.AwaitWithTimeout(absl::Condition(&is_free), pool_.acquire_timeout)) return false;
    --free_;
    return true;
  }

  // The session used last that is still alive, if any: it is the one most likely to be warm.
  std::unique_ptr<Connection> TakeIdle() {
    while (true) {
      std::unique_ptr<Connection> connection;
      {
        absl::MutexLock lock(&mutex_);
        if (idle_.empty()) return nullptr;
        connection = std::move(idle_.back());
        idle_.pop_back();
      }
      connection->DetectLoss();
      if (connection->IsOpen()) return connection;
    }
  }

  void Release(std::unique_ptr<Connection> connection) {
    std::unique_ptr<Connection> closing;
    absl::MutexLock lock(&mutex_);
    ++free_;
    if (connection == nullptr) return;
    (connection->IsOpen() ? idle_.emplace_back() : closing) = std::move(connection);
  }

  absl::StatusOr<std::unique_ptr<Connection>> Open() {
    if (const absl::Duration wait = ReserveAttempt(); wait > absl::ZeroDuration()) {
      return Unavailable(reason::kDatabaseUnavailable, "the database cannot be reached", wait);
    }
    absl::StatusOr<std::unique_ptr<Connection>> connection =
        Connection::Open({.conninfo = database_.conninfo,
                          .application_name = StrCat(database_.application_name, "/", pool_.role),
                          .relaxed_commit = pool_.relaxed_commit,
                          .connect_timeout = database_.connect_timeout,
                          .statement_timeout = pool_.statement_timeout,
                          .settings = pool_.settings});
    const absl::Duration retry_after = ConcludeAttempt(connection.ok());
    if (!connection.ok()) return WithRetryAfter(connection.status(), retry_after);
    return connection;
  }

  // Zero when an attempt to connect may be made now, else how long until the next. After a failure one caller tries per
  // backoff interval; the others need not wait for a timeout of their own.
  absl::Duration ReserveAttempt() {
    absl::MutexLock lock(&mutex_);
    const absl::Duration now = clock_.Elapsed();
    if (backoff_ == absl::ZeroDuration()) return absl::ZeroDuration();
    if (now < next_attempt_) return next_attempt_ - now;
    next_attempt_ = now + std::max(backoff_, database_.connect_timeout);
    return absl::ZeroDuration();
  }

  absl::Duration ConcludeAttempt(bool connected) {
    absl::MutexLock lock(&mutex_);
    backoff_ =
        connected ? absl::ZeroDuration() : std::clamp(2 * backoff_, database_.initial_backoff, database_.max_backoff);
    next_attempt_ = clock_.Elapsed() + backoff_;
    return backoff_;
  }

  const DatabaseOptions& database_;
  const PoolOptions pool_;
  const Clock& clock_;
  absl::Mutex mutex_;
  int free_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Connection>> idle_ ABSL_GUARDED_BY(mutex_);
  absl::Duration backoff_ ABSL_GUARDED_BY(mutex_);
  absl::Duration next_attempt_ ABSL_GUARDED_BY(mutex_);
};

Database::Database(DatabaseOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {
  for (const PoolOptions& pool : options_.pools) pools_.push_back(std::make_unique<Pool>(options_, pool, clock_));
}

Database::~Database() = default;

Database::Pool* Database::FindPool(std::string_view role) const {
  for (const auto& pool : pools_) {
    if (pool->role() == role) return pool.get();
  }
  return nullptr;
}

absl::Status Database::WithConnection(std::string_view role, absl::FunctionRef<absl::Status(Connection&)> body) {
  Pool* pool = FindPool(role);
  if (pool == nullptr) {
    return MakeError(absl::StatusCode::kInternal, reason::kInternal, StrCat("there is no database pool '", role, "'"));
  }
  return pool->With(body);
}

absl::Status Database::Observed(const char* name, absl::FunctionRef<absl::Status()> attempt) {
  int conflicts_left = options_.max_conflict_retries;
  int dead_sessions_left = kMaxDeadSessionRetries;
  while (true) {
    const absl::Duration started = clock_.Elapsed();
    absl::Status status = attempt();
    if (options_.observer) options_.observer(name, clock_.Elapsed() - started, status);
    const bool repeat = (HasReason(status, reason::kDatabaseConflict) && conflicts_left-- > 0) ||
                        (IsDeadSession(status) && dead_sessions_left-- > 0);
    if (!repeat) return status;
  }
}

absl::StatusOr<Rows> Database::Execute(std::string_view role, const SqlStatement& statement, const Params& params) {
  Rows rows;
  const absl::Status status = Observed(statement.name, [&] {
    return WithConnection(role, [&](Connection& connection) {
      absl::StatusOr<Rows> result = connection.Execute(statement, params);
      if (result.ok()) rows = *std::move(result);
      return result.status();
    });
  });
  if (!status.ok()) return status;
  return rows;
}

absl::Status Database::Load(std::string_view role, const char* name, absl::Span<const CopyStep> steps) {
  return Observed(name,
                  [&] { return WithConnection(role, [&](Connection& connection) { return connection.Load(steps); }); });
}

absl::Status Database::Transaction(std::string_view role, absl::FunctionRef<absl::Status(Connection&)> body) {
  return Observed(kTransactionName, [&] {
    return WithConnection(role, [&](Connection& connection) { return connection.Transaction(body); });
  });
}

absl::Status Database::Ping(std::string_view role) {
  return Observed(kPingName, [&] {
    return WithConnection(role, [](Connection& connection) { return connection.ExecuteScript("SELECT 1").status(); });
  });
}

void Database::CloseIdle() {
  for (const auto& pool : pools_) pool->CloseIdle();
}

}  // namespace switchboard
