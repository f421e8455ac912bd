#include "services/queue/figures_sampler.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/runtime/signals.h"
#include "common/status/status_macros.h"

namespace switchboard::queue {
namespace {

constexpr absl::Duration kInterval = absl::Seconds(1);
constexpr int kCostShare = 20;
constexpr absl::Duration kCheap = absl::Milliseconds(50);
constexpr absl::Duration kLongestSleep = absl::Seconds(1);
constexpr absl::Duration kShortestSleep = absl::Milliseconds(1);
constexpr double kRateWindowSeconds = 60;

struct Sum {
  int64_t ready = 0;
  int64_t leased = 0;
  int64_t delayed = 0;
  int64_t dead = 0;
  std::optional<absl::Time> oldest;
};

}  // namespace

void FiguresSampler::Start() {
  thread_ = std::thread([this] { Run(); });
}

void FiguresSampler::Close() {
  pause_.Stop();
  if (thread_.joinable()) thread_.join();
}

void FiguresSampler::Run() {
  SetThreadName("figures");
  while (!pause_.stopped()) {
    if (NextSample() <= parts_.clock.Now()) (void)Sample();
    pause_.WaitFor(std::clamp(NextSample() - parts_.clock.Now(), kShortestSleep, kLongestSleep));
  }
}

absl::Time FiguresSampler::NextSample() const {
  absl::MutexLock lock(&mutex_);
  return sampled_ ? last_.time + std::max(kInterval, kCostShare * last_cost_) : absl::InfinitePast();
}

absl::StatusOr<FiguresSample> FiguresSampler::Figures(absl::Duration max_age) {
  bool renew = false;
  {
    absl::MutexLock lock(&mutex_);
    renew = !sampled_ || !last_status_.ok() || (parts_.clock.Now() - last_.time > max_age && last_cost_ <= kCheap);
  }
  if (renew) SWITCHBOARD_RETURN_IF_ERROR(Sample());
  absl::MutexLock lock(&mutex_);
  return last_;
}

absl::Status FiguresSampler::Sample() {
  absl::MutexLock one_at_a_time(&sampling_);
  const absl::Duration begin = parts_.clock.Elapsed();
  absl::StatusOr<FiguresSample> sample = Read();
  if (sample.ok()) Publish(*sample);
  absl::MutexLock lock(&mutex_);
  last_cost_ = parts_.clock.Elapsed() - begin;
  last_status_ = sample.status();
  sampled_ = true;
  if (sample.ok()) {
    last_ = *std::move(sample);
  } else {
    last_.time = parts_.clock.Now();
  }
  return last_status_;
}

absl::StatusOr<FiguresSample> FiguresSampler::Read() {
  FiguresSample sample;
  sample.time = parts_.clock.Now();
  SWITCHBOARD_ASSIGN_OR_RETURN(std::vector<QueueRecord> records, parts_.store.ListQueues());
  SWITCHBOARD_ASSIGN_OR_RETURN(std::vector<LaneFigures> lanes, parts_.store.Sample());
  SWITCHBOARD_ASSIGN_OR_RETURN(std::vector<QueueTally> tallies, parts_.store.Tallies(sample.time));
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

void FiguresSampler::Publish(const FiguresSample& sample) {
  for (const QueueFigures& queue : sample.queues) {
    std::map<Priority, Sum> sums;
    for (const LaneFigures& lane : queue.lanes) {
      Sum& sum = sums[lane.lane.priority()];
      sum.ready += lane.ready;
      sum.leased += lane.leased;
      sum.delayed += lane.delayed;
      sum.dead += lane.dead;
      if (lane.oldest_ready.has_value()) {
        sum.oldest = std::min(sum.oldest.value_or(*lane.oldest_ready), *lane.oldest_ready);
      }
    }
    QueueSeries& series = parts_.metrics.ForQueue(queue.record.name);
    for (const Priority priority : kPriorities) {
      const Sum& sum = sums[priority];
      const absl::Duration age = sum.oldest.has_value() ? sample.time - *sum.oldest : absl::ZeroDuration();
      series.SetBacklog(priority, sum.ready, sum.leased, sum.delayed, sum.dead, std::max(age, absl::ZeroDuration()));
    }
  }
}

}  // namespace switchboard::queue
