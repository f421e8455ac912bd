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
  return std::max(absl::ZeroDuration(), delay) * (1 - kJitter + 2 * kJitter * random);
}

}  // namespace switchboard::queue
