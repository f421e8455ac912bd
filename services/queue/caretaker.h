// Takes back leases that ran out, lets delayed inquiries return, runs overflows, decides on drafts that waited too long
// for somebody with the authority, and looks at every lane from its
// beginning, so that nothing is lost behind a hint.
#ifndef SWITCHBOARD_SERVICES_QUEUE_CARETAKER_H_
#define SWITCHBOARD_SERVICES_QUEUE_CARETAKER_H_

#include <cstdint>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/runtime/log.h"
#include "services/queue/engine_parts.h"
#include "services/queue/settle_path.h"

namespace switchboard::queue {

// One thread. Its own leases are taken back on time; those of dead processes, and everything else, by a sweep every
// sweep_interval. A sweep that takes long makes the next ones rarer: at most a twentieth of the time is spent on them,
// unless one takes more than three seconds: a minute is the longest rest.
class Caretaker {
 public:
  // Both outlive it.
  Caretaker(EngineParts& parts, SettlePath& settle) : parts_(parts), settle_(settle) {}
  ~Caretaker() { Close(); }

  Caretaker(const Caretaker&) = delete;
  Caretaker& operator=(const Caretaker&) = delete;

  void Start();
  void Close();

 private:
  void Run();
  // Does what is due and gives the time of the next look.
  absl::Time DoWhatIsDue(absl::Time now);
  void Sweep(absl::Time now);
  void ExpireOwnLeases(absl::Time now);
  absl::Status PromoteDelayed(absl::Time now);
  absl::Status RunOverflow(absl::Time now);
  absl::Status SweepLanes(absl::Time now);
  absl::Status RefreshQueues();
  std::vector<int64_t> FreshPositions();
  void Report(const char* what, const absl::Status& status);

  EngineParts& parts_;
  SettlePath& settle_;
  absl::Time next_sweep_ = absl::InfinitePast();
  absl::Time next_expiry_look_ = absl::InfinitePast();
  LogThrottle throttle_{0.2, 3};
  std::thread thread_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_CARETAKER_H_
