#include "services/queue/backoff.h"

#include <algorithm>

namespace switchboard::queue {
namespace {

constexpr int kMaxDoublings = 30;  // beyond it every initial delay has reached its maximum
constexpr double kJitter = 0.2;

}  // namespace

absl::Duration RetryDelay(absl::Duration initial, absl::Duration max, int attempts, double random) {
  const int doublings = std::clamp(attempts - 1, 0, kMaxDoublings);
  const absl::Duration delay = std::min(max, initial * (int64_t{1} << doublings));
  const absl::Duration jittered = std::max(absl::ZeroDuration(), delay) * (1 - kJitter + 2 * kJitter * random);
  // Whole milliseconds: what a database keeps of a time is the same that was promised.
  return absl::Floor(jittered + absl::Microseconds(500), absl::Milliseconds(1));
}

}  // namespace switchboard::queue
