#include "tests/bench/load_recorder.h"

#include <sys/resource.h>

namespace switchboard::bench {
namespace {

using Clock = std::chrono::steady_clock;

double Seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double CpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return Seconds(usage.ru_utime) + Seconds(usage.ru_stime);
}

nlohmann::json Percentiles(const LatencyHistogram& latencies) {
  return {{"count", latencies.count()},
          {"p50", latencies.Milliseconds(0.5)},
          {"p99", latencies.Milliseconds(0.99)},
          {"p999", latencies.Milliseconds(0.999)}};
}

}  // namespace

void LoadRecorder::Interval::Merge(const Interval& other) {
  submitted += other.submitted;
  refused += other.refused;
  failed += other.failed;
  completed += other.completed;
  submit.Merge(other.submit);
  deliver.Merge(other.deliver);
  claim.Merge(other.claim);
  complete.Merge(other.complete);
}

nlohmann::json LoadRecorder::Interval::ToJson() const {
  return {{"submitted", submitted},
          {"refused", refused},
          {"failed", failed},
          {"completed", completed},
          {"submit_ms", Percentiles(submit)},
          {"deliver_ms", Percentiles(deliver)},
          {"claim_ms", Percentiles(claim)},
          {"complete_ms", Percentiles(complete)}};
}

void LoadRecorder::Begin() {
  const std::lock_guard lock(mutex_);
  intervals_.clear();
  refused_with_time_ = 0;
  cpu_at_begin_ = CpuSeconds();
  begin_ = last_submission_ = last_completion_ = Clock::now();
}

LoadRecorder::Interval& LoadRecorder::Current() {
  const size_t index = static_cast<size_t>((Clock::now() - begin_) / interval_);
  while (intervals_.size() <= index) intervals_.push_back(std::make_unique<Interval>());
  return *intervals_[index];
}

void LoadRecorder::Submitted(int64_t count, SteadyTime due) {
  const std::lock_guard lock(mutex_);
  last_submission_ = Clock::now();
  in_flight_ += count;
  Current().submitted += count;
  Current().submit.Record(last_submission_ - due);
}

void LoadRecorder::Refused(int64_t count, bool says_when) {
  const std::lock_guard lock(mutex_);
  Current().refused += count;
  if (says_when) refused_with_time_ += count;
}

void LoadRecorder::Failed(int64_t count, const std::string& reason) {
  const std::lock_guard lock(mutex_);
  Current().failed += count;
  if (first_failure_.empty()) first_failure_ = reason;
}

void LoadRecorder::Delivered(std::span<const SteadyTime> due) {
  const SteadyTime now = Clock::now();
  const std::lock_guard lock(mutex_);
  delivered_ += static_cast<int64_t>(due.size());
  Interval& interval = Current();
  for (const SteadyTime each : due) interval.deliver.Record(now - each);
}

void LoadRecorder::Completed(int64_t count) {
  const std::lock_guard lock(mutex_);
  last_completion_ = Clock::now();
  in_flight_ -= count;
  Current().completed += count;
}

void LoadRecorder::Claimed(SteadyTime due) {
  const std::lock_guard lock(mutex_);
  Current().claim.Record(Clock::now() - due);
}

void LoadRecorder::Settled(SteadyTime due) {
  const std::lock_guard lock(mutex_);
  Current().complete.Record(Clock::now() - due);
}

int64_t LoadRecorder::in_flight() const {
  const std::lock_guard lock(mutex_);
  return in_flight_;
}

int64_t LoadRecorder::delivered() const {
  const std::lock_guard lock(mutex_);
  return delivered_;
}

nlohmann::json LoadRecorder::ToJson() const {
  const std::lock_guard lock(mutex_);
  Interval total;
  nlohmann::json intervals = nlohmann::json::array();
  for (const auto& interval : intervals_) {
    total.Merge(*interval);
    intervals.push_back(interval->ToJson());
  }
  const double seconds = Seconds((total.completed > 0 ? last_completion_ : last_submission_) - begin_);
  nlohmann::json figures = total.ToJson();
  figures["seconds"] = seconds;
  figures["rate"] = static_cast<double>(total.completed > 0 ? total.completed : total.submitted) / seconds;
  figures["refused_with_time"] = refused_with_time_;
  figures["client_cpu_seconds"] = CpuSeconds() - cpu_at_begin_;
  if (!first_failure_.empty()) figures["first_failure"] = first_failure_;
  if (intervals.size() > 1) figures["intervals"] = std::move(intervals);
  return figures;
}

}  // namespace switchboard::bench
