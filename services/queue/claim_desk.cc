#include "services/queue/claim_desk.h"

#include <algorithm>

#include "services/queue/caller_fairness.h"

namespace switchboard::queue {
namespace {

constexpr size_t kManyGroups = 4096;
constexpr absl::Duration kDefaultLease = absl::Minutes(15);

std::vector<int> LanguageNumbers(const std::vector<std::string>& languages) {
  std::vector<int> numbers;
  if (languages.empty()) return numbers;
  for (const std::string& language : languages) numbers.push_back(LanguageOf(Lane(Priority::kNormal, language)));
  numbers.push_back(0);  // what nobody could tell the language of goes to everyone
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

LaneCursor CursorOf(const LaneNote& note, const QueueSettings& settings) {
  const int factor = note.lane.caller_group() == 0 ? 1 : kFloodTargetFactor;
  return {.queue = note.queue,
          .lane = note.lane,
          .after_position = note.hint,
          .target = settings.TargetFor(note.lane.priority()) * factor,
          .lease_duration = LeaseDurationOf(settings)};
}

}  // namespace

absl::Duration LeaseDurationOf(const QueueSettings& settings) {
  return settings.lease_duration > absl::ZeroDuration() ? settings.lease_duration : kDefaultLease;
}

bool ClaimDesk::Group::Takes(int language) const {
  return languages.empty() || std::binary_search(languages.begin(), languages.end(), language);
}

// ---- claims come and go

ClaimDesk::Added ClaimDesk::Add(ClaimRequest request, std::vector<QueueNumber> queues, absl::Time now,
                                Callback<std::vector<GrantedLease>>& done) {
  absl::MutexLock lock(&mutex_);
  if (closed_) return {.verdict = Added::Verdict::kClosed};
  if (waiters_.size() >= options_.max_waiting) return {.verdict = Added::Verdict::kFull};
  Group& group = GroupOf(request, std::move(queues));
  Waiter& waiter = group.pending.emplace_back();
  waiter.id = ++last_claim_;
  waiter.request = std::move(request);
  waiter.done = std::move(done);
  waiter.group = &group;
  const auto place = std::prev(group.pending.end());
  waiters_[waiter.id] = place;
  if (waiter.request.wait_until <= now || HasNews(group)) {
    QueueTurn(group);
  } else {
    group.idle.splice(group.idle.end(), group.pending, place);
    Rest(place);
  }
  return {.claim = waiter.id};
}

std::optional<ClaimAnswer> ClaimDesk::Cancel(int64_t claim) {
  absl::MutexLock lock(&mutex_);
  const auto found = waiters_.find(claim);
  if (found == waiters_.end()) return std::nullopt;
  Waiter& waiter = *found->second;
  waiter.cancelled = true;
  if (waiter.state == State::kClaiming || waiter.state == State::kReserved) return std::nullopt;
  return TakeOut(found->second, absl::CancelledError("the claim was cancelled"));
}

std::vector<ClaimAnswer> ClaimDesk::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  std::vector<ClaimAnswer> answers;
  for (auto& [key, group] : groups_) {
    while (!group->pending.empty()) answers.push_back(TakeOut(group->pending.begin(), absl::OkStatus()));
    while (!group->idle.empty()) answers.push_back(TakeOut(group->idle.begin(), absl::OkStatus()));
  }
  return answers;
}

std::vector<ClaimAnswer> ClaimDesk::TakeOverdue(absl::Time now) {
  absl::MutexLock lock(&mutex_);
  std::vector<ClaimAnswer> answers;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto waiter = waiters_.at(deadlines_.begin()->second);
    deadlines_.erase(deadlines_.begin());
    // What is under way to a claim answers it; Settle() looks at the time again.
    if (waiter->state == State::kIdle || waiter->state == State::kPending) {
      answers.push_back(TakeOut(waiter, absl::OkStatus()));
    }
  }
  return answers;
}

bool ClaimDesk::HasClaims() const {
  absl::MutexLock lock(&mutex_);
  return !waiters_.empty();
}

absl::Time ClaimDesk::NextLook() const {
  absl::MutexLock lock(&mutex_);
  if (!turns_.empty()) return absl::InfinitePast();
  absl::Time next = deadlines_.empty() ? absl::InfiniteFuture() : deadlines_.begin()->first;
  for (const auto& [key, group] : groups_) {
    if (!group->idle.empty()) next = std::min(next, group->next_probe);
  }
  return next;
}

ClaimDesk::Group& ClaimDesk::GroupOf(const ClaimRequest& request, std::vector<QueueNumber> queues) {
  std::sort(queues.begin(), queues.end());
  queues.erase(std::unique(queues.begin(), queues.end()), queues.end());
  if (groups_.size() >= kManyGroups) ForgetUnusedGroups();
  GroupKey key{std::move(queues), LanguageNumbers(request.languages), request.capacity > 0};
  std::unique_ptr<Group>& group = groups_[key];
  if (group == nullptr) {
    group = std::make_unique<Group>();
    std::tie(group->queues, group->languages, group->limited) = key;
    for (const QueueNumber queue : group->queues) groups_by_queue_[queue].push_back(group.get());
  }
  return *group;
}

void ClaimDesk::ForgetUnusedGroups() {
  for (auto entry = groups_.begin(); entry != groups_.end();) {
    Group& group = *entry->second;
    if (!group.pending.empty() || !group.idle.empty() || group.engaged > 0 || group.in_turn) {
      ++entry;
      continue;
    }
    for (const QueueNumber queue : group.queues) {
      std::vector<Group*>& others = groups_by_queue_[queue];
      others.erase(std::find(others.begin(), others.end(), &group));
    }
    entry = groups_.erase(entry);
  }
}

// ---- states

ClaimDesk::Waiters& ClaimDesk::ListOf(const Waiter& waiter) {
  switch (waiter.state) {
    case State::kPending:
      return waiter.group->pending;
    case State::kIdle:
      return waiter.group->idle;
    case State::kClaiming:
    case State::kReserved:
      break;
  }
  return engaged_;
}

void ClaimDesk::Engage(Waiters::iterator waiter, State state) {
  engaged_.splice(engaged_.end(), ListOf(*waiter), waiter);
  waiter->state = state;
  ++waiter->group->engaged;
}

ClaimAnswer ClaimDesk::TakeOut(Waiters::iterator waiter, absl::Status status) {
  ClaimAnswer answer{std::move(waiter->done), std::move(status), std::move(waiter->granted)};
  deadlines_.erase({waiter->request.wait_until, waiter->id});
  waiters_.erase(waiter->id);
  Waiters& list = ListOf(*waiter);
  if (&list == &engaged_) --waiter->group->engaged;
  list.erase(waiter);
  return answer;
}

// An engaged claim comes back: answered with what it got, or with nothing when its time is up, else it waits on.
void ClaimDesk::Settle(int64_t claim, bool retry, absl::Time now, std::vector<ClaimAnswer>& answers) {
  const auto found = waiters_.find(claim);
  if (found == waiters_.end()) return;
  const Waiters::iterator waiter = found->second;
  if (waiter->state != State::kClaiming && waiter->state != State::kReserved) return;
  if (waiter->cancelled) {
    answers.push_back(TakeOut(waiter, absl::CancelledError("the claim was cancelled")));
  } else if (!waiter->granted.empty() || waiter->is_full || closed_ || waiter->request.wait_until <= now) {
    answers.push_back(TakeOut(waiter, absl::OkStatus()));
  } else if (retry) {
    Group& group = *waiter->group;
    --group.engaged;
    group.pending.splice(group.pending.begin(), engaged_, waiter);
    waiter->state = State::kPending;
    QueueTurn(group);
  } else {
    --waiter->group->engaged;
    waiter->group->idle.splice(waiter->group->idle.end(), engaged_, waiter);
    Rest(waiter);
  }
}

// The claim is in the idle list now.
void ClaimDesk::Rest(Waiters::iterator waiter) {
  waiter->state = State::kIdle;
  changed_.SignalAll();
  deadlines_.insert({waiter->request.wait_until, waiter->id});
}

void ClaimDesk::QueueTurn(Group& group) {
  if (group.in_turn) return;
  group.in_turn = true;
  turns_.push_back(&group);
}

// ---- taking claims to the store

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
