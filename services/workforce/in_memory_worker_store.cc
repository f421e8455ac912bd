#include "services/workforce/in_memory_worker_store.h"

#include <algorithm>

#include "common/status/status_macros.h"
#include "services/workforce/no_such_worker.h"

namespace switchboard::workforce {

absl::StatusOr<std::vector<WorkerChange>> InMemoryWorkerStore::ChangedSince(int64_t revision) {
  const absl::MutexLock lock(&mutex_);
  std::vector<WorkerChange> changes;
  for (const auto& [id, change] : workers_) {
    if (change.worker.revision > revision) changes.push_back(change);
  }
  std::sort(changes.begin(), changes.end(),
            [](const WorkerChange& a, const WorkerChange& b) { return a.worker.revision < b.worker.revision; });
  return changes;
}

absl::Status InMemoryWorkerStore::Put(const Worker& worker) {
  const absl::MutexLock lock(&mutex_);
  WorkerChange& change = workers_[worker.id];
  change = {.worker = worker};
  Stamp(change);
  return absl::OkStatus();
}

absl::Status InMemoryWorkerStore::SetActivity(std::string_view id, Activity activity) {
  const absl::MutexLock lock(&mutex_);
  SWITCHBOARD_ASSIGN_OR_RETURN(WorkerChange * change, Find(id));
  change->worker.activity = activity;
  Stamp(*change);
  return absl::OkStatus();
}

absl::Status InMemoryWorkerStore::Remove(std::string_view id) {
  const absl::MutexLock lock(&mutex_);
  SWITCHBOARD_ASSIGN_OR_RETURN(WorkerChange * change, Find(id));
  change->removed = true;
  Stamp(*change);
  return absl::OkStatus();
}

void InMemoryWorkerStore::Stamp(WorkerChange& change) {
  change.worker.revision = ++revision_;
  change.worker.update_time = clock_.Now();
}

absl::StatusOr<WorkerChange*> InMemoryWorkerStore::Find(std::string_view id) {
  const auto found = workers_.find(id);
  if (found == workers_.end() || found->second.removed) return NoSuchWorker(id);
  return &found->second;
}

}  // namespace switchboard::workforce
