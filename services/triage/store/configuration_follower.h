// Puts in force, in this process, whatever configuration was applied by any process.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_STORE_CONFIGURATION_FOLLOWER_H_
#define SWITCHBOARD_SERVICES_TRIAGE_STORE_CONFIGURATION_FOLLOWER_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/runtime/log.h"
#include "common/runtime/periodic_task.h"
#include "common/time/clock.h"
#include "services/triage/configuration_store.h"
#include "services/triage/triage_engine.h"

namespace switchboard::triage {

struct FollowerOptions {
  absl::Duration poll_interval = absl::Milliseconds(800);  // plus a tenth: within a second also without a hint
  absl::Duration retry_interval = absl::Seconds(30);       // before a version that failed is tried again
};

// Looks at the store at every interval and at every Wake(), loads what is new on a thread of its own, and activates it.
// A version that cannot be loaded is logged once, and the one before stays in force. Thread-safe.
class ConfigurationFollower {
 public:
  // Puts a snapshot in force everywhere in the process, or fails and changes nothing. Calls never overlap.
  using Activate = absl::AnyInvocable<absl::Status(const std::shared_ptr<const TriageSnapshot>&)>;

  // `store` and `clock` outlive the follower.
  ConfigurationFollower(ConfigurationStore& store, const Clock& clock, Activate activate, FollowerOptions options = {});

  // Puts the version in force, or the built-in one where none was applied; then follows. Blocks for that first one.
  // Fails, and does not follow, when the store cannot be read or the snapshot not be activated.
  absl::Status Start();

  // Looks now, in the background: another process has announced a version.
  void Wake();

  // Looks now and answers when this process has the newest version in force.
  absl::Status CatchUp() ABSL_LOCKS_EXCLUDED(mutex_);

  // Stops following; what is in force stays. Repeating it does nothing.
  void Stop();

 private:
  absl::Status CatchUpLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Adopt(int64_t version) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Poll();

  ConfigurationStore& store_;
  const Clock& clock_;
  const FollowerOptions options_;
  LogThrottle complaints_{0.2, 3};

  absl::Mutex mutex_;
  Activate activate_ ABSL_GUARDED_BY(mutex_);
  std::optional<int64_t> version_ ABSL_GUARDED_BY(mutex_);  // in force; 0: the built-in one
  int64_t failed_version_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  absl::Duration retry_at_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<PeriodicTask> task_;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_STORE_CONFIGURATION_FOLLOWER_H_
