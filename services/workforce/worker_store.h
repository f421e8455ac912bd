// The storage contract of the registered workers.
#ifndef SWITCHBOARD_SERVICES_WORKFORCE_WORKER_STORE_H_
#define SWITCHBOARD_SERVICES_WORKFORCE_WORKER_STORE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/workforce/worker.h"

namespace switchboard::workforce {

struct WorkerChange {
  Worker worker;  // as it is now
  bool removed = false;
};

// All calls block and are thread-safe; what returned OK is on disk. Every change has a higher revision than those that
// were visible before it, so that a reader who has seen one misses none. Errors of every call: those of
// common/postgres/connection.h; NOT_FOUND where a call says so. Repeating a call whose outcome is unknown is safe.
class WorkerStore {
 public:
  virtual ~WorkerStore() = default;

  // What changed after `revision`, in the order of the revisions; each worker once. Cheap where nothing did: asked
  // every second by every process.
  virtual absl::StatusOr<std::vector<WorkerChange>> ChangedSince(int64_t revision) = 0;

  // Registers the worker, or replaces all that is said of it, and tells the other processes.
  virtual absl::Status Put(const Worker& worker) = 0;

  // NOT_FOUND (in these two).
  virtual absl::Status SetActivity(std::string_view id, Activity activity) = 0;
  virtual absl::Status Remove(std::string_view id) = 0;
};

}  // namespace switchboard::workforce

#endif  // SWITCHBOARD_SERVICES_WORKFORCE_WORKER_STORE_H_
