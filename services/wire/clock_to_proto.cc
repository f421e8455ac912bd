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
  for (const triage::Topic& topic : configuration.topics) {
    if (topic.statute) rules.statutes[topic.id] = *topic.statute;
  }
  return rules;
}

void FillClock(const queue::InquiryClock& clock, v1::Clock& out) {
  out.set_kind(static_cast<v1::Clock::Kind>(clock.kind));
  if (!clock.topic.empty()) out.set_topic(TopicName(clock.topic));
  SetTime(clock.start, out.mutable_start_time());
  if (clock.due) SetTime(*clock.due, out.mutable_due_time());
  if (clock.stop) SetTime(*clock.stop, out.mutable_stop_time());
  v1::StatutoryOutcome outcome = v1::STATUTORY_OUTCOME_UNSPECIFIED;
  if (v1::StatutoryOutcome_Parse(clock.outcome, &outcome)) out.set_outcome(outcome);
}

}  // namespace switchboard::wire
