#include "services/queue/maintenance.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/runtime/signals.h"

namespace switchboard::queue {
namespace {

constexpr absl::Duration kPartitionsEvery = absl::Hours(1);
constexpr absl::Duration kPartitionsAhead = absl::Hours(24 * 3);
constexpr absl::Duration kTalliesEvery = absl::Seconds(20);
constexpr absl::Duration kForgetEvery = absl::Minutes(1);
constexpr int kForgetLimit = 5000;  // request ids or messages dropped by one statement

}  // namespace

void Maintenance::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Maintenance::Close() {
  pause_.Stop();
  if (thread_.joinable()) thread_.join();
}

void Maintenance::Run() {
  SetThreadName("maintain");
  const absl::Time start = parts_.clock.Now();
  absl::Time partitions = start;
  absl::Time tallies = start + kTalliesEvery;
  absl::Time forget = start + kForgetEvery;
  while (!pause_.stopped()) {
    const absl::Time now = parts_.clock.Now();
    if (now >= partitions) {
      KeepPartitions(now);
      partitions = now + kPartitionsEvery;
    }
    if (now >= tallies) {
      Report("fold the tallies", parts_.store.FoldTallies(now));
      tallies = now + kTalliesEvery;
    }
    if (now >= forget) {
      Report("forget request ids", ForgetRequestIds(now));
      Report("forget delivered messages", ForgetOutbound(now - parts_.options.request_id_memory));
      forget = now + kForgetEvery;
    }
    pause_.WaitUntil(std::min({partitions, tallies, forget}), parts_.clock);
  }
}

void Maintenance::KeepPartitions(absl::Time now) {
  Report("make partitions", parts_.store.CreatePartitions(now + kPartitionsAhead));
  if (parts_.options.retention <= absl::ZeroDuration()) return;
  const absl::StatusOr<int> dropped = parts_.store.DropPartitions(now - parts_.options.retention);
  Report("drop old partitions", dropped.status());
  if (dropped.ok() && *dropped > 0) Log(LogLevel::kInfo, absl::StrCat("dropped old partitions: ", *dropped));
}

absl::Status Maintenance::ForgetRequestIds(absl::Time now) {
  while (!pause_.stopped()) {
    const absl::StatusOr<int> forgotten = parts_.store.ForgetRequestIds(now, kForgetLimit);
    if (!forgotten.ok()) return forgotten.status();
    if (*forgotten < kForgetLimit) break;
  }
  return absl::OkStatus();
}

absl::Status Maintenance::ForgetOutbound(absl::Time before) {
  while (!pause_.stopped()) {
    const absl::StatusOr<int> forgotten = parts_.store.ForgetOutbound(before, kForgetLimit);
    if (!forgotten.ok()) return forgotten.status();
    if (*forgotten < kForgetLimit) break;
  }
  return absl::OkStatus();
}

void Maintenance::Report(const char* what, const absl::Status& status) {
  if (status.ok() || !throttle_.Admit(parts_.clock.Elapsed())) return;
  Log(LogLevel::kWarning, absl::StrCat("could not ", what, ": ", std::string(status.message())));
}

}  // namespace switchboard::queue
