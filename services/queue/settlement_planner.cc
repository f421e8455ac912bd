#include "services/queue/settlement_planner.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/errors.h"
#include "services/queue/backoff.h"

namespace switchboard::queue {
namespace {

using Target = Settlement::Target;

constexpr int kDefaultMaxAttempts = 5;

Settlement Base(const LeaseFacts& lease, EventKind kind, Target target) {
  Settlement settlement;
  settlement.lease = lease.key;
  settlement.kind = kind;
  settlement.target = target;
  settlement.next = {lease.key.place.queue, lease.key.place.lane, 0};
  return settlement;
}

bool IsLastAttempt(const LeaseFacts& lease, const QueueSnapshot& queues) {
  const QueueEntry* entry = queues.Find(lease.key.place.queue);
  const int limit = entry == nullptr ? kDefaultMaxAttempts : entry->settings.max_attempts;
  return lease.attempts >= limit;
}

Settlement GiveUp(const LeaseFacts& lease, std::string_view what) {
  Settlement settlement = Base(lease, EventKind::kDeadLettered, Target::kDeadLetter);
  settlement.reason = absl::StrCat(std::string(what), " ", lease.attempts, lease.attempts == 1 ? " time" : " times");
  return settlement;
}

void DelayUntil(Settlement& settlement, absl::Time until, absl::Time now) {
  if (until <= now) {
    settlement.target = Target::kReady;
    return;
  }
  settlement.target = Target::kDelayed;
  settlement.ready_time = until;
}

Settlement Release(const SettleRequest& request, const LeaseFacts& lease, const QueueSnapshot& queues, absl::Time now,
                   double random) {
  if (IsLastAttempt(lease, queues)) return GiveUp(lease, "released");
  Settlement settlement = Base(lease, EventKind::kReleased, Target::kReady);
  const QueueEntry* entry = queues.Find(lease.key.place.queue);
  absl::Duration delay = request.delay.value_or(absl::ZeroDuration());
  if (!request.delay.has_value() && entry != nullptr) {
    delay = RetryDelay(entry->settings.retry_initial, entry->settings.retry_max, lease.attempts, random);
  }
  DelayUntil(settlement, now + delay, now);
  return settlement;
}

Settlement Defer(const SettleRequest& request, const LeaseFacts& lease, absl::Time now) {
  Settlement settlement = Base(lease, EventKind::kDeferred, Target::kReady);
  settlement.refund_attempt = true;
  DelayUntil(settlement, request.until, now);
  return settlement;
}

// To `queue`, or back to its own where that is empty.
absl::StatusOr<Settlement> MoveTo(const std::string& queue, Priority priority, EventKind kind, const LeaseFacts& lease,
                                  const QueueSnapshot& queues) {
  Settlement settlement = Base(lease, kind, Target::kReady);
  settlement.forget_attempts = true;
  settlement.next.lane = lease.key.place.lane.WithPriority(priority);
  if (!queue.empty()) {
    const absl::StatusOr<const QueueEntry*> entry = queues.Get(queue);
    if (!entry.ok()) return entry.status();
    settlement.next.queue = (*entry)->record.number;
  }
  return settlement;
}

absl::StatusOr<SettlementPlan> Reclassify(const SettleRequest& request, const LeaseFacts& lease,
                                          const QueueSnapshot& queues) {
  const Priority priority = request.priority.value_or(lease.key.place.lane.priority());
  absl::StatusOr<Settlement> settlement = MoveTo(request.queue, priority, EventKind::kReclassified, lease, queues);
  if (!settlement.ok()) return settlement.status();
  settlement->topic = request.topic;
  settlement->statute = request.statute;
  const bool stays = settlement->next.queue == lease.key.place.queue;
  if (stays) settlement->next = lease.key.place;
  return SettlementPlan{*std::move(settlement), stays};
}

absl::StatusOr<SettlementPlan> PlanByKind(const SettleRequest& request, const LeaseFacts& lease,
                                          const QueueSnapshot& queues, absl::Time now, double random) {
  const Priority priority = lease.key.place.lane.priority();
  absl::StatusOr<Settlement> settlement;
  switch (request.kind) {
    case EventKind::kCompleted:
      settlement = Base(lease, EventKind::kCompleted, Target::kClosed);
      settlement->disposition = request.disposition;
      break;
    case EventKind::kReleased:
      settlement = Release(request, lease, queues, now, random);
      break;
    case EventKind::kDeferred:
      settlement = Defer(request, lease, now);
      break;
    case EventKind::kTransferred:
      settlement = MoveTo(request.queue, priority, request.kind, lease, queues);
      break;
    case EventKind::kEscalated:
      settlement = MoveTo(request.queue, Raised(priority), request.kind, lease, queues);
      break;
    case EventKind::kReclassified:
      return Reclassify(request, lease, queues);
    default:
      return InvalidField("kind", "is not something that a worker does with a lease");
  }
  if (!settlement.ok()) return settlement.status();
  return SettlementPlan{*std::move(settlement)};
}

}  // namespace

absl::StatusOr<SettlementPlan> PlanRequest(const SettleRequest& request, const LeaseFacts& lease,
                                           const QueueSnapshot& queues, absl::Time now, double random) {
  absl::StatusOr<SettlementPlan> plan = PlanByKind(request, lease, queues, now, random);
  if (plan.ok() && plan->settlement.reason.empty()) plan->settlement.reason = request.reason;
  return plan;
}

SettlementPlan PlanExpiry(const LeaseFacts& lease, const QueueSnapshot& queues) {
  Settlement settlement =
      IsLastAttempt(lease, queues) ? GiveUp(lease, "lease expired") : Base(lease, EventKind::kExpired, Target::kReady);
  settlement.only_if_expired = true;
  return {std::move(settlement)};
}

SettlementPlan PlanReturn(const LeaseFacts& lease) {
  Settlement settlement = Base(lease, EventKind::kReleased, Target::kReady);
  settlement.refund_attempt = true;
  settlement.reason = "the claim was cancelled before the lease reached it";
  return {std::move(settlement)};
}

}  // namespace switchboard::queue
