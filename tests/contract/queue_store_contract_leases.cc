// Leases as they stand: what a worker holds, and who holds a lease.
#include <gmock/gmock.h>

#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<int64_t> HeldBy(std::string_view worker, const Place& place, QueueStore& store, int64_t hint = 0) {
  const auto leases = store.LeasesOf(worker, {{place.queue, place.lane, hint}});
  EXPECT_TRUE(leases.ok()) << leases.status();
  std::vector<int64_t> ids;
  if (leases.ok()) {
    for (const HeldLease& each : *leases) ids.push_back(each.lease.id);
  }
  return ids;
}

TEST_P(QueueStoreContract, AWorkersLeasesAreToldInTheOrderOfTheirClaims) {
  const NewInquiry first = Enqueued();
  const NewInquiry second = Enqueued();
  Enqueued();  // waits
  ClaimOne(first.place);
  clock_.Advance(absl::Seconds(1));
  const ClaimedInquiry later = ClaimOne(second.place);
  EXPECT_THAT(HeldBy("anna", first.place, store()), ElementsAre(first.content.id, second.content.id));
  EXPECT_THAT(HeldBy("anna", first.place, store(), later.place.position),
              ElementsAre(first.content.id, second.content.id));
  EXPECT_THAT(HeldBy("ben", first.place, store()), IsEmpty());
  EXPECT_THAT(HeldBy("anna", Place{kGeneral, first.place.lane, 1}, store()), IsEmpty());

  const auto leases = store().LeasesOf("anna", {{first.place.queue, first.place.lane, 0}});
  ASSERT_TRUE(leases.ok()) << leases.status();
  EXPECT_EQ(leases->at(1).lease.token, later.token);
  EXPECT_EQ(leases->at(1).lease.place, later.place);
  EXPECT_EQ(leases->at(1).lease_until, later.lease_until);
  EXPECT_EQ(leases->at(1).attempts, 1);
  EXPECT_EQ(Settle(Completing(later)).kind, SettleOutcome::Kind::kDone);
  EXPECT_THAT(HeldBy("anna", first.place, store()), ElementsAre(first.content.id));
}

TEST_P(QueueStoreContract, ALeaseTellsItsHolderAndNobodyAfterwards) {
  const ClaimedInquiry claimed = ClaimOne(Enqueued().place);
  LeaseKey lease = KeyOf(claimed);
  EXPECT_EQ(store().HolderOf(lease).value_or("?"), "anna");
  lease.token += 1;
  EXPECT_EQ(store().HolderOf(lease).value_or("?"), "");
  EXPECT_EQ(Settle(Completing(claimed)).kind, SettleOutcome::Kind::kDone);
  EXPECT_EQ(store().HolderOf(KeyOf(claimed)).value_or("?"), "");
}

}  // namespace
}  // namespace switchboard::queue
