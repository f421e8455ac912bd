// The figures of all queues: one sample for operators and for the gauges, never a scan per question.
#ifndef SWITCHBOARD_SERVICES_QUEUE_FIGURES_SAMPLER_H_
#define SWITCHBOARD_SERVICES_QUEUE_FIGURES_SAMPLER_H_

#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/queue/engine_parts.h"

namespace switchboard::queue {

// Samples about once a second; where a sample takes long, only so often that it takes a twentieth of the time.
// Thread-safe.
class FiguresSampler {
 public:
  // `parts` outlives it.
  explicit FiguresSampler(EngineParts& parts) : parts_(parts) {}
  ~FiguresSampler() { Close(); }

  FiguresSampler(const FiguresSampler&) = delete;
  FiguresSampler& operator=(const FiguresSampler&) = delete;

  void Start();
  void Close();
  void Ring() { pause_.Ring(); }

  // See QueueEngine::Figures.
  absl::StatusOr<FiguresSample> Figures(absl::Duration max_age);

 private:
  void Run();
  absl::Time NextSample() const;
  absl::Status Sample();
  absl::StatusOr<FiguresSample> Read();
  void Publish(const FiguresSample& sample);

  EngineParts& parts_;
  Pause pause_;
  absl::Mutex sampling_;  // held while a sample is taken
  mutable absl::Mutex mutex_;
  FiguresSample last_ ABSL_GUARDED_BY(mutex_);
  absl::Status last_status_ ABSL_GUARDED_BY(mutex_);
  absl::Duration last_cost_ ABSL_GUARDED_BY(mutex_);
  bool sampled_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_FIGURES_SAMPLER_H_
