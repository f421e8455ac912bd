// WorkerStore without a database: for tests and for the contract.
#ifndef SWITCHBOARD_SERVICES_WORKFORCE_IN_MEMORY_WORKER_STORE_H_
#define SWITCHBOARD_SERVICES_WORKFORCE_IN_MEMORY_WORKER_STORE_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/time/clock.h"
#include "services/workforce/worker_store.h"

namespace switchboard::workforce {

class InMemoryWorkerStore final : public WorkerStore {
 public:
  // `clock` outlives the store.
  explicit InMemoryWorkerStore(const Clock& clock) : clock_(clock) {}

  absl::StatusOr<std::vector<WorkerChange>> ChangedSince(int64_t revision) override;
  absl::Status Put(const Worker& worker) override;
  absl::Status SetActivity(std::string_view id, Activity activity) override;
  absl::Status Remove(std::string_view id) override;

 private:
  void Stamp(WorkerChange& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<WorkerChange*> Find(std::string_view id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  absl::Mutex mutex_;
  int64_t revision_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, WorkerChange, std::less<>> workers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::workforce

#endif  // SWITCHBOARD_SERVICES_WORKFORCE_IN_MEMORY_WORKER_STORE_H_
