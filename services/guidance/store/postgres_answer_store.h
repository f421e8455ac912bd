// AnswerStore on PostgreSQL.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_STORE_POSTGRES_ANSWER_STORE_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_STORE_POSTGRES_ANSWER_STORE_H_

#include <memory>

#include "common/postgres/database.h"
#include "common/postgres/migrator.h"
#include "services/guidance/answer_store.h"

namespace switchboard::guidance {

// The tables that the store needs.
MigrationSet AnswerMigrations();

// `database` has the pools kDurablePool and kQueryPool and outlives the store.
std::unique_ptr<AnswerStore> MakePostgresAnswerStore(Database& database);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_STORE_POSTGRES_ANSWER_STORE_H_
