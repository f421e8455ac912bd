// The database of a process: a private one or somebody else's, checked, at the right schema, with its clock told
// locally.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARDD_STORAGE_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARDD_STORAGE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/metrics/metric_registry.h"
#include "common/postgres/database.h"
#include "common/postgres/database_clock.h"
#include "common/postgres/embedded_postgres.h"
#include "common/runtime/periodic_task.h"
#include "common/time/clock.h"
#include "services/switchboardd/server_options.h"

namespace switchboard {

enum class SchemaStep {
  kCheck,    // refuse a schema that is not this program's
  kMigrate,  // bring it there
};

// Counts into statement_seconds{statement}. `registry` outlives the observer.
StatementObserver CountStatements(MetricRegistry& registry);

// Owns the private server, if there is one, and the sessions. Opened and closed by one thread.
class Storage {
 public:
  // Starts the private server or connects; refuses a server that is too old, a standby, or not durable (unless told to
  // accept data loss). `local` and `registry` outlive it.
  static absl::StatusOr<std::unique_ptr<Storage>> Open(const ServerOptions& options, SchemaStep step,
                                                       const Clock& local, MetricRegistry& registry);

  // Closes the sessions, then stops the private server.
  ~Storage();

  Database& database() { return *database_; }
  const Clock& clock() const { return clock_; }
  const std::string& conninfo() const { return conninfo_; }

  // OK while the database answers; starts a private server again that died. Blocks; called every second or so.
  absl::Status Revive();

  // Begins to measure the database's clock once a minute.
  void KeepClock();

 private:
  explicit Storage(const Clock& local) : clock_(local) {}

  absl::Status Connect(const ServerOptions& options, MetricRegistry& registry);
  absl::Status CheckAndMigrate(const ServerOptions& options, SchemaStep step);
  absl::Status MeasureClock();

  DatabaseClock clock_;
  std::unique_ptr<EmbeddedPostgres> embedded_;
  std::string conninfo_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<PeriodicTask> clock_task_;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARDD_STORAGE_H_
