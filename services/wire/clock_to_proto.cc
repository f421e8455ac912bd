#include "services/wire/clock_to_proto.h"

#include "common/ids/resource_name.h"
#include "services/wire/times.h"

namespace switchboard::wire {

queue::ClockRules ClockRulesFor(const triage::Configuration& configuration, std::string_view queue,
                                queue::Priority priority) {
  queue::ClockRules rules;
  const triage::QueueSettings* const settings = configuration.FindQueue(queue);
  const triage::ServiceLevel level = settings == nullptr ? triage::ServiceLevel() : settings->service_level;
  rules.response_target = level.For(static_cast<triage::Priority>(priority));
  if (settings == nullptr) return rules;
  rules.resolution_target = settings->resolution.For(static_cast<triage::Priority>(priority));
  rules.calendar = settings->hours;
  return rules;
}

void FillClock(const queue::InquiryClock& clock, const queue::ClockRules& rules, absl::Time now, v1::Clock& out) {
  out.set_kind(static_cast<v1::Clock::Kind>(clock.kind));
  if (!clock.topic.empty()) out.set_topic(TopicName(clock.topic));
  SetTime(clock.start, out.mutable_start_time());
  if (clock.due) SetTime(*clock.due, out.mutable_due_time());
  if (clock.stop) SetTime(*clock.stop, out.mutable_stop_time());
  const BusinessCalendar* const calendar = rules.calendar.get();
  const absl::Time until = clock.stop.value_or(now);
  SetDuration(until - clock.start, out.mutable_elapsed());
  SetDuration(OpenTimeBetween(calendar, clock.start, until), out.mutable_business_elapsed());
  if (clock.due) {
    SetDuration(*clock.due - until, out.mutable_remaining());
    SetDuration(OpenTimeBetween(calendar, until, *clock.due), out.mutable_business_remaining());
  }
  if (calendar != nullptr) out.set_calendar(calendar->name());
  v1::StatutoryOutcome outcome = v1::STATUTORY_OUTCOME_UNSPECIFIED;
  if (v1::StatutoryOutcome_Parse(clock.outcome, &outcome)) out.set_outcome(outcome);
}

}  // namespace switchboard::wire
