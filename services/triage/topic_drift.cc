#include "services/triage/topic_drift.h"

#include <cmath>
#include <set>
#include <utility>

namespace switchboard::triage {
namespace {

constexpr char kUnsure[] = "";

int64_t CountOf(const TopicCounts& counts, const std::string& topic) {
  const auto found = counts.find(topic);
  return found == counts.end() ? 0 : found->second;
}

int64_t TotalOf(const TopicCounts& counts) {
  int64_t total = 0;
  for (const auto& [topic, inquiries] : counts) total += inquiries;
  return total;
}

double ShareOf(int64_t part, int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

double Distance(const TopicMix& mix) {
  const int64_t recent = TotalOf(mix.recent) - CountOf(mix.recent, kUnsure);
  const int64_t before = TotalOf(mix.before) - CountOf(mix.before, kUnsure);
  if (recent == 0 || before == 0) return 0;
  std::set<std::string> topics;
  for (const TopicCounts* counts : {&mix.recent, &mix.before}) {
    for (const auto& [topic, inquiries] : *counts) {
      if (topic != kUnsure) topics.insert(topic);
    }
  }
  double sum = 0;
  for (const std::string& topic : topics) {
    sum += std::abs(ShareOf(CountOf(mix.recent, topic), recent) - ShareOf(CountOf(mix.before, topic), before));
  }
  return sum / 2;
}

}  // namespace

void TopicTally::Count(const std::string& topic) {
  const absl::MutexLock lock(&mutex_);
  ++counts_[topic];
}

void TopicTally::Add(const TopicCounts& counts) {
  const absl::MutexLock lock(&mutex_);
  for (const auto& [topic, inquiries] : counts) counts_[topic] += inquiries;
}

TopicCounts TopicTally::Take() {
  const absl::MutexLock lock(&mutex_);
  TopicCounts taken(counts_.begin(), counts_.end());
  counts_.clear();
  return taken;
}

std::optional<TopicDrift> DriftOf(const TopicMix& mix) {
  const int64_t recent = TotalOf(mix.recent);
  const int64_t before = TotalOf(mix.before);
  if (recent < kLeastForDrift || before < kLeastForDrift) return std::nullopt;
  return TopicDrift{.unsure_recent = ShareOf(CountOf(mix.recent, kUnsure), recent),
                    .unsure_before = ShareOf(CountOf(mix.before, kUnsure), before),
                    .distance = Distance(mix)};
}

}  // namespace switchboard::triage
