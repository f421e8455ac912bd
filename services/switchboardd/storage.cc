#include "services/switchboardd/storage.h"

#include <utility>

#include "common/postgres/migrator.h"
#include "common/postgres/server_check.h"
#include "common/runtime/log.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/guidance/store/postgres_answer_store.h"
#include "services/queue/postgres_queue_store.h"
#include "services/triage/store/postgres_configuration_store.h"
#include "services/workforce/postgres_worker_store.h"

namespace switchboard {
namespace {

constexpr absl::Duration kClockInterval = absl::Minutes(1);

// Sessions for the threads that show and list inquiries.
constexpr int kLookUpConnections = 4;

// Sessions for what the follower, the sampler and the chores ask.
constexpr int kQueryConnections = 3;

// Besides the writers, calls by inquiry (withdraw, append) and the applying of configurations wait for the disk.
constexpr int kOtherDurableConnections = 4;

queue::QueueConnections ConnectionsFor(const queue::EngineOptions& engine) {
  return {.durable = engine.submit_writers + engine.settle_writers + kOtherDurableConnections,
          .relaxed = engine.claim_writers + 1,
          .look_up = kLookUpConnections,
          .query = kQueryConnections};
}

}  // namespace

StatementObserver CountStatements(MetricRegistry& registry) {
  HistogramFamily& seconds = registry.Histograms("statement_seconds", "How long the database took for a statement.",
                                                 {"statement"}, WorkBuckets(), 500);
  return [&seconds](const char* statement, absl::Duration duration, const absl::Status&) {
    seconds.With({statement}).Observe(absl::ToDoubleSeconds(duration));
  };
}

absl::StatusOr<std::unique_ptr<Storage>> Storage::Open(const ServerOptions& options, SchemaStep step,
                                                       const Clock& local, MetricRegistry& registry) {
  std::unique_ptr<Storage> storage(new Storage(local));
  SWITCHBOARD_RETURN_IF_ERROR(storage->Connect(options, registry));
  SWITCHBOARD_RETURN_IF_ERROR(storage->CheckAndMigrate(options, step));
  SWITCHBOARD_RETURN_IF_ERROR(storage->MeasureClock());
  return storage;
}

Storage::~Storage() {
  clock_task_.reset();
  database_.reset();
  if (embedded_ == nullptr) return;
  const absl::Status stopped = embedded_->Stop();
  if (!stopped.ok()) Log(LogLevel::kError, StrCat("the private PostgreSQL: ", stopped.message()));
}

absl::Status Storage::Connect(const ServerOptions& options, MetricRegistry& registry) {
  conninfo_ = options.database;
  if (options.HasOwnDatabase()) {
    SWITCHBOARD_ASSIGN_OR_RETURN(
        embedded_, EmbeddedPostgres::Start({.data_dir = options.data_dir, .bin_dir = options.postgres_bin_dir}));
    conninfo_ = embedded_->conninfo();
  }
  DatabaseOptions database = queue::QueueDatabaseOptions(conninfo_, ConnectionsFor(options.engine));
  database.application_name = "switchboardd";
  database.observer = CountStatements(registry);
  database_ = std::make_unique<Database>(std::move(database), clock_);
  return absl::OkStatus();
}

absl::Status Storage::CheckAndMigrate(const ServerOptions& options, SchemaStep step) {
  const Migrator migrator({queue::QueueMigrations(), triage::ConfigurationMigrations(), guidance::AnswerMigrations(),
                           workforce::WorkerMigrations()});
  return database_->WithConnection(kDurablePool, [&](Connection& connection) {
    SWITCHBOARD_RETURN_IF_ERROR(CheckServer(connection));
    if (!options.allow_data_loss) SWITCHBOARD_RETURN_IF_ERROR(CheckDurability(connection));
    if (step == SchemaStep::kCheck) return migrator.Check(connection);
    SWITCHBOARD_ASSIGN_OR_RETURN(const int applied, migrator.Migrate(connection));
    Log(LogLevel::kInfo, applied > 0 ? StrCat("applied ", applied, " migrations") : "the schema is up to date");
    return absl::OkStatus();
  });
}

absl::Status Storage::Revive() {
  if (embedded_ != nullptr) SWITCHBOARD_RETURN_IF_ERROR(embedded_->RestartIfDead());
  return database_->Ping(kQueryPool);
}

void Storage::KeepClock() {
  clock_task_ = std::make_unique<PeriodicTask>("clock", kClockInterval, [this] {
    const absl::Status measured = MeasureClock();
    if (!measured.ok()) Log(LogLevel::kWarning, StrCat("the database's clock: ", measured.message()));
  });
}

absl::Status Storage::MeasureClock() {
  return database_->WithConnection(kQueryPool, [this](Connection& connection) { return clock_.Measure(connection); });
}

}  // namespace switchboard
