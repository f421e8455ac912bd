// The registered workers as this process knows them.
#ifndef SWITCHBOARD_SERVICES_WORKFORCE_WORKER_ROSTER_H_
#define SWITCHBOARD_SERVICES_WORKFORCE_WORKER_ROSTER_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/workforce/worker.h"

namespace switchboard::workforce {

// Thread-safe. Whoever took a worker keeps it as it was, whatever is said of it meanwhile.
class WorkerRoster {
 public:
  // Null where it is not registered.
  std::shared_ptr<const Worker> Find(std::string_view id) const ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::ReaderMutexLock lock(&mutex_);
    const auto found = workers_.find(id);
    return found == workers_.end() ? nullptr : found->second;
  }

  bool empty() const ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::ReaderMutexLock lock(&mutex_);
    return workers_.empty();
  }

  // At most `most` of them, by id, those beyond `after` only.
  std::vector<std::shared_ptr<const Worker>> After(std::string_view after, size_t most) const
      ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::ReaderMutexLock lock(&mutex_);
    std::vector<std::shared_ptr<const Worker>> workers;
    for (auto at = workers_.upper_bound(after); at != workers_.end() && workers.size() < most; ++at) {
      workers.push_back(at->second);
    }
    return workers;
  }

  void Put(Worker worker) ABSL_LOCKS_EXCLUDED(mutex_) {
    auto shared = std::make_shared<const Worker>(std::move(worker));
    const absl::MutexLock lock(&mutex_);
    workers_[shared->id] = std::move(shared);
  }

  void Remove(const std::string& id) ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    workers_.erase(id);
  }

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<const Worker>, std::less<>> workers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::workforce

#endif  // SWITCHBOARD_SERVICES_WORKFORCE_WORKER_ROSTER_H_
