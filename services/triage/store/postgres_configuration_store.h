// ConfigurationStore on PostgreSQL.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_STORE_POSTGRES_CONFIGURATION_STORE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_STORE_POSTGRES_CONFIGURATION_STORE_H_

#include <memory>

#include "common/postgres/database.h"
#include "common/postgres/migrator.h"
#include "services/triage/configuration_store.h"

namespace switchboard::triage {

// The channel on which a new version is announced (payload: its number). A hint: whoever misses it sees it by polling.
inline constexpr char kConfigurationChannel[] = "switchboard_configuration";

// The tables that the store needs.
MigrationSet ConfigurationMigrations();

// `database` has the pools kDurablePool and kQueryPool and outlives the store.
std::unique_ptr<ConfigurationStore> MakePostgresConfigurationStore(Database& database);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_STORE_POSTGRES_CONFIGURATION_STORE_H_
