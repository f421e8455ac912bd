// The desk's other side: what comes in is handed to who waits, or wakes them.
#include <algorithm>

#include "services/queue/claim_desk.h"

namespace switchboard::queue {
namespace {

constexpr absl::Duration kStillServed = absl::Milliseconds(50);  // a lane whose workers come back for more
constexpr size_t kOpenReservations = 8;  // looked at for room before another worker is disturbed

}  // namespace

// ---- hand-off

void ClaimDesk::LetClaimsThrough(const Clock& clock, absl::Duration at_most) {
  const absl::Duration end = clock.Elapsed() + at_most;
  absl::MutexLock lock(&mutex_);
  while (IsWorkedOff(clock.Now())) {
    if (changed_.WaitWithTimeout(&mutex_, end - clock.Elapsed())) return;
  }
}

bool ClaimDesk::IsWorkedOff(absl::Time now) const {
  if (serving_ > 0) return true;
  const bool none_idle = !HasIdleClaims();
  const auto& lanes = book_.AllLanes();
  return std::any_of(lanes.begin(), lanes.end(), [now, none_idle](const LaneNote* note) {
    return (none_idle || note->waiting > 0) && now < note->served + kStillServed;
  });
}

bool ClaimDesk::HasIdleClaims() const {
  return std::any_of(groups_.begin(), groups_.end(), [](const auto& entry) { return !entry.second->idle.empty(); });
}

std::vector<std::optional<Reservation>> ClaimDesk::Reserve(absl::Span<const Place> places,
                                                           const QueueSnapshot& queues) {
  struct Open {
    Waiters::iterator waiter;
    int room = 0;
  };
  absl::MutexLock lock(&mutex_);
  std::vector<std::optional<Reservation>> reservations(places.size());
  std::vector<Open> open;
  for (size_t i = 0; i < places.size(); ++i) {
    const LaneNote* known = book_.Find(places[i].queue, places[i].lane);
    const QueueEntry* entry = queues.Find(places[i].queue);
    if ((known != nullptr && known->MaybeReady()) || entry == nullptr || entry->record.paused) continue;
    const LaneNote& note = known != nullptr ? *known : book_.NoteOf(places[i].queue, places[i].lane);
    const auto takes = [&note](const Open& candidate) {
      const Group& group = *candidate.waiter->group;
      return candidate.room > 0 && group.Takes(note.language) &&
             std::binary_search(group.queues.begin(), group.queues.end(), note.queue);
    };
    const size_t skipped = open.size() - std::min(open.size(), kOpenReservations);
    auto chosen = std::find_if(open.begin() + skipped, open.end(), takes);
    if (chosen == open.end()) {
      const std::optional<Waiters::iterator> waiter = LongestWaiting(note);
      if (!waiter.has_value()) continue;
      Engage(*waiter, State::kReserved);
      chosen = open.insert(open.end(), {*waiter, std::max(1, (*waiter)->request.max_inquiries)});
    }
    --chosen->room;
    const Waiter& waiter = *chosen->waiter;
    reservations[i] = Reservation{waiter.id, waiter.request.worker, waiter.request.lease_duration};
  }
  return reservations;
}

std::optional<ClaimDesk::Waiters::iterator> ClaimDesk::LongestWaiting(const LaneNote& note) {
  std::optional<Waiters::iterator> longest;
  const auto groups = groups_by_queue_.find(note.queue);
  if (groups == groups_by_queue_.end()) return longest;
  for (Group* group : groups->second) {
    if (group->idle.empty() || !group->Takes(note.language)) continue;
    if (!longest.has_value() || group->idle.front().id < (*longest)->id) longest = group->idle.begin();
  }
  if (longest.has_value() && (*longest)->group->limited) return std::nullopt;
  return longest;
}

std::vector<ClaimAnswer> ClaimDesk::FinishReserved(std::vector<Handed> handed, int64_t horizon, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  std::vector<int64_t> claims;
  for (Handed& one : handed) {
    claims.push_back(one.claim);
    if (!one.inquiry.has_value()) continue;
    LaneNote& note = book_.NoteOf(one.inquiry->place.queue, one.inquiry->place.lane);
    note.served = now;
    // Where something waits before it, the claim that takes that moves the hint.
    if (!note.MaybeReady() && note.claims == 0) book_.Consumed(note, one.inquiry->place.position, horizon, now);
    waiters_.at(one.claim)->granted.push_back(*std::move(one.inquiry));
  }
  std::vector<ClaimAnswer> answers;
  for (const int64_t claim : claims) Settle(claim, /*retry=*/true, now, answers);
  return answers;
}

// ---- news

bool ClaimDesk::Announce(absl::Span<const Place> places) {
  absl::MutexLock lock(&mutex_);
  bool woken = false;
  for (const Place& place : places) {
    LaneNote& note = book_.NoteOf(place.queue, place.lane);
    book_.MarkReady(note, 1);
    fresh_.insert(place.queue);
    woken |= Wake(note);
  }
  return woken;
}

bool ClaimDesk::AnnounceQueues(absl::Span<const QueueNumber> queues) {
  absl::MutexLock lock(&mutex_);
  bool woken = false;
  for (const QueueNumber queue : queues) {
    for (LaneNote* note : book_.LanesOf(queue)) {
      book_.MarkReady(*note);
      woken |= Wake(*note);
    }
  }
  return woken;
}

bool ClaimDesk::AddLanes(absl::Span<const std::pair<QueueNumber, Lane>> lanes) {
  absl::MutexLock lock(&mutex_);
  bool woken = false;
  for (const auto& [queue, lane] : lanes) {
    if (book_.Find(queue, lane) == nullptr) woken |= Wake(book_.NoteOf(queue, lane));
  }
  return woken;
}

std::vector<ClaimDesk::LaneView> ClaimDesk::Lanes() const {
  absl::MutexLock lock(&mutex_);
  std::vector<LaneView> lanes;
  for (const LaneNote* note : book_.AllLanes()) lanes.push_back({note->queue, note->lane, note->hint});
  return lanes;
}

bool ClaimDesk::Swept(QueueNumber queue, Lane lane, std::optional<int64_t> first_ready, int64_t horizon) {
  absl::MutexLock lock(&mutex_);
  LaneNote& note = book_.NoteOf(queue, lane);
  book_.Swept(note, first_ready, horizon);
  return first_ready.has_value() && Wake(note);
}

std::vector<QueueNumber> ClaimDesk::TakeFreshQueues() {
  absl::MutexLock lock(&mutex_);
  std::vector<QueueNumber> queues(fresh_.begin(), fresh_.end());
  fresh_.clear();
  return queues;
}

bool ClaimDesk::Wake(LaneNote& note) {
  bool woken = false;
  const auto groups = groups_by_queue_.find(note.queue);
  if (groups == groups_by_queue_.end()) return false;
  for (Group* group : groups->second) {
    if (group->idle.empty() || !group->Takes(note.language)) continue;
    QueueTurn(*group);
    woken = true;
  }
  return woken;
}

}  // namespace switchboard::queue
