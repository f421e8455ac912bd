#include "services/queue/in_memory_queue_store.h"

#include "tests/contract/queue_store_clocks.h"
#include "tests/contract/queue_store_corrections.h"
#include "tests/contract/queue_store_deliveries.h"
#include "tests/contract/queue_store_skew.h"

namespace switchboard::queue {
namespace {

class InMemory final : public StoreUnderTest {
 public:
  QueueStore& store() override { return store_; }
  QueueStore& other() override { return store_; }

 private:
  InMemoryQueueStore store_;
};

const StoreKind kInMemory = {"InMemory", [](const Clock&, IdGenerator&) { return std::make_unique<InMemory>(); }};

INSTANTIATE_TEST_SUITE_P(InMemory, QueueStoreCorrections, testing::Values(kInMemory),
                         [](const auto& kind) { return kind.param.name; });
INSTANTIATE_TEST_SUITE_P(InMemory, QueueStoreDeliveries, testing::Values(kInMemory),
                         [](const auto& kind) { return kind.param.name; });
INSTANTIATE_TEST_SUITE_P(InMemory, QueueStoreClocks, testing::Values(kInMemory),
                         [](const auto& kind) { return kind.param.name; });
INSTANTIATE_TEST_SUITE_P(InMemory, QueueStoreClockSkew, testing::Values(kInMemory),
                         [](const auto& kind) { return kind.param.name; });
INSTANTIATE_TEST_SUITE_P(InMemory, QueueStoreContract, testing::Values(kInMemory),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace switchboard::queue
