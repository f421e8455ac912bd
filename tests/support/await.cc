#include "tests/support/await.h"

#include "absl/time/clock.h"
#include "common/time/clock.h"

namespace switchboard {

bool Await(absl::Duration timeout, absl::FunctionRef<bool()> done) {
  constexpr absl::Duration kStep = absl::Milliseconds(20);
  const SystemClock clock;
  const absl::Duration end = clock.Elapsed() + timeout;
  while (!done()) {
    if (clock.Elapsed() > end) return false;
    absl::SleepFor(kStep);
  }
  return true;
}

void LetRun(absl::Duration duration) { absl::SleepFor(duration); }

}  // namespace switchboard
