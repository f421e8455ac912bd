// TopicMixStore on PostgreSQL.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_STORE_POSTGRES_TOPIC_MIX_STORE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_STORE_POSTGRES_TOPIC_MIX_STORE_H_

#include <memory>

#include "common/postgres/database.h"
#include "services/triage/topic_mix_store.h"

namespace switchboard::triage {

// Its table is among ConfigurationMigrations(). `database` has the pools kDurablePool and kQueryPool and outlives the
// store.
std::unique_ptr<TopicMixStore> MakePostgresTopicMixStore(Database& database);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_STORE_POSTGRES_TOPIC_MIX_STORE_H_
