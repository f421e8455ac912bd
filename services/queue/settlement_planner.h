// Where an inquiry goes when its lease ends: a pure decision.
#ifndef SWITCHBOARD_SERVICES_QUEUE_SETTLEMENT_PLANNER_H_
#define SWITCHBOARD_SERVICES_QUEUE_SETTLEMENT_PLANNER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/queue/lease_token.h"
#include "services/queue/queue_directory.h"
#include "services/queue/queue_engine.h"
#include "services/queue/settlement.h"

namespace switchboard::queue {

struct SettlementPlan {
  Settlement settlement;     // without `now` and positions, which belong to the commit
  bool keeps_lease = false;  // only the topic changes, where it is
};

// What a worker's request means. NOT_FOUND for a queue that does not exist, INVALID_ARGUMENT for a kind that is none of
// a worker's. `random` is uniform in [0, 1).
absl::StatusOr<SettlementPlan> PlanRequest(const SettleRequest& request, const LeaseFacts& lease,
                                           const QueueSnapshot& queues, absl::Time now, double random);

// A lease that ran out: back to its lane at once (the lease was delay enough), or given up.
SettlementPlan PlanExpiry(const LeaseFacts& lease, const QueueSnapshot& queues);

// A lease that was granted to nobody, since the claim was cancelled meanwhile: back at once, not counted as an attempt.
SettlementPlan PlanReturn(const LeaseFacts& lease);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_SETTLEMENT_PLANNER_H_
