// Hands replies to the connectors of their channels, and takes back what became of them.
#ifndef SWITCHBOARD_SERVICES_QUEUE_DELIVERIES_H_
#define SWITCHBOARD_SERVICES_QUEUE_DELIVERIES_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/queue/engine_parts.h"
#include "services/queue/queue_engine.h"

namespace switchboard::queue {

// See QueueEngine. Both block on the database.
absl::StatusOr<std::vector<GrantedDelivery>> ClaimDeliveries(EngineParts& parts, int16_t channel, int limit,
                                                             absl::Duration lease);
absl::StatusOr<ReportedDelivery> ReportDelivery(EngineParts& parts, std::string_view delivery_token,
                                                DeliveryResult result, std::string_view reason);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_DELIVERIES_H_
