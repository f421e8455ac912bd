#include "services/queue/caller_fairness.h"

#include <algorithm>
#include <cmath>

namespace switchboard::queue {
namespace {

constexpr absl::Duration kHalfLife = absl::Seconds(5);
constexpr double kFloodShare = 0.10;
constexpr double kFloodCount = 30;
constexpr double kQuietWeight = 0.01;  // a caller this light is forgotten
constexpr size_t kSmallestForget = 1024;

uint16_t GroupOf(std::string_view caller) {
  uint32_t hash = 2166136261;
  for (const char c : caller) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619;
  return static_cast<uint16_t>(1 + (hash ^ hash >> 16) % kFloodGroups);
}

}  // namespace

double CallerFairness::Weight::DecayTo(absl::Duration elapsed) {
  if (elapsed > at) {
    value *= std::exp2(-absl::FDivDuration(elapsed - at, kHalfLife));
    at = elapsed;
  }
  return value;
}

uint16_t CallerFairness::Admit(std::string_view caller, int inquiries, absl::Duration elapsed) {
  absl::MutexLock lock(&mutex_);
  const double total = total_.DecayTo(elapsed) + inquiries;
  total_.value = total;
  if (caller.empty()) return 0;
  if (callers_.size() >= forget_at_) ForgetQuietCallers(elapsed);
  Caller& known = callers_[std::string(caller)];
  const double weight = known.weight.DecayTo(elapsed) + inquiries;
  known.weight.value = weight;
  known.weight.at = std::max(known.weight.at, elapsed);
  const double calm = known.flooding ? 0.5 : 1.0;
  known.flooding = weight >= calm * kFloodCount && weight > calm * kFloodShare * total;
  return known.flooding ? GroupOf(caller) : 0;
}

void CallerFairness::ForgetQuietCallers(absl::Duration elapsed) {
  absl::erase_if(callers_, [elapsed](auto& entry) { return entry.second.weight.DecayTo(elapsed) < kQuietWeight; });
  forget_at_ = std::max(kSmallestForget, 2 * callers_.size());
}

size_t CallerFairness::size() const {
  absl::MutexLock lock(&mutex_);
  return callers_.size();
}

}  // namespace switchboard::queue
