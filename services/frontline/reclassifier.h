// Routes an inquiry again after a member of staff corrected its topic.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_RECLASSIFIER_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_RECLASSIFIER_H_

#include "absl/status/statusor.h"
#include "services/queue/inquiry_record.h"
#include "services/triage/configuration.h"
#include "services/triage/route.h"

namespace switchboard::frontline {

// The route of the inquiry with another topic. What made it urgent at intake still does; where the configuration does
// not know the signal any more, it stays as pressing as it is. NOT_FOUND for a topic that the configuration does not
// have.
absl::StatusOr<triage::RouteDecision> RouteAgain(const queue::StoredInquiry& inquiry, const std::string& topic,
                                                 const triage::Configuration& configuration);

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_RECLASSIFIER_H_
