#include "services/queue/figures_sampler.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/status/status_macros.h"

namespace switchboard::queue {
namespace {

constexpr int kCostShare = 20;
constexpr double kRateWindowSeconds = 60;
constexpr int kMostOutboundCounted = 10000;

}  // namespace

bool FiguresSampler::IsFresh(absl::Duration max_age) const {
  if (max_age <= absl::ZeroDuration()) return false;
  absl::MutexLock lock(&mutex_);
  return last_.has_value() && parts_.clock.Now() - last_->time <= std::max(max_age, kCostShare * last_cost_);
}

absl::StatusOr<FiguresSample> FiguresSampler::Figures(absl::Duration max_age) {
  if (!IsFresh(max_age)) {
    absl::MutexLock one_at_a_time(&sampling_);
    // Somebody else may have taken it while this call waited.
    if (!IsFresh(max_age)) {
      const absl::Duration begin = parts_.clock.Elapsed();
      SWITCHBOARD_ASSIGN_OR_RETURN(FiguresSample sample, Read());
      absl::MutexLock lock(&mutex_);
      last_ = std::move(sample);
      last_cost_ = parts_.clock.Elapsed() - begin;
    }
  }
  FiguresSample sample;
  {
    absl::MutexLock lock(&mutex_);
    sample = *last_;
  }
  SayWhatIsPaused(sample);
  return sample;
}

// Which this process knows better than its last sample does.
void FiguresSampler::SayWhatIsPaused(FiguresSample& sample) const {
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  for (QueueFigures& queue : sample.queues) {
    if (const QueueEntry* entry = queues->Find(queue.record.number)) queue.record = entry->record;
  }
}

absl::StatusOr<FiguresSample> FiguresSampler::Read() const {
  FiguresSample sample;
  sample.time = parts_.clock.Now();
  SWITCHBOARD_ASSIGN_OR_RETURN(std::vector<QueueRecord> records, parts_.store.ListQueues());
  SWITCHBOARD_ASSIGN_OR_RETURN(std::vector<LaneFigures> lanes, parts_.store.Sample());
  SWITCHBOARD_ASSIGN_OR_RETURN(std::vector<QueueTally> tallies, parts_.store.Tallies(sample.time));
  SWITCHBOARD_ASSIGN_OR_RETURN(sample.outbound, parts_.store.SampleOutbound(kMostOutboundCounted));
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  std::map<QueueNumber, size_t> index;
  for (QueueRecord& record : records) {
    index[record.number] = sample.queues.size();
    sample.queues.push_back({.record = std::move(record)});
  }
  for (LaneFigures& lane : lanes) {
    if (const auto at = index.find(lane.queue); at != index.end()) sample.queues[at->second].lanes.push_back(lane);
  }
  for (const QueueTally& tally : tallies) {
    const auto at = index.find(tally.queue);
    if (at == index.end()) continue;
    QueueFigures& queue = sample.queues[at->second];
    queue.in_rate = static_cast<double>(tally.received_last_minute) / kRateWindowSeconds;
    queue.out_rate = static_cast<double>(tally.completed_last_minute) / kRateWindowSeconds;
    queue.received_total = tally.received;
    queue.unsure_total = tally.unsure;
    queue.completed_total = tally.completed;
  }
  return sample;
}

}  // namespace switchboard::queue
