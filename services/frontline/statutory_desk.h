// Where the outcome that a statute wants is noted.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_STATUTORY_DESK_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_STATUTORY_DESK_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "services/queue/clocks.h"
#include "services/queue/queue_engine.h"
#include "services/triage/service/counted_triage.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::frontline {

// See FrontlineService.RecordStatutoryOutcome.
struct OutcomeDraft {
  std::string lease_token;  // a lease on the inquiry, ended where that is closed; or one that never was
  std::string topic;        // id
  v1::StatutoryOutcome outcome = v1::STATUTORY_OUTCOME_UNSPECIFIED;
  std::string reason;
};

struct RecordedOutcome {
  int64_t inquiry = 0;
  queue::InquiryClock clock;
  queue::ClockRules rules;  // of the inquiry
  bool repeated = false;
};

// Thread-safe. What it is given outlives it. Calls block on the database.
class StatutoryDesk {
 public:
  StatutoryDesk(queue::QueueEngine& engine, const triage::CountedTriage& triage) : engine_(engine), triage_(triage) {}

  // Stops the clock, once; also that of an inquiry that was closed before its outcome was noted. LEASE_LOST where it is
  // open and not with this lease; INVALID_ARGUMENT where it has no such clock.
  absl::StatusOr<RecordedOutcome> Record(const OutcomeDraft& draft) const;

 private:
  // Nothing where the inquiry has no such clock.
  absl::StatusOr<std::optional<RecordedOutcome>> FindClock(int64_t inquiry, const std::string& topic) const;

  queue::QueueEngine& engine_;
  const triage::CountedTriage& triage_;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_STATUTORY_DESK_H_
