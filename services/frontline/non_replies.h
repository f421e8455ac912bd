// Settles inquiries that nobody replies to: they may be of a kind that is owed a reply, and they are counted apart.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_NON_REPLIES_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_NON_REPLIES_H_

#include "absl/status/status.h"
#include "common/runtime/executor.h"
#include "services/frontline/frontline_metrics.h"
#include "services/guidance/guidelines_in_force.h"
#include "services/queue/queue_engine.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::frontline {

// Thread-safe. What it is given outlives it.
class NonReplies {
 public:
  NonReplies(queue::QueueEngine& engine, const guidance::GuidelinesInForce& guidelines, Executor& blocking,
             FrontlineMetrics& metrics)
      : engine_(engine), guidelines_(guidelines), blocking_(blocking), metrics_(metrics) {}

  // As QueueEngine::Settle, on a thread that may wait for the database. Also FAILED_PRECONDITION with
  // NON_REPLY_NOT_ALLOWED where a guideline that covers the inquiry does not allow it, and OVERLOADED.
  void Settle(queue::SettleRequest request, v1::Assessment assessment, queue::Callback<queue::Settled> done) const;

 private:
  // Blocks.
  absl::Status Check(const queue::SettleRequest& request) const;
  void SettleNow(queue::SettleRequest request, v1::Assessment assessment, queue::Callback<queue::Settled> done) const;

  queue::QueueEngine& engine_;
  const guidance::GuidelinesInForce& guidelines_;
  Executor& blocking_;
  FrontlineMetrics& metrics_;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_NON_REPLIES_H_
