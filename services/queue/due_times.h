// When delayed inquiries of this process come due, so that they need not wait for the next sweep.
#ifndef SWITCHBOARD_SERVICES_QUEUE_DUE_TIMES_H_
#define SWITCHBOARD_SERVICES_QUEUE_DUE_TIMES_H_

#include <cstddef>
#include <iterator>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace switchboard::queue {

// Thread-safe. Keeps the earliest so many; a later one is found by a sweep.
class DueTimes {
 public:
  static constexpr size_t kKept = 10000;

  void Add(absl::Time due) {
    absl::MutexLock lock(&mutex_);
    times_.insert(due);
    if (times_.size() > kKept) times_.erase(std::prev(times_.end()));
  }

  // Drops what is due; true where something was.
  bool TakeDue(absl::Time now) {
    absl::MutexLock lock(&mutex_);
    const auto later = times_.upper_bound(now);
    const bool any = later != times_.begin();
    times_.erase(times_.begin(), later);
    return any;
  }

  // InfiniteFuture where there is none.
  absl::Time Next() const {
    absl::MutexLock lock(&mutex_);
    return times_.empty() ? absl::InfiniteFuture() : *times_.begin();
  }

 private:
  mutable absl::Mutex mutex_;
  std::set<absl::Time> times_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_DUE_TIMES_H_
