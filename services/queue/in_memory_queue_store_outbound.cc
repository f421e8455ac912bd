// Replies on their way to the connectors of their channels.
#include <iterator>
#include <map>
#include <optional>

#include "common/ids/id_generator.h"
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

absl::StatusOr<OutboundOutcome> InMemoryQueueStore::ReportOutbound(const OutboundReport& report) {
  using Kind = OutboundOutcome::Kind;
  using Result = OutboundReport::Result;
  absl::MutexLock lock(&mutex_);
  for (Outbound& outbound : outbound_) {
    if (outbound.message.message_id != report.message_id || report.token == 0) continue;
    const bool held = outbound.token == report.token && !outbound.gone;
    if (!held && outbound.reported != report.token) return OutboundOutcome();
    const bool free = outbound.token == 0 && !outbound.gone;
    if (!held && !(free && report.said == DeliveryResult::kDelivered)) {
      return OutboundOutcome{.kind = outbound.said == report.said ? Kind::kRepeated : Kind::kReportedOtherwise,
                             .said = outbound.said,
                             .due = outbound.gone ? std::nullopt : std::make_optional(outbound.due)};
    }
    outbound.reported = report.token;
    outbound.said = report.said;
    outbound.token = 0;
    outbound.due = report.due;
    if (report.result == Result::kRetry) {
      if (report.refund_attempt) --outbound.message.attempts;
      return OutboundOutcome{.kind = Kind::kDone, .said = report.said, .due = report.due};
    }
    outbound.gone = true;
    const EventKind kind = report.result == Result::kDelivered ? EventKind::kDelivered : EventKind::kUndeliverable;
    Record& record = records_.at(report.inquiry);
    const auto message = std::find_if(record.messages.begin(), record.messages.end(),
                                      [&](const Message& each) { return each.message_id == report.message_id; });
    const int64_t number = message - record.messages.begin() + 1;
    Note(record, kind, report.due, DeliveryRemark(report, outbound.message.visibility, number), report.token);
    return OutboundOutcome{.kind = Kind::kDone, .said = report.said};
  }
  return OutboundOutcome();
}

absl::StatusOr<std::vector<OutboundFigures>> InMemoryQueueStore::SampleOutbound(int limit) {
  absl::MutexLock lock(&mutex_);
  std::map<int16_t, OutboundFigures> sample;
  for (const Outbound& outbound : outbound_) {
    if (outbound.gone) continue;
    const int16_t channel = outbound.message.channel;
    OutboundFigures& figures =
        sample.try_emplace(channel, OutboundFigures{channel, 0, TimeOf(outbound.message.message_id)}).first->second;
    figures.waiting = std::min<int64_t>(figures.waiting + 1, limit);
  }
  std::vector<OutboundFigures> figures;
  for (const auto& [channel, each] : sample) figures.push_back(each);
  return figures;
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
