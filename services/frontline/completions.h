// Settles inquiries in ways that guidelines restrict: without a reply where one may be owed, or as something that a
// guideline's list of dispositions leaves out.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_COMPLETIONS_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_COMPLETIONS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "common/runtime/executor.h"
#include "services/frontline/frontline_metrics.h"
#include "services/guidance/guidelines_in_force.h"
#include "services/queue/queue_engine.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::frontline {

// Some of the dispositions.
class DispositionSet {
 public:
  void Add(v1::Disposition disposition) { bits_ |= BitOf(disposition); }
  bool Contains(v1::Disposition disposition) const { return (bits_ & BitOf(disposition)) != 0; }

 private:
  static_assert(v1::Disposition_MAX < 32);
  static uint32_t BitOf(v1::Disposition disposition) { return uint32_t{1} << disposition; }

  uint32_t bits_ = 0;
};

// Thread-safe. What it is given outlives it.
class Completions {
 public:
  Completions(queue::QueueEngine& engine, const guidance::GuidelinesInForce& guidelines, Executor& blocking,
              FrontlineMetrics& metrics)
      : engine_(engine), guidelines_(guidelines), blocking_(blocking), metrics_(metrics) {}

  // What goes through Settle, whatever the inquiry is: non-replies, and what a guideline in force leaves out. The rest
  // may go to the engine at once. From memory; good for the settlements that came together.
  DispositionSet Guarded() const;

  // As QueueEngine::Settle, on a thread that may wait for the database, and counts non-replies. Also
  // FAILED_PRECONDITION, while the lease is valid, with NON_REPLY_NOT_ALLOWED or DISPOSITION_NOT_ALLOWED where a
  // guideline that covers the inquiry does not allow it; and OVERLOADED.
  void Settle(queue::SettleRequest request, v1::Assessment assessment, queue::Callback<queue::Settled> done) const;

 private:
  // Both block.
  absl::Status Check(const queue::SettleRequest& request) const;
  void SettleNow(queue::SettleRequest request, v1::Assessment assessment, queue::Callback<queue::Settled> done) const;

  queue::QueueEngine& engine_;
  const guidance::GuidelinesInForce& guidelines_;
  Executor& blocking_;
  FrontlineMetrics& metrics_;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_COMPLETIONS_H_
