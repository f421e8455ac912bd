// Clocks of an inquiry: by which rules, and from the domain to the API.
#ifndef SWITCHBOARD_SERVICES_WIRE_CLOCK_TO_PROTO_H_
#define SWITCHBOARD_SERVICES_WIRE_CLOCK_TO_PROTO_H_

#include <string_view>

#include "absl/time/time.h"
#include "services/queue/clocks.h"
#include "services/triage/configuration.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::wire {

// The rules for an inquiry that is, with this priority, in this queue (its id) now.
queue::ClockRules ClockRulesFor(const triage::Configuration& configuration, std::string_view queue,
                                queue::Priority priority);

// As it stands at `now`.
void FillClock(const queue::InquiryClock& clock, const queue::ClockRules& rules, absl::Time now, v1::Clock& out);

}  // namespace switchboard::wire

#endif  // SWITCHBOARD_SERVICES_WIRE_CLOCK_TO_PROTO_H_
