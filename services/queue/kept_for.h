// The workers for whom some process keeps a reopened inquiry, as far as this process knows.
#ifndef SWITCHBOARD_SERVICES_QUEUE_KEPT_FOR_H_
#define SWITCHBOARD_SERVICES_QUEUE_KEPT_FOR_H_

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"

namespace switchboard::queue {

// Thread-safe. A claim asks it before the database, and mostly it is empty: then that costs no lock. A worker that is
// missing here finds its inquiry a look later.
class KeptFor {
 public:
  bool Contains(const std::string& worker) const {
    if (empty_.load(std::memory_order_acquire)) return false;
    absl::ReaderMutexLock lock(&mutex_);
    return workers_.contains(worker);
  }

  void Add(std::string worker) {
    absl::MutexLock lock(&mutex_);
    workers_.insert(std::move(worker));
    empty_.store(false, std::memory_order_release);
  }

  void Replace(std::vector<std::string> workers) {
    absl::MutexLock lock(&mutex_);
    workers_.clear();
    for (std::string& worker : workers) workers_.insert(std::move(worker));
    empty_.store(workers_.empty(), std::memory_order_release);
  }

 private:
  std::atomic<bool> empty_{true};
  mutable absl::Mutex mutex_;
  absl::flat_hash_set<std::string> workers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_KEPT_FOR_H_
