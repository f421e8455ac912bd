// The figures of all queues: one cached sample for everybody who asks, never a scan per question.
#ifndef SWITCHBOARD_SERVICES_QUEUE_FIGURES_SAMPLER_H_
#define SWITCHBOARD_SERVICES_QUEUE_FIGURES_SAMPLER_H_

#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/queue/engine_parts.h"

namespace switchboard::queue {

// Samples when it is asked and the last sample is too old; where samples take long, only so often that they take a
// twentieth of the time, unless it has to be new. Thread-safe; blocks on the store while a sample is taken.
class FiguresSampler {
 public:
  // `parts` outlives it.
  explicit FiguresSampler(EngineParts& parts) : parts_(parts) {}

  // See QueueEngine::Figures.
  absl::StatusOr<FiguresSample> Figures(absl::Duration max_age);

 private:
  // Whether the last sample must do.
  bool IsFresh(absl::Duration max_age) const;
  absl::StatusOr<FiguresSample> Read() const;
  void SayWhatIsPaused(FiguresSample& sample) const;

  EngineParts& parts_;
  absl::Mutex sampling_;  // held while a sample is taken
  mutable absl::Mutex mutex_;
  std::optional<FiguresSample> last_ ABSL_GUARDED_BY(mutex_);
  absl::Duration last_cost_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_FIGURES_SAMPLER_H_
