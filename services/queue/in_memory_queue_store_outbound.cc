// Replies on their way to the connectors of their channels.
#include <iterator>

#include "services/queue/in_memory_queue_store.h"

namespace switchboard::queue {

absl::StatusOr<std::vector<OutboundMessage>> InMemoryQueueStore::ClaimOutbound(const OutboundClaim& claim) {
  absl::MutexLock lock(&mutex_);
  std::vector<OutboundMessage> claimed;
  for (Outbound& outbound : outbound_) {
    if (static_cast<int>(claimed.size()) == claim.limit) break;
    const bool free = outbound.token == 0 || outbound.lease_until <= claim.now;
    if (outbound.message.channel != claim.channel || outbound.gone || !free || outbound.due > claim.now) continue;
    outbound.token = claim.token;
    outbound.lease_until = claim.lease_until;
    ++outbound.message.attempts;
    claimed.push_back(outbound.message);
  }
  return claimed;
}

absl::StatusOr<SettleOutcome::Kind> InMemoryQueueStore::ReportOutbound(const OutboundReport& report) {
  using Kind = SettleOutcome::Kind;
  using Result = OutboundReport::Result;
  absl::MutexLock lock(&mutex_);
  for (Outbound& outbound : outbound_) {
    if (outbound.message.message_id != report.message_id || report.token == 0) continue;
    if (outbound.reported == report.token) return Kind::kRepeated;
    if (outbound.gone || outbound.token != report.token) return Kind::kLeaseLost;
    outbound.reported = report.token;
    outbound.token = 0;
    outbound.due = report.due;
    if (report.result == Result::kRetry) {
      if (report.refund_attempt) --outbound.message.attempts;
      return Kind::kDone;
    }
    outbound.gone = true;
    const EventKind kind = report.result == Result::kDelivered ? EventKind::kDelivered : EventKind::kUndeliverable;
    Note(records_.at(report.inquiry), kind, report.due, report.reason, report.token);
    return Kind::kDone;
  }
  return Kind::kLeaseLost;
}

absl::StatusOr<int> InMemoryQueueStore::ForgetOutbound(absl::Time before, int limit) {
  absl::MutexLock lock(&mutex_);
  int forgotten = 0;
  for (auto at = outbound_.begin(); at != outbound_.end() && forgotten < limit;) {
    const bool old = at->gone && at->due < before;
    forgotten += old;
    at = old ? outbound_.erase(at) : std::next(at);
  }
  return forgotten;
}

}  // namespace switchboard::queue
