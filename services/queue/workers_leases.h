// What one worker holds.
#ifndef SWITCHBOARD_SERVICES_QUEUE_WORKERS_LEASES_H_
#define SWITCHBOARD_SERVICES_QUEUE_WORKERS_LEASES_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/queue/engine_parts.h"
#include "services/queue/queue_engine.h"

namespace switchboard::queue {

// See QueueEngine. Blocks on the database.
absl::StatusOr<std::vector<WorkersLease>> LeasesOf(EngineParts& parts, std::string_view worker);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_WORKERS_LEASES_H_
