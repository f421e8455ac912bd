#include "common/runtime/periodic_task.h"

#include <random>
#include <utility>

#include "common/runtime/signals.h"

namespace switchboard {

PeriodicTask::PeriodicTask(std::string name, absl::Duration interval, absl::AnyInvocable<void()> work)
    : name_(std::move(name)), interval_(interval), work_(std::move(work)), thread_([this] { Run(); }) {}

PeriodicTask::~PeriodicTask() { Stop(); }

void PeriodicTask::Wake() {
  absl::MutexLock lock(&mutex_);
  woken_ = true;
}

void PeriodicTask::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void PeriodicTask::Run() {
  SetThreadName(name_.c_str());
  std::minstd_rand random(std::random_device{}());
  std::uniform_real_distribution<double> jitter(0.9, 1.1);
  const auto is_due = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return woken_ || stopping_; };
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(&is_due), interval_ * jitter(random));
      if (stopping_) return;
      woken_ = false;
    }
    work_();
  }
}

}  // namespace switchboard
