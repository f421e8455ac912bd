// CorrectionStore on PostgreSQL.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_STORE_POSTGRES_CORRECTION_STORE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_STORE_POSTGRES_CORRECTION_STORE_H_

#include <memory>

#include "common/postgres/database.h"
#include "services/triage/correction_store.h"

namespace switchboard::triage {

// Its table is among ConfigurationMigrations(). Gather() reads the inquiries and events of the queue engine, where
// every correction is written in the commit that makes it. `database` has the pools kDurablePool and kQueryPool and
// outlives the store.
std::unique_ptr<CorrectionStore> MakePostgresCorrectionStore(Database& database);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_STORE_POSTGRES_CORRECTION_STORE_H_
