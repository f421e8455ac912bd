// Where all threads of a load generator write down what they do.
#ifndef SWITCHBOARD_TESTS_FAULT_HISTORY_RECORDER_H_
#define SWITCHBOARD_TESTS_FAULT_HISTORY_RECORDER_H_

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "tests/fault/history.h"

namespace switchboard::fault {

// Thread-safe.
class HistoryRecorder {
 public:
  void Add(SubmitCall call) {
    absl::MutexLock lock(&mutex_);
    history_.submits.push_back(std::move(call));
  }
  void Add(Delivery delivery) {
    absl::MutexLock lock(&mutex_);
    history_.deliveries.push_back(std::move(delivery));
  }
  void Add(LeaseCall call) {
    absl::MutexLock lock(&mutex_);
    history_.lease_calls.push_back(std::move(call));
  }
  void Add(RedriveCall call) {
    absl::MutexLock lock(&mutex_);
    history_.redrives.push_back(std::move(call));
  }
  void AddOutage(absl::Time from, absl::Time until) {
    absl::MutexLock lock(&mutex_);
    history_.outages.push_back({from, until});
  }
  void AddDatabaseCrash(absl::Time time) {
    absl::MutexLock lock(&mutex_);
    history_.database_crashes.push_back(time);
  }
  History history() const {
    absl::MutexLock lock(&mutex_);
    return history_;
  }

 private:
  mutable absl::Mutex mutex_;
  History history_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::fault

#endif  // SWITCHBOARD_TESTS_FAULT_HISTORY_RECORDER_H_
