#include "services/queue/postgres_queue_store.h"

#include "tests/contract/queue_store_clocks.h"
#include "tests/contract/queue_store_corrections.h"
#include "tests/contract/queue_store_deliveries.h"
#include "tests/contract/queue_store_skew.h"
#include "tests/support/queue_database.h"

namespace switchboard::queue {
namespace {

// Two stores as two processes would have them, each with sessions and a node number of its own.
class OnPostgres final : public StoreUnderTest {
 public:
  OnPostgres(const Clock& clock, IdGenerator& ids)
      : database_(QueueDatabaseOptions(conninfo_), system_clock_),
        other_database_(QueueDatabaseOptions(conninfo_), system_clock_),
        other_ids_(clock, 2),
        store_(database_, ids),
        other_(other_database_, other_ids_) {}

  QueueStore& store() override { return store_; }
  QueueStore& other() override { return other_; }

 private:
  const std::string conninfo_ = CreateQueueDatabase();
  SystemClock system_clock_;
  Database database_;
  Database other_database_;
  IdGenerator other_ids_;
  PostgresQueueStore store_;
  PostgresQueueStore other_;
};

const StoreKind kPostgres = {
    "Postgres", [](const Clock& clock, IdGenerator& ids) { return std::make_unique<OnPostgres>(clock, ids); }};

INSTANTIATE_TEST_SUITE_P(Postgres, QueueStoreCorrections, testing::Values(kPostgres),
                         [](const auto& kind) { return kind.param.name; });
INSTANTIATE_TEST_SUITE_P(Postgres, QueueStoreDeliveries, testing::Values(kPostgres),
                         [](const auto& kind) { return kind.param.name; });
INSTANTIATE_TEST_SUITE_P(Postgres, QueueStoreClocks, testing::Values(kPostgres),
                         [](const auto& kind) { return kind.param.name; });
INSTANTIATE_TEST_SUITE_P(Postgres, QueueStoreClockSkew, testing::Values(kPostgres),
                         [](const auto& kind) { return kind.param.name; });
INSTANTIATE_TEST_SUITE_P(Postgres, QueueStoreContract, testing::Values(kPostgres),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace switchboard::queue
