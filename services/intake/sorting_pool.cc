#include "services/intake/sorting_pool.h"

#include <algorithm>
#include <utility>

#include "common/runtime/signals.h"

namespace switchboard::intake {
namespace {

constexpr absl::Duration kFirstGuess = absl::Microseconds(500);  // of what a text costs
constexpr int kMemory = 32;                                      // tasks that the cost is averaged over, about

}  // namespace

SortingPool::SortingPool(const SortingPoolOptions& options, const Clock& clock)
    : options_(options), clock_(clock), cost_(kFirstGuess) {
  for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { Run(); });
}

SortingPool::~SortingPool() { Shutdown(); }

std::optional<absl::Duration> SortingPool::RetryAfter(std::string_view caller) const {
  const absl::MutexLock lock(&mutex_);
  const auto line = lines_.find(caller);
  if (line == lines_.end()) return std::nullopt;
  // Whoever else has something waiting gets as many turns.
  const auto callers = static_cast<int64_t>(std::max<size_t>(1, turns_.size()));
  const absl::Duration wait = cost_ * (line->second.texts * callers) / options_.threads;
  if (wait <= options_.longest_wait) return std::nullopt;
  return wait;
}

void SortingPool::Submit(std::string_view caller, int texts, Task task) {
  {
    const absl::MutexLock lock(&mutex_);
    if (!stopping_) {
      auto found = lines_.find(caller);
      if (found == lines_.end()) found = lines_.try_emplace(std::string(caller)).first;
      Line& line = found->second;
      if (line.waiting.empty()) turns_.push_back(&line);
      line.waiting.push_back({texts, std::move(task)});
      line.texts += texts;
      if (idle_ > 0) changed_.Signal();
      return;
    }
  }
  std::move(task)();
}

void SortingPool::Shutdown() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void SortingPool::Run() {
  SetThreadName("sorting");
  while (true) {
    Waiting next;
    {
      const absl::MutexLock lock(&mutex_);
      while (turns_.empty() && !stopping_) {
        ++idle_;
        changed_.Wait(&mutex_);
        --idle_;
      }
      if (turns_.empty()) return;
      next = TakeNext();
    }
    const absl::Duration begin = clock_.Elapsed();
    std::move(next.task)();
    NoteCost(clock_.Elapsed() - begin, next.texts);
  }
}

SortingPool::Waiting SortingPool::TakeNext() {
  Line& line = *turns_.front();
  turns_.pop_front();
  Waiting next = std::move(line.waiting.front());
  line.waiting.pop_front();
  line.texts -= next.texts;
  if (!line.waiting.empty()) turns_.push_back(&line);
  return next;
}

void SortingPool::NoteCost(absl::Duration took, int texts) {
  const absl::MutexLock lock(&mutex_);
  cost_ += (took / std::max(1, texts) - cost_) / kMemory;
}

}  // namespace switchboard::intake
