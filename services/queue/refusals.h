// What the engine answers to calls that it does not take.
#ifndef SWITCHBOARD_SERVICES_QUEUE_REFUSALS_H_
#define SWITCHBOARD_SERVICES_QUEUE_REFUSALS_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"

namespace switchboard::queue {

inline absl::Status ShuttingDown() {
  return Unavailable(reason::kShuttingDown, "this process is shutting down; send the call to another one",
                     absl::Seconds(1));
}

inline absl::Status TooManyPending() {
  return Overloaded("more calls wait for the database than may; nothing was stored. Repeat it later", absl::Seconds(1));
}

inline absl::Status RefusalFor(bool closed) { return closed ? ShuttingDown() : TooManyPending(); }

inline absl::Status LeaseLost() {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kLeaseLost,
                   "the lease ended, was given back or was taken away; nothing was changed. Claim again");
}

inline absl::Status AnswerRecalled(std::string_view answer) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kAnswerNotInForce,
                   StrCat("answers/", answer, " was recalled; look at what is in force now, and write the reply anew"));
}

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_REFUSALS_H_
