// Whatever is done to an inquiry, at any instant at most one worker answers for it: of all the leases that were ever
// granted one is in force while it is leased, and none otherwise.
#include <gtest/gtest.h>

#include "tests/contract/queue_store_clocks.h"

namespace switchboard::queue {
namespace {

TEST_P(QueueStoreClocks, OneWorkerAtMostAnswersForIt) {
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    RandomLife life(seed);
    const NewInquiry inquiry = Enqueued();
    const int64_t id = inquiry.content.id;
    std::optional<ClaimedInquiry> lease;
    std::map<int64_t, LeaseKey> granted;  // by token
    for (int step = 0; step < 40; ++step) {
      Live(id, inquiry.place, lease, life);
      if (lease.has_value()) granted[lease->token] = KeyOf(*lease);
      int owners = 0;
      for (const auto& [token, key] : granted) {
        const std::string holder = store().HolderOf(key).value_or("?");
        owners += holder.empty() ? 0 : 1;
        if (!holder.empty()) {
          EXPECT_EQ(token, lease->token) << seed << " " << step << ": an earlier lease is in force";
          EXPECT_EQ(holder, lease->worker) << seed << " " << step;
        }
      }
      EXPECT_EQ(owners, Get(id).state == InquiryState::kLeased ? 1 : 0) << seed << " " << step;
    }
    EXPECT_GT(granted.size(), 2U) << seed << ": too short a life to mean anything";
    ASSERT_TRUE(store().Withdraw(id, "end", now()).ok());  // out of the way of the next
  }
}

}  // namespace
}  // namespace switchboard::queue
