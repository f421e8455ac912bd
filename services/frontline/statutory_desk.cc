#include "services/frontline/statutory_desk.h"

#include <utility>

#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/wire/clock_to_proto.h"

namespace switchboard::frontline {

absl::StatusOr<std::optional<RecordedOutcome>> StatutoryDesk::FindClock(int64_t inquiry,
                                                                        const std::string& topic) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto in_force, triage_.InForce());
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredInquiry stored, engine_.Get(inquiry));
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<queue::StoredEvent> history, engine_.History(inquiry));
  queue::ClockRules rules =
      wire::ClockRulesFor(*in_force->configuration, engine_.NameOf(stored.queue), stored.priority);
  for (queue::InquiryClock& clock : queue::ClocksOf(stored.content, history, rules)) {
    if (clock.kind == queue::ClockKind::kStatutory && clock.topic == topic) {
      return RecordedOutcome{inquiry, std::move(clock), std::move(rules)};
    }
  }
  return std::nullopt;
}

absl::StatusOr<RecordedOutcome> StatutoryDesk::Record(const OutcomeDraft& draft) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::LeaseKey lease, engine_.DecodeToken(draft.lease_token));
  SWITCHBOARD_ASSIGN_OR_RETURN(std::optional<RecordedOutcome> found, FindClock(lease.id, draft.topic));
  if (!found) return InvalidField("topic", "has no statutory clock on this inquiry; look at the clocks of GetInquiry");
  const bool repeated = found->clock.stop.has_value();
  if (!repeated) {
    const std::string& outcome = v1::StatutoryOutcome_Name(draft.outcome);
    SWITCHBOARD_RETURN_IF_ERROR(
        engine_.NoteStatutoryOutcome(draft.lease_token, queue::StatutoryReason(draft.topic, outcome, draft.reason)));
    SWITCHBOARD_ASSIGN_OR_RETURN(found, FindClock(lease.id, draft.topic));
  }
  found->repeated = repeated;
  return *std::move(found);
}

}  // namespace switchboard::frontline
