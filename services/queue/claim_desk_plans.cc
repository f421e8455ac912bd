// How the desk takes waiting claims to the store, and what it learns from the answer.
#include <algorithm>

#include "services/queue/caller_fairness.h"
#include "services/queue/claim_desk.h"

namespace switchboard::queue {
namespace {

LaneCursor CursorOf(const LaneNote& note, const QueueSettings& settings) {
  const int factor = note.lane.caller_group() == 0 ? 1 : kFloodTargetFactor;
  return {.queue = note.queue,
          .lane = note.lane,
          .after_position = note.hint,
          .target = settings.TargetFor(note.lane.priority()) * factor,
          .lease_duration = LeaseDurationOf(settings)};
}

}  // namespace

std::optional<ClaimPlan> ClaimDesk::NextPlan(const QueueSnapshot& queues, int64_t horizon, absl::Time now,
                                             std::vector<ClaimAnswer>& answers) {
  absl::MutexLock lock(&mutex_);
  WakeDueGroups(now);
  while (!turns_.empty()) {
    Group& group = *turns_.front();
    turns_.pop_front();
    group.in_turn = false;
    std::optional<ClaimPlan> plan = PlanFor(group, queues, horizon, now, answers);
    if (!plan.has_value()) continue;
    if (!group.pending.empty()) QueueTurn(group);
    return plan;
  }
  return std::nullopt;
}

void ClaimDesk::WakeDueGroups(absl::Time now) {
  for (auto& [key, group] : groups_) {
    if (!group->idle.empty() && group->next_probe <= now) QueueTurn(*group);
  }
}

std::optional<ClaimPlan> ClaimDesk::PlanFor(Group& group, const QueueSnapshot& queues, int64_t horizon, absl::Time now,
                                            std::vector<ClaimAnswer>& answers) {
  if (group.pending.empty() && group.idle.empty()) return std::nullopt;
  ClaimPlan plan;
  plan.horizon = horizon;
  plan.limited = group.limited;
  plan.batch.now = now;
  // Who does not wait must not be sent away for want of a look.
  plan.probes_all =
      group.next_probe <= now || std::any_of(group.pending.begin(), group.pending.end(),
                                             [now](const Waiter& waiter) { return waiter.request.wait_until <= now; });
  AddLanes(group, queues, plan);
  if (plan.lanes.empty()) {
    if (plan.probes_all) ScheduleProbe(group, false, now);
    LeaveEmptyHanded(group, now, answers);
    return std::nullopt;
  }
  int64_t known = plan.probes_all ? LaneNote::kUnknown : 0;
  for (const LaneNote* note : plan.lanes) known += now < note->foreign_until ? LaneNote::kUnknown : note->waiting;
  AddSlots(group, known, plan);
  Cover(plan, known);
  if (!plan.is_short) LeaveEmptyHanded(group, now, answers);
  return plan;
}

void ClaimDesk::AddLanes(const Group& group, const QueueSnapshot& queues, ClaimPlan& plan) {
  for (const QueueNumber queue : group.queues) {
    const QueueEntry* entry = queues.Find(queue);
    if (entry == nullptr || entry->record.paused) continue;
    for (LaneNote* note : book_.LanesOf(queue)) {
      if (!(plan.probes_all || note->MaybeReady()) || !group.Takes(note->language)) continue;
      plan.batch.lanes.push_back(CursorOf(*note, entry->settings));
      plan.lanes.push_back(note);
    }
  }
}

// Those who have waited longest first, until there is one slot more than `wanted`: only a claim that could have got
// more tells that nothing is left.
void ClaimDesk::AddSlots(Group& group, int64_t wanted, ClaimPlan& plan) {
  for (Waiters* waiters : {&group.idle, &group.pending}) {
    while (!waiters->empty() && static_cast<int64_t>(plan.claims.size()) <= wanted) {
      if (!TakeSlots(waiters->front(), wanted + 1 - static_cast<int64_t>(plan.claims.size()), plan)) return;
      Engage(waiters->begin(), State::kClaiming);
    }
  }
}

// False where they do not fit in any more.
bool ClaimDesk::TakeSlots(const Waiter& waiter, int64_t wanted, ClaimPlan& plan) const {
  const int64_t asked = std::min<int64_t>(waiter.request.max_inquiries, wanted);
  const size_t count = std::clamp<size_t>(std::max<int64_t>(asked, 1), 1, options_.max_slots);
  if (!plan.claims.empty() && plan.claims.size() + count > options_.max_slots) return false;
  const ClaimSlot slot{waiter.request.worker, waiter.request.lease_duration, waiter.request.capacity};
  plan.batch.slots.insert(plan.batch.slots.end(), count, slot);
  plan.claims.insert(plan.claims.end(), count, waiter.id);
  return true;
}

// What waits in the lanes is the plan's from here on; what comes meanwhile is counted anew.
void ClaimDesk::Cover(ClaimPlan& plan, int64_t known) {
  plan.is_short = static_cast<int64_t>(plan.claims.size()) <= known;
  for (LaneNote* note : plan.lanes) {
    plan.serves |= note->waiting > 0;
    plan.waiting.push_back(std::exchange(note->waiting, 0));
    ++note->claims;
    note->short_claims += plan.is_short;
  }
  serving_ += plan.serves;
}

void ClaimDesk::LeaveEmptyHanded(Group& group, absl::Time now, std::vector<ClaimAnswer>& answers) {
  while (!group.pending.empty()) {
    const Waiters::iterator waiter = group.pending.begin();
    if (waiter->request.wait_until <= now) {
      answers.push_back(TakeOut(waiter, absl::OkStatus()));
    } else {
      group.idle.splice(group.idle.end(), group.pending, waiter);
      Rest(waiter);
    }
  }
}

std::vector<ClaimAnswer> ClaimDesk::Finish(const ClaimPlan& plan, absl::StatusOr<std::vector<ClaimedInquiry>> claimed,
                                           absl::Time now) {
  absl::MutexLock lock(&mutex_);
  return FinishSlots(plan, std::move(claimed), nullptr, now);
}

std::vector<ClaimAnswer> ClaimDesk::FinishLimited(const ClaimPlan& plan, absl::StatusOr<LimitedClaim> claimed,
                                                  absl::Time now) {
  absl::MutexLock lock(&mutex_);
  if (!claimed.ok()) return FinishSlots(plan, claimed.status(), nullptr, now);
  for (const int64_t claim : plan.claims) waiters_.at(claim)->is_full = true;
  for (const size_t slot : claimed->slots) waiters_.at(plan.claims[slot])->is_full = false;
  return FinishSlots(plan, std::move(claimed->claimed), &claimed->slots, now);
}

std::vector<ClaimAnswer> ClaimDesk::FinishSlots(const ClaimPlan& plan,
                                                absl::StatusOr<std::vector<ClaimedInquiry>> claimed,
                                                const std::vector<size_t>* slots, absl::Time now) {
  std::vector<ClaimAnswer> answers;
  Group* group = nullptr;
  for (const int64_t claim : plan.claims) group = waiters_.at(claim)->group;
  bool found_foreign = false;
  bool retry = false;
  serving_ -= plan.serves;
  changed_.SignalAll();
  for (LaneNote* note : plan.lanes) {
    --note->claims;
    note->short_claims -= plan.is_short;
  }
  if (!claimed.ok()) {
    for (size_t i = 0; i < plan.lanes.size(); ++i) book_.MarkReady(*plan.lanes[i], plan.waiting[i]);
  } else {
    found_foreign = NoteClaimed(plan, *claimed, slots == nullptr ? plan.claims.size() : slots->size(), now);
    retry = HasNews(*group);
    for (size_t i = 0; i < claimed->size(); ++i) {
      const int64_t claim = plan.claims[slots == nullptr ? i : (*slots)[i]];
      waiters_.at(claim)->granted.push_back(std::move((*claimed)[i]));
    }
  }
  if (plan.probes_all) ScheduleProbe(*group, found_foreign, now);
  const bool failed = !claimed.ok() && !absl::IsAborted(claimed.status());
  for (size_t i = 0; i < plan.claims.size(); ++i) {
    if (i > 0 && plan.claims[i] == plan.claims[i - 1]) continue;
    const auto found = waiters_.find(plan.claims[i]);
    if (failed && !found->second->cancelled) {
      answers.push_back(TakeOut(found->second, claimed.status()));
    } else {
      Settle(plan.claims[i], retry, now, answers);
    }
  }
  return answers;
}

// Learns from a claim; true where something of another process was among it.
bool ClaimDesk::NoteClaimed(const ClaimPlan& plan, absl::Span<const ClaimedInquiry> claimed, size_t slots,
                            absl::Time now) {
  bool found_foreign = false;
  absl::flat_hash_map<const LaneNote*, int64_t> taken;
  for (const ClaimedInquiry& inquiry : claimed) {
    LaneNote& note = book_.NoteOf(inquiry.place.queue, inquiry.place.lane);
    found_foreign |= NodeOf(inquiry.place.position) != options_.node;
    book_.Consumed(note, inquiry.place.position, plan.horizon, now);
    note.served = now;
    ++taken[&note];
  }
  if (claimed.size() < slots) return found_foreign;  // nothing is left but what came meanwhile
  for (size_t i = 0; i < plan.lanes.size(); ++i) {
    const int64_t from_here = taken[plan.lanes[i]];
    if (from_here == 0 && plan.waiting[i] == 0) continue;
    book_.MarkReady(*plan.lanes[i], std::max<int64_t>(1, plan.waiting[i] - from_here));
  }
  return found_foreign;
}

bool ClaimDesk::HasNews(const Group& group) const {
  for (const QueueNumber queue : group.queues) {
    for (const LaneNote* note : book_.LanesOf(queue)) {
      if (note->MaybeReady() && group.Takes(note->language)) return true;
    }
  }
  return false;
}

void ClaimDesk::ScheduleProbe(Group& group, bool found_foreign, absl::Time now) {
  group.probe_interval = found_foreign
                             ? options_.probe_floor
                             : std::clamp(group.probe_interval * 2, options_.probe_floor, options_.probe_ceiling);
  group.next_probe = now + group.probe_interval;
}

}  // namespace switchboard::queue
