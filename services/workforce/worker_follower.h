// Keeps a process's roster at what any process registered.
#ifndef SWITCHBOARD_SERVICES_WORKFORCE_WORKER_FOLLOWER_H_
#define SWITCHBOARD_SERVICES_WORKFORCE_WORKER_FOLLOWER_H_

#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/runtime/log.h"
#include "common/runtime/periodic_task.h"
#include "common/time/clock.h"
#include "services/workforce/worker_roster.h"
#include "services/workforce/worker_store.h"

namespace switchboard::workforce {

// Reads what changed at every interval and at every Wake(), on a thread of its own. While the store cannot be read, the
// roster stays as it is. Thread-safe.
class WorkerFollower {
 public:
  // All outlive the follower.
  WorkerFollower(WorkerStore& store, WorkerRoster& roster, const Clock& clock,
                 absl::Duration interval = absl::Milliseconds(800))
      : store_(store), roster_(roster), clock_(clock), interval_(interval) {}

  // Reads all workers, then follows. Fails, and does not follow, where the store cannot be read.
  absl::Status Start();

  // Looks now, in the background.
  void Wake();

  // Looks now, and answers when the roster is up to date.
  absl::Status CatchUp() ABSL_LOCKS_EXCLUDED(mutex_);

  // Repeating it does nothing.
  void Stop();

 private:
  void Poll();

  WorkerStore& store_;
  WorkerRoster& roster_;
  const Clock& clock_;
  const absl::Duration interval_;
  LogThrottle complaints_{0.2, 3};
  absl::Mutex mutex_;
  int64_t revision_ ABSL_GUARDED_BY(mutex_) = 0;  // the highest that the roster has
  std::unique_ptr<PeriodicTask> task_;
};

}  // namespace switchboard::workforce

#endif  // SWITCHBOARD_SERVICES_WORKFORCE_WORKER_FOLLOWER_H_
