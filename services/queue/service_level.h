// What is counted when a citizen is answered, and when an inquiry is settled: how long it took, and whether that was in
// time. Durations are by the wall clock; what is in time, the queue's calendar says.
#ifndef SWITCHBOARD_SERVICES_QUEUE_SERVICE_LEVEL_H_
#define SWITCHBOARD_SERVICES_QUEUE_SERVICE_LEVEL_H_

#include "absl/time/time.h"
#include "services/queue/lease_token.h"
#include "services/queue/queue_directory.h"

namespace switchboard::queue {

// Nobody had answered the inquiry of this lease before.
void CountFirstResponse(const LeaseFacts& lease, absl::Time now, QueueSeries& series);

// Its worker settled it, having held it since `claimed`.
void CountCompletion(const LeaseFacts& lease, int disposition, absl::Time claimed, absl::Time now,
                     const QueueEntry& queue);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_SERVICE_LEVEL_H_
