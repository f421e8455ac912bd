#include "services/workforce/worker_follower.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace switchboard::workforce {

absl::Status WorkerFollower::Start() {
  SWITCHBOARD_RETURN_IF_ERROR(CatchUp());
  task_ = std::make_unique<PeriodicTask>("workers", interval_, [this] { Poll(); });
  return absl::OkStatus();
}

void WorkerFollower::Wake() {
  if (task_ != nullptr) task_->Wake();
}

void WorkerFollower::Stop() {
  if (task_ != nullptr) task_->Stop();
}

absl::Status WorkerFollower::CatchUp() {
  const absl::MutexLock lock(&mutex_);
  SWITCHBOARD_ASSIGN_OR_RETURN(std::vector<WorkerChange> changes, store_.ChangedSince(revision_));
  for (WorkerChange& change : changes) {
    revision_ = std::max(revision_, change.worker.revision);
    if (change.removed) {
      roster_.Remove(change.worker.id);
    } else {
      roster_.Put(std::move(change.worker));
    }
  }
  return absl::OkStatus();
}

void WorkerFollower::Poll() {
  const absl::Status status = CatchUp();
  if (!status.ok() && complaints_.Admit(clock_.Elapsed())) {
    Log(LogLevel::kWarning, absl::StrCat("the workers stay as they were known: ", std::string(status.message())));
  }
}

}  // namespace switchboard::workforce
