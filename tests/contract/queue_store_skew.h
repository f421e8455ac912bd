// The contract where processes' clocks disagree.
#ifndef SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_SKEW_H_
#define SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_SKEW_H_

#include <utility>
#include <vector>

#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {

// Numbers that are drawn before the test's clock moves on stand for those of a process whose clock is behind.
class QueueStoreClockSkew : public QueueStoreContract {
 protected:
  // An inquiry, numbers of a process that is a second behind, and a lease that another process grants.
  void LeaseAhead() {
    inquiry_ = Enqueued();
    behind_ = FreshPositions(10);
    claim_behind_ = BatchFor({Cursor(inquiry_.place)});
    clock_.Advance(absl::Seconds(1));
    lease_ = ClaimOne(inquiry_.place);
  }

  Settlement SettlingBehind(EventKind kind, Settlement::Target target) {
    Settlement settlement = Settling(KeyOf(lease_), kind, target);
    settlement.next.position = behind_[0];
    return settlement;
  }

  // What the process that is behind leases afterwards, and completes.
  void ClaimBehindAndComplete() {
    const auto claimed = store().Claim(claim_behind_);
    ASSERT_TRUE(claimed.ok()) << claimed.status();
    ASSERT_EQ(claimed->size(), 1U);
    Settlement completing = Completing(claimed->at(0));
    completing.next.position = behind_[9];
    ASSERT_EQ(Settle(completing).kind, SettleOutcome::Kind::kDone);
  }

  std::vector<EventKind> Kinds() { return KindsOf(inquiry_.content.id); }

  NewInquiry inquiry_;
  std::vector<int64_t> behind_;
  ClaimBatch claim_behind_;
  ClaimedInquiry lease_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_TESTS_CONTRACT_QUEUE_STORE_SKEW_H_
