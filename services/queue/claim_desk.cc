#include "services/queue/claim_desk.h"

#include <algorithm>

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
    return {.claim = waiter.id, .needs_look = true};
  }
  group.idle.splice(group.idle.end(), group.pending, place);
  Rest(place);
  return {.claim = waiter.id, .needs_look = std::min(waiter.request.wait_until, group.next_probe) < last_look_told_};
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

absl::Time ClaimDesk::NextLook() {
  absl::MutexLock lock(&mutex_);
  if (!turns_.empty()) return last_look_told_ = absl::InfinitePast();
  absl::Time next = deadlines_.empty() ? absl::InfiniteFuture() : deadlines_.begin()->first;
  for (const auto& [key, group] : groups_) {
    if (!group->idle.empty()) next = std::min(next, group->next_probe);
  }
  return last_look_told_ = next;
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

}  // namespace switchboard::queue
