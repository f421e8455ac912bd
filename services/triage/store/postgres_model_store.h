// ModelStore on PostgreSQL.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_STORE_POSTGRES_MODEL_STORE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_STORE_POSTGRES_MODEL_STORE_H_

#include <memory>

#include "common/postgres/database.h"
#include "services/triage/model_store.h"

namespace switchboard::triage {

// Its tables are among ConfigurationMigrations(). `database` has the pools kDurablePool and kQueryPool and outlives the
// store.
std::unique_ptr<ModelStore> MakePostgresModelStore(Database& database);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_STORE_POSTGRES_MODEL_STORE_H_
