// What a lease brings along for whoever asked: the guidelines that cover its replies, and the answers that may fit.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_LEASE_GUIDE_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_LEASE_GUIDE_H_

#include <cstddef>

#include "absl/functional/any_invocable.h"
#include "common/runtime/executor.h"
#include "common/time/clock.h"
#include "services/guidance/answers_in_force.h"
#include "services/guidance/guidelines_in_force.h"
#include "services/queue/queue_engine.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::frontline {

// Thread-safe. What it is given outlives it.
class LeaseGuide {
 public:
  // About how much Fill adds to a message at most.
  static constexpr size_t kMostBytes = 36 << 10;

  LeaseGuide(const guidance::GuidelinesInForce& guidelines, const guidance::AnswersInForce& answers, Executor& executor,
             const Clock& clock)
      : guidelines_(guidelines), answers_(answers), executor_(executor), clock_(clock) {}

  // Runs it where the search for answers holds up nobody who hands out work; at once where there is no room.
  void Run(absl::AnyInvocable<void() &&> task) const;

  // Adds guidance to a lease that was written. Costs microseconds for each answer of its topic.
  void Fill(const queue::GrantedLease& lease, v1::Lease& out) const;

 private:
  void FillGuidelines(const queue::GrantedLease& lease, v1::Lease& out) const;
  void FillAnswers(const queue::GrantedLease& lease, v1::Lease& out) const;

  const guidance::GuidelinesInForce& guidelines_;
  const guidance::AnswersInForce& answers_;
  Executor& executor_;
  const Clock& clock_;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_LEASE_GUIDE_H_
