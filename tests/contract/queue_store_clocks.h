// Random lives of inquiries with statutory clocks.
#ifndef SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_CLOCKS_H_
#define SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_CLOCKS_H_

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "services/queue/clocks.h"
#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {

// What chance decides in the life of an inquiry.
class RandomLife {
 public:
  explicit RandomLife(uint32_t seed) : random_(seed) {}
  int Roll(int sides) { return std::uniform_int_distribution<>(0, sides - 1)(random_); }

 private:
  std::mt19937 random_;
};

inline constexpr const char* kTopics[] = {"potholes", "freedom-of-information", "complaints", "privacy-requests"};

class QueueStoreClocks : public QueueStoreContract {
 protected:
  // What the configuration says of a topic's statute at the moment; it is applied anew all the time.
  static std::optional<absl::Duration> StatuteNow(const std::string& topic, RandomLife& life) {
    if (topic == kTopics[0] || life.Roll(4) == 0) return std::nullopt;
    return absl::Hours(24 * (1 + life.Roll(60)));
  }

  // The inquiry got a topic: the first statute that comes with it stays.
  void Got(const std::string& topic, std::optional<absl::Duration> statute) {
    if (statute.has_value()) laws_.try_emplace(topic, *statute);
  }

  std::vector<LaneCursor> EveryLane(const Place& place) const {
    std::vector<LaneCursor> lanes;
    for (const QueueNumber queue : {kRoads, kGeneral}) lanes.push_back(Cursor({queue, place.lane, 0}));
    return lanes;
  }

  // Does something to an inquiry that is leased.
  void Work(const ClaimedInquiry& claimed, RandomLife& life) {
    const LeaseKey lease = KeyOf(claimed);
    const std::string topic = kTopics[life.Roll(4)];
    Settlement settlement = Settling(lease, EventKind::kReleased, Settlement::Target::kReady);
    switch (life.Roll(10)) {
      case 0:
        settlement = Completing(claimed);
        settlement.disposition = static_cast<int16_t>(1 + life.Roll(8));  // DUPLICATE, a merge, is one
        break;
      case 1:
        settlement = Settling(lease, EventKind::kTransferred, Settlement::Target::kReady);
        settlement.next.queue = claimed.place.queue == kRoads ? kGeneral : kRoads;
        settlement.forget_attempts = true;
        break;
      case 2:
        settlement = Settling(lease, EventKind::kEscalated, Settlement::Target::kReady);
        break;
      case 3:
        settlement = Settling(lease, EventKind::kReclassified, Settlement::Target::kReady);
        settlement.topic = topic;
        settlement.statute = StatuteNow(topic, life);
        Got(topic, settlement.statute);
        break;
      case 4:
        settlement = Settling(lease, EventKind::kDeferred, Settlement::Target::kDelayed);
        settlement.refund_attempt = true;
        break;
      case 5:
        settlement = GivingUp(claimed, "too many attempts");
        break;
      case 6: {
        const auto statute = StatuteNow(topic, life);
        if (Get(lease.id).topic != topic) Got(topic, statute);
        ASSERT_TRUE(store().Reclassify(lease, topic, statute, "corrected", now()).ok());
        return;
      }
      case 7:
        EXPECT_EQ(Reply(ClosingReplyTo(claimed)).kind, SettleOutcome::Kind::kDone);
        return;
      case 8:
        ASSERT_TRUE(store()
                        .NoteUnderLease(lease, EventKind::kStatutoryOutcome, ids_.NextPosition(),
                                        StatutoryReason(topic, "GRANTED", "sent"), now())
                        .ok());
        return;
      default:
        break;
    }
    EXPECT_EQ(Settle(settlement).kind, SettleOutcome::Kind::kDone);
  }

  // One step of the inquiry's life, whatever state it is in.
  void Live(int64_t id, const Place& place, std::optional<ClaimedInquiry>& lease, RandomLife& life) {
    clock_.Advance(absl::Hours(1 + life.Roll(100)));
    const InquiryState state = Get(id).state;
    if (life.Roll(12) == 0) {
      ASSERT_TRUE(store().Withdraw(id, "taken back", now()).ok());
      lease.reset();
    } else if (state == InquiryState::kCompleted || state == InquiryState::kWithdrawn || life.Roll(8) == 0) {
      Append(Writing(id, "and another thing"));
    } else if (state == InquiryState::kReady) {
      std::vector<ClaimedInquiry> claimed = Claim(EveryLane(place));
      ASSERT_EQ(claimed.size(), 1U);
      lease = claimed[0];
    } else if (state == InquiryState::kDelayed) {
      ASSERT_TRUE(store().PromoteDelayed(now() + absl::Hours(1), FreshPositions(5)).ok());
    } else if (state == InquiryState::kDeadLettered) {
      ASSERT_TRUE(store().Redrive({std::nullopt, {id}}, std::nullopt, FreshPositions(1), now()).ok());
    } else if (lease.has_value()) {
      Work(*lease, life);
    }
  }

  std::map<std::string, InquiryClock> StatutoryOf(int64_t id) {
    std::map<std::string, InquiryClock> clocks;
    const auto history = store().History(id);
    EXPECT_TRUE(history.ok()) << history.status();
    if (!history.ok()) return clocks;
    for (const InquiryClock& clock :
         ClocksOf(Get(id).content, *history, ClockRules{.response_target = absl::Hours(1)})) {
      if (clock.kind == ClockKind::kStatutory) clocks[clock.topic] = clock;
    }
    return clocks;
  }

  std::map<std::string, absl::Duration> laws_;  // that bind the inquiry
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_CLOCKS_H_
