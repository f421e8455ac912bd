// How long an inquiry rests after it was given back or its lease ran out.
#ifndef SWITCHBOARD_SERVICES_QUEUE_BACKOFF_H_
#define SWITCHBOARD_SERVICES_QUEUE_BACKOFF_H_

#include "absl/time/time.h"

namespace switchboard::queue {

// initial * 2^(attempts - 1), at most `max`, give or take 20%. `attempts` counts from 1; `random` is uniform in [0, 1).
// Zero where `initial` is.
absl::Duration RetryDelay(absl::Duration initial, absl::Duration max, int attempts, double random);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_BACKOFF_H_
