#include "services/queue/kept_inquiries.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/status/status_macros.h"
#include "services/queue/batch_commit.h"

namespace switchboard::queue {
namespace {

constexpr int kMostKept = 100;  // claimed or released at once

bool Keep(EngineParts& parts, int64_t id, const Place& place) {
  if (parts.options.same_worker_first <= absl::ZeroDuration() || !parts.options.takes_work) return false;
  absl::StatusOr<std::string> worker = parts.store.LastAnsweredBy(id);
  if (!worker.ok() || worker->empty() || !parts.options.takes_work(*worker)) return false;
  Keeping keeping{.id = id, .place = place, .worker = *std::move(worker), .now = parts.clock.Now()};
  keeping.until = keeping.now + parts.options.same_worker_first;
  keeping.event_position = parts.ids.NextPosition();
  if (!parts.store.KeepFor(keeping).value_or(false)) return false;
  parts.kept_for.Add(keeping.worker);
  parts.due_times.Add(keeping.until);
  parts.caretaker.Ring();
  return true;
}

}  // namespace

void KeepOrAnnounce(EngineParts& parts, int64_t id, const Place& place) {
  if (!Keep(parts, id, place)) parts.Announce({place});
}

absl::StatusOr<std::vector<GrantedLease>> ClaimKept(EngineParts& parts, LeaseGranter& granter,
                                                    const ClaimRequest& request) {
  std::vector<GrantedLease> leases;
  if (!parts.kept_for.Contains(request.worker)) return leases;
  KeptClaim claim{.worker = request.worker, .languages = request.languages, .capacity = request.capacity};
  const std::shared_ptr<const QueueSnapshot> queues = parts.directory.Load();
  for (const std::string& name : request.queues) {
    const absl::StatusOr<const QueueEntry*> entry = queues->Get(name);
    if (!entry.ok() || (*entry)->record.paused) continue;
    claim.queues.push_back(
        {(*entry)->record.number, request.lease_duration.value_or(LeaseDurationOf((*entry)->settings))});
  }
  if (claim.queues.empty()) return leases;
  claim.token = parts.ids.NextPosition();
  const PositionsInFlight::Cover cover(parts.positions);
  for (int i = 0; i < std::min(request.max_inquiries, kMostKept); ++i) {
    claim.positions.push_back(parts.ids.NextPosition());
  }
  using Claimed = std::vector<ClaimedInquiry>;
  SWITCHBOARD_ASSIGN_OR_RETURN(Claimed claimed, RepeatInDoubt<Claimed>(parts.SceneOf(CommitKind::kClaim), [&] {
                                 claim.now = parts.clock.Now();
                                 absl::StatusOr<Claimed> leased = parts.store.ClaimKept(claim);
                                 claim.repeated = true;
                                 return leased;
                               }));
  if (claimed.empty()) return leases;
  absl::StatusOr<std::vector<GrantedLease>> granted;
  std::vector<ClaimAnswer> answers;
  answers.push_back({[&granted](absl::StatusOr<std::vector<GrantedLease>> answer) { granted = std::move(answer); },
                     absl::OkStatus(), std::move(claimed)});
  granter.Answer(std::move(answers));
  return granted;
}

absl::StatusOr<std::vector<int64_t>> ReleaseKept(EngineParts& parts, std::string_view worker) {
  std::vector<int64_t> ids;
  std::vector<DueInquiry> moved;
  do {
    const PositionsInFlight::Cover cover(parts.positions);
    std::vector<int64_t> positions(kMostKept);
    for (int64_t& position : positions) position = parts.ids.NextPosition();
    SWITCHBOARD_ASSIGN_OR_RETURN(moved, parts.store.ReleaseKept(worker, parts.clock.Now(), positions));
    std::vector<Place> places;
    for (const DueInquiry& inquiry : moved) {
      ids.push_back(inquiry.id);
      places.push_back(inquiry.place);
    }
    parts.Announce(places);
  } while (moved.size() == kMostKept);
  return ids;
}

absl::Status RefreshKept(EngineParts& parts) {
  SWITCHBOARD_ASSIGN_OR_RETURN(std::vector<std::string> workers, parts.store.WorkersKeptFor(parts.clock.Now()));
  parts.kept_for.Replace(std::move(workers));
  return absl::OkStatus();
}

}  // namespace switchboard::queue
