// Something that is done again and again: sweeps, samplers, clock measurements.
#ifndef SWITCHBOARD_COMMON_RUNTIME_PERIODIC_TASK_H_
#define SWITCHBOARD_COMMON_RUNTIME_PERIODIC_TASK_H_

#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace switchboard {

// One thread that calls `work`, waits `interval` (give or take a tenth, so that processes do not march in step) and
// calls it again. The first call comes after one interval. Work may block; calls never overlap. Tests call the work
// itself.
class PeriodicTask {
 public:
  PeriodicTask(std::string name, absl::Duration interval, absl::AnyInvocable<void()> work);
  ~PeriodicTask();  // Stop()

  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;

  // Has the work done as soon as possible, once however often it is asked before it starts. Thread-safe.
  void Wake();

  // Ends the thread after the call that may be running. Repeating it does nothing.
  void Stop();

 private:
  void Run();

  const std::string name_;
  const absl::Duration interval_;
  absl::AnyInvocable<void()> work_;
  absl::Mutex mutex_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RUNTIME_PERIODIC_TASK_H_
