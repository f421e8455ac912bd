// Statutory clocks over the real record: whatever is done to an inquiry, none moves, vanishes, or stops but by its
// outcome.
#include "tests/contract/queue_store_clocks.h"

namespace switchboard::queue {
namespace {

TEST_P(QueueStoreClocks, NothingMovesThem) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    RandomLife life(seed);
    NewInquiry fresh = Fresh();
    fresh.content.topic = kTopics[seed % 4];
    const NewInquiry inquiry = Enqueued(fresh);
    const int64_t id = inquiry.content.id;
    std::optional<ClaimedInquiry> lease;
    std::map<std::string, InquiryClock> before = StatutoryOf(id);
    for (int step = 0; step < 40; ++step) {
      Live(id, inquiry.place, lease, life);
      const std::map<std::string, InquiryClock> after = StatutoryOf(id);
      for (const auto& [topic, clock] : before) {
        ASSERT_TRUE(after.contains(topic)) << seed << " " << step;
        EXPECT_EQ(after.at(topic).start, clock.start) << seed << " " << step;
        EXPECT_EQ(after.at(topic).due, clock.due) << seed << " " << step;
        if (clock.stop) EXPECT_EQ(after.at(topic), clock) << seed << " " << step;
      }
      for (const auto& [topic, clock] : after) {
        EXPECT_EQ(clock.start, inquiry.content.create_time);
        const bool newly_stopped = clock.stop && !(before.contains(topic) && before.at(topic).stop);
        if (newly_stopped) EXPECT_EQ(clock.outcome, "GRANTED") << seed << " " << step;
      }
      before = after;
    }
    // Out of the way of the next.
    ASSERT_TRUE(store().Withdraw(id, "end", now()).ok());
    EXPECT_EQ(StatutoryOf(id), before) << "an end is no outcome";
  }
}

}  // namespace
}  // namespace switchboard::queue
