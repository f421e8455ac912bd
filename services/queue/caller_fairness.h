// Tells callers that flood from the others, so that they wait in lanes of their own and starve nobody.
#ifndef SWITCHBOARD_SERVICES_QUEUE_CALLER_FAIRNESS_H_
#define SWITCHBOARD_SERVICES_QUEUE_CALLER_FAIRNESS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace switchboard::queue {

// Groups that flooding callers are spread over; few, since every lane costs a little at each sweep.
inline constexpr uint16_t kFloodGroups = 7;

// What a flooding caller sends is due this many times later, so that earliest-deadline-first serves the others before
// it, and it all the same.
inline constexpr int kFloodTargetFactor = 4;

// What a caller holds in flight is approximated by what it submitted in the last seconds (decaying with a half-life). A
// caller floods from more than a tenth of everybody's and at least 30, until it holds less than half of either.
// Thread-safe; two hash look-ups a call. Remembers callers of the last minutes only.
class CallerFairness {
 public:
  // Counts `inquiries` of the caller at `elapsed` (of Clock::Elapsed) and gives the caller group of their lane: 0, or
  // 1 … kFloodGroups while the caller floods. A caller without a name is never told apart.
  uint16_t Admit(std::string_view caller, int inquiries, absl::Duration elapsed);

  // How many callers are remembered.
  size_t size() const;

 private:
  struct Weight {
    double value = 0;
    absl::Duration at;

    double DecayTo(absl::Duration elapsed);
  };
  struct Caller {
    Weight weight;
    bool flooding = false;
  };

  void ForgetQuietCallers(absl::Duration elapsed) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Caller> callers_ ABSL_GUARDED_BY(mutex_);
  Weight total_ ABSL_GUARDED_BY(mutex_);
  size_t forget_at_ ABSL_GUARDED_BY(mutex_) = 1024;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_CALLER_FAIRNESS_H_
