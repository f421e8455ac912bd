#include "services/queue/caretaker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/runtime/signals.h"
#include "services/queue/drafts.h"
#include "services/queue/kept_inquiries.h"

namespace switchboard::queue {
namespace {

constexpr int kSweepLimit = 1000;  // expired leases of one lane in one sweep
constexpr int kMoveLimit = 500;    // inquiries moved by one statement
constexpr int kSweepShare = 20;    // a sweep is this many times shorter than the time until the next …
// … but for one that took so long, or was held up.
constexpr absl::Duration kLongestRest = absl::Minutes(1);
constexpr absl::Duration kExpiryStep = absl::Milliseconds(50);  // between looks at own leases

std::vector<Place> PlacesOf(const std::vector<DueInquiry>& moved) {
  std::vector<Place> places;
  for (const DueInquiry& inquiry : moved) places.push_back(inquiry.place);
  return places;
}

}  // namespace

void Caretaker::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Caretaker::Close() {
  parts_.caretaker.Stop();
  if (thread_.joinable()) thread_.join();
}

void Caretaker::Run() {
  SetThreadName("sweep");
  while (!parts_.caretaker.stopped()) {
    const absl::Time next = DoWhatIsDue(parts_.clock.Now());
    parts_.caretaker.WaitUntil(next, parts_.clock);
  }
}

absl::Time Caretaker::DoWhatIsDue(absl::Time now) {
  if (now >= next_expiry_look_ && parts_.leases.EarliestEnd() <= now) {
    ExpireOwnLeases(now);
    next_expiry_look_ = now + kExpiryStep;
  }
  // Far ahead is only what the wall clock was set back from.
  if (now >= next_sweep_ || next_sweep_ - now > std::max(parts_.options.sweep_interval, kLongestRest)) {
    const absl::Duration begin = parts_.clock.Elapsed();
    Sweep(now);
    const absl::Duration cost = parts_.clock.Elapsed() - begin;
    next_sweep_ = now + std::max(parts_.options.sweep_interval, std::min(kSweepShare * cost, kLongestRest));
  } else if (parts_.due_times.TakeDue(now)) {
    Report("return delayed inquiries", PromoteDelayed(now));
  }
  const absl::Time next_expiry = std::max(next_expiry_look_, parts_.leases.EarliestEnd());
  return std::min({next_sweep_, next_expiry, parts_.due_times.Next()});
}

void Caretaker::Sweep(absl::Time now) {
  (void)parts_.due_times.TakeDue(now);
  const std::pair<const char*, absl::Status> steps[] = {
      {"return delayed inquiries", PromoteDelayed(now)},
      {"run overflows", RunOverflow(now)},
      {"decide on drafts that waited too long", DecideDueDrafts(parts_)},
      {"read for whom inquiries are kept", RefreshKept(parts_)},
      {"read the lanes", parts_.RefreshLanes()},
      {"sweep lanes", SweepLanes(now)},
      {"read the queues", RefreshQueues()},
  };
  for (const auto& [what, status] : steps) Report(what, status);
}

void Caretaker::ExpireOwnLeases(absl::Time now) {
  std::vector<LeaseFacts> expired;
  for (const LeaseWatch::Lease& lease : parts_.leases.TakeExpired(now)) expired.push_back(lease.facts);
  settle_.Expire(expired);
}

absl::Status Caretaker::PromoteDelayed(absl::Time now) {
  while (!parts_.caretaker.stopped()) {
    const PositionsInFlight::Cover cover(parts_.positions);
    const absl::StatusOr<std::vector<DueInquiry>> moved = parts_.store.PromoteDelayed(now, FreshPositions());
    if (!moved.ok()) return moved.status();
    parts_.Announce(PlacesOf(*moved));
    if (moved->size() < kMoveLimit) break;
  }
  return absl::OkStatus();
}

absl::Status Caretaker::RunOverflow(absl::Time now) {
  while (!parts_.caretaker.stopped()) {
    const PositionsInFlight::Cover cover(parts_.positions);
    int examined = 0;
    const absl::StatusOr<std::vector<DueInquiry>> moved = parts_.store.RunOverflow(now, FreshPositions(), &examined);
    if (!moved.ok()) return moved.status();
    parts_.Announce(PlacesOf(*moved));
    if (examined < kMoveLimit) break;
  }
  return absl::OkStatus();
}

// Leases wait until the configuration is known: by what stands in for it, an inquiry that has to be given up would be
// handed out once more.
absl::Status Caretaker::SweepLanes(absl::Time now) {
  if (!parts_.directory.IsConfigured()) return absl::OkStatus();
  for (const ClaimDesk::LaneView& lane : parts_.desk.Lanes()) {
    if (parts_.caretaker.stopped()) break;
    const int64_t horizon = parts_.positions.Horizon();
    const absl::StatusOr<LaneSweep> sweep = parts_.store.SweepLane(lane.queue, lane.lane, lane.hint, now, kSweepLimit);
    if (!sweep.ok()) return sweep.status();
    std::vector<LeaseFacts> expired;
    for (const ExpiredLease& lease : sweep->expired) {
      expired.push_back({.key = lease.lease, .attempts = lease.attempts, .first_response_due = now});
    }
    settle_.Expire(expired);
    if (parts_.desk.Swept(lane.queue, lane.lane, sweep->first_ready, horizon)) parts_.dispatcher.Ring();
  }
  return absl::OkStatus();
}

absl::Status Caretaker::RefreshQueues() {
  const absl::StatusOr<std::vector<QueueRecord>> queues = parts_.store.ListQueues();
  if (!queues.ok()) return queues.status();
  const std::shared_ptr<const QueueSnapshot> before = parts_.directory.Load();
  parts_.directory.SetRecords(*queues);
  std::vector<QueueNumber> resumed;
  for (const QueueRecord& queue : *queues) {
    const QueueEntry* known = before->Find(queue.number);
    if (!queue.paused && known != nullptr && known->record.paused) resumed.push_back(queue.number);
  }
  if (!resumed.empty() && parts_.desk.AnnounceQueues(resumed)) parts_.dispatcher.Ring();
  return absl::OkStatus();
}

std::vector<int64_t> Caretaker::FreshPositions() {
  std::vector<int64_t> positions(kMoveLimit);
  for (int64_t& position : positions) position = parts_.ids.NextPosition();
  return positions;
}

void Caretaker::Report(const char* what, const absl::Status& status) {
  if (status.ok() || !throttle_.Admit(parts_.clock.Elapsed())) return;
  Log(LogLevel::kWarning, absl::StrCat("could not ", what, ": ", std::string(status.message())));
}

}  // namespace switchboard::queue
