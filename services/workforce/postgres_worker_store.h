// WorkerStore on PostgreSQL.
#ifndef SWITCHBOARD_SERVICES_WORKFORCE_POSTGRES_WORKER_STORE_H_
#define SWITCHBOARD_SERVICES_WORKFORCE_POSTGRES_WORKER_STORE_H_

#include <memory>

#include "common/postgres/database.h"
#include "common/postgres/migrator.h"
#include "services/workforce/worker_store.h"

namespace switchboard::workforce {

// The channel on which a change is announced. A hint: whoever misses it sees the change by polling.
inline constexpr char kWorkerChannel[] = "switchboard_worker";

// The tables that the store needs.
MigrationSet WorkerMigrations();

// `database` has the pools kDurablePool and kQueryPool and outlives the store.
std::unique_ptr<WorkerStore> MakePostgresWorkerStore(Database& database);

}  // namespace switchboard::workforce

#endif  // SWITCHBOARD_SERVICES_WORKFORCE_POSTGRES_WORKER_STORE_H_
