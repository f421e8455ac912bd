// A wait that can be cut short: how the engine's threads sleep.
#ifndef SWITCHBOARD_SERVICES_QUEUE_PAUSE_H_
#define SWITCHBOARD_SERVICES_QUEUE_PAUSE_H_

#include <algorithm>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"

namespace switchboard::queue {

// Thread-safe; one thread waits.
class Pause {
 public:
  // Returns after at most `duration`, or at the next Ring() (also one that came before the wait), or after Stop(). Who
  // waits for a time of an injected clock looks at that clock again, and waits again.
  void WaitFor(absl::Duration duration) {
    absl::MutexLock lock(&mutex_);
    if (!rung_ && !stopped_) changed_.WaitWithTimeout(&mutex_, duration);
    rung_ = false;
  }

  // The same until `next` by `clock`, for at least a millisecond and at most a second: clocks can be set.
  void WaitUntil(absl::Time next, const Clock& clock) {
    WaitFor(std::clamp(next - clock.Now(), absl::Milliseconds(1), absl::Seconds(1)));
  }

  void Ring() {
    absl::MutexLock lock(&mutex_);
    rung_ = true;
    changed_.SignalAll();
  }

  // From now on nobody waits.
  void Stop() {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
    changed_.SignalAll();
  }

  bool stopped() const {
    absl::MutexLock lock(&mutex_);
    return stopped_;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::CondVar changed_;
  bool rung_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_PAUSE_H_
