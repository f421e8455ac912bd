// Keeps the store in order: partitions ahead, old ones dropped, request ids and what was delivered forgotten, tallies
// folded.
#ifndef SWITCHBOARD_SERVICES_QUEUE_MAINTENANCE_H_
#define SWITCHBOARD_SERVICES_QUEUE_MAINTENANCE_H_

#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/runtime/log.h"
#include "services/queue/engine_parts.h"

namespace switchboard::queue {

// One thread; any number of processes may do it at the same time.
class Maintenance {
 public:
  // `parts` outlives it.
  explicit Maintenance(EngineParts& parts) : parts_(parts) {}
  ~Maintenance() { Close(); }

  Maintenance(const Maintenance&) = delete;
  Maintenance& operator=(const Maintenance&) = delete;

  void Start();
  void Close();
  void Ring() { pause_.Ring(); }

 private:
  void Run();
  void KeepPartitions(absl::Time now);
  absl::Status ForgetRequestIds(absl::Time now);
  absl::Status ForgetOutbound(absl::Time before);
  void Report(const char* what, const absl::Status& status);

  EngineParts& parts_;
  Pause pause_;
  LogThrottle throttle_{0.1, 5};
  std::thread thread_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_MAINTENANCE_H_
