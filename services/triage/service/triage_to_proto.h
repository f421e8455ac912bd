// Topics, routes and the sorter's decisions, from the domain to the API.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_SERVICE_TRIAGE_TO_PROTO_H_
#define SWITCHBOARD_SERVICES_TRIAGE_SERVICE_TRIAGE_TO_PROTO_H_

#include "services/triage/configuration.h"
#include "services/triage/triage_engine.h"
#include "switchboard/v1/resources.pb.h"
#include "switchboard/v1/triage.pb.h"

namespace switchboard::triage {

// `threshold` is the one in force.
void FillTopic(const Topic& topic, double threshold, v1::Topic& out);

void FillRoute(const Route& route, v1::Route& out);

// The decision with what decided it: words with their weights, rules with those of the configuration, urgency signals.
void FillDecision(const TriageDecision& decision, const Configuration& configuration, v1::SortTextResponse& out);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_SERVICE_TRIAGE_TO_PROTO_H_
