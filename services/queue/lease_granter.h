// Gives claims their answers: tokens, conversations, the watch over the leases, and the counting.
#ifndef SWITCHBOARD_SERVICES_QUEUE_LEASE_GRANTER_H_
#define SWITCHBOARD_SERVICES_QUEUE_LEASE_GRANTER_H_

#include <vector>

#include "services/queue/engine_parts.h"
#include "services/queue/settle_path.h"

namespace switchboard::queue {

// Thread-safe. Its calls read from the store where a citizen wrote more than once.
class LeaseGranter {
 public:
  // Both outlive it.
  LeaseGranter(EngineParts& parts, SettlePath& settle) : parts_(parts), settle_(settle) {}

  // Answers each claim. What was granted to one that fails is given back.
  void Answer(std::vector<ClaimAnswer> answers);

 private:
  void AnswerOne(ClaimAnswer answer, const QueueSnapshot& queues);
  void Watch(absl::Span<const ClaimAnswer> answers, const QueueSnapshot& queues);
  absl::Status AddConversations(std::vector<GrantedLease>& leases);
  void GiveBack(absl::Span<const ClaimedInquiry> granted);

  EngineParts& parts_;
  SettlePath& settle_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_LEASE_GRANTER_H_
