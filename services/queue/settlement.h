// How an inquiry leaves the place where it is, and what became of that.
#ifndef SWITCHBOARD_SERVICES_QUEUE_SETTLEMENT_H_
#define SWITCHBOARD_SERVICES_QUEUE_SETTLEMENT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "services/queue/inquiry_record.h"
#include "services/queue/lease.h"
#include "services/queue/place.h"

namespace switchboard::queue {

// Takes an inquiry from the place where it is leased to where it goes next.
struct Settlement {
  enum class Target { kClosed, kReady, kDelayed, kDeadLetter };
  LeaseKey lease;
  EventKind kind = EventKind::kCompleted;
  Target target = Target::kClosed;
  Place next;                    // kReady, kDelayed, kDeadLetter (queue and lane; position for kReady only);
                                 // kClosed: where it would be reopened, with a fresh position
  absl::Time ready_time;         // kDelayed
  bool forget_attempts = false;  // transfer, escalate: attempts start at 0 again
  bool refund_attempt = false;   // defer: this claim does not count
  bool only_if_expired = false;  // applies only to a lease that ended by `now`: a sweep must not beat an extension
  int16_t disposition = 0;       // kClosed
  std::string reason;
  std::string topic;                      // kReclassified: the topic from now on
  std::optional<absl::Duration> statute;  // of `topic`: within how long the law wants an outcome
  absl::Time now;
};

struct SettleOutcome {
  enum class Kind {
    kDone,
    kRepeated,   // the same token had settled it the same way before: nothing changed
    kLeaseLost,  // nothing changed
  };
  Kind kind = Kind::kLeaseLost;
  bool reopened = false;  // kClosed: the citizen had written meanwhile, so it waits again at `next`, with a
                          // REOPENED event after the COMPLETED one and its attempts at 0
  absl::Time claim_time;  // kDone: when this lease was granted, for handle time
  int attempts = 0;
  bool answered = false;  // kDone: somebody had replied or settled it before
};

enum class WithdrawOutcome { kWithdrawn, kAlreadyWithdrawn, kCompleted };

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_SETTLEMENT_H_
