// A fresh database with the queue's tables in the test server of this process.
#ifndef SWITCHBOARD_TESTS_SUPPORT_QUEUE_DATABASE_H_
#define SWITCHBOARD_TESTS_SUPPORT_QUEUE_DATABASE_H_

#include <string>

#include "gtest/gtest.h"
#include "services/queue/postgres_queue_store.h"
#include "tests/support/test_postgres.h"

namespace switchboard::queue {

// Gives its conninfo.
inline std::string CreateQueueDatabase() {
  return TestPostgres::Get().CreateDatabaseFrom("queue", [](Connection& connection) {
    const auto migrated = Migrator({QueueMigrations()}).Migrate(connection);
    ASSERT_TRUE(migrated.ok()) << migrated.status();
  });
}

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_TESTS_SUPPORT_QUEUE_DATABASE_H_
