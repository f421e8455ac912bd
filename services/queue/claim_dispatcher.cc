#include "services/queue/claim_dispatcher.h"

#include <algorithm>
#include <utility>

#include "common/runtime/signals.h"
#include "services/queue/batch_commit.h"

namespace switchboard::queue {

void ClaimDispatcher::Start() {
  for (int i = 0; i < std::max(1, parts_.options.claim_writers); ++i) threads_.emplace_back([this] { Run(); });
}

void ClaimDispatcher::Close() {
  parts_.dispatcher.Stop();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void ClaimDispatcher::Run() {
  SetThreadName("claim");
  while (!parts_.dispatcher.stopped()) {
    const absl::Time now = parts_.clock.Now();
    granter_.Answer(parts_.desk.TakeOverdue(now));
    if (parts_.desk.HasClaims()) {
      RefreshLanesWhenOld(now);
      if (ServeOne()) continue;
    }
    // A claim that came meanwhile is served when the lanes that others opened have been looked at.
    parts_.dispatcher.WaitUntil(parts_.desk.NextLook(), parts_.clock);
  }
}

// False where nothing is to be done now.
bool ClaimDispatcher::ServeOne() {
  const absl::Time now = parts_.clock.Now();
  std::vector<ClaimAnswer> answers;
  // Both are read before the statement is sent: what is committed later stands behind the horizon.
  const int64_t horizon = parts_.positions.Horizon();
  std::optional<ClaimPlan> plan = parts_.desk.NextPlan(*parts_.directory.Load(), horizon, now, answers);
  granter_.Answer(std::move(answers));
  if (!plan.has_value()) return false;
  plan->batch.token = parts_.ids.NextPosition();
  const absl::Duration begin = parts_.clock.Elapsed();
  if (plan->limited) {
    const auto claim = [this](const ClaimBatch& batch) { return parts_.store.ClaimWithin(batch); };
    absl::StatusOr<LimitedClaim> claimed = Take<LimitedClaim>(*plan, claim);
    if (claimed.ok()) Observe(claimed->claimed.size(), begin);
    granter_.Answer(parts_.desk.FinishLimited(*plan, std::move(claimed), parts_.clock.Now()));
    return true;
  }
  using Claimed = std::vector<ClaimedInquiry>;
  const auto claim = [this](const ClaimBatch& batch) { return parts_.store.Claim(batch); };
  absl::StatusOr<Claimed> claimed = Take<Claimed>(*plan, claim);
  if (claimed.ok()) Observe(claimed->size(), begin);
  granter_.Answer(parts_.desk.Finish(*plan, std::move(claimed), parts_.clock.Now()));
  return true;
}

template <typename Claimed>
absl::StatusOr<Claimed> ClaimDispatcher::Take(
    ClaimPlan& plan, absl::FunctionRef<absl::StatusOr<Claimed>(const ClaimBatch& batch)> claim) {
  return RepeatInDoubt<Claimed>(parts_.SceneOf(CommitKind::kClaim), [&] {
    plan.batch.now = parts_.clock.Now();  // a repetition may come much later, and a lease is to last its full length
    absl::StatusOr<Claimed> leased = claim(plan.batch);
    plan.batch.repeated = true;
    return leased;
  });
}

void ClaimDispatcher::Observe(size_t claimed, absl::Duration begin) {
  if (claimed == 0) return;
  parts_.metrics.ObserveCommit(CommitKind::kClaim, static_cast<int64_t>(claimed), parts_.clock.Elapsed() - begin);
}

void ClaimDispatcher::RefreshLanesWhenOld(absl::Time now) {
  {
    absl::MutexLock lock(&mutex_);
    if (now < next_refresh_) return;
    next_refresh_ = now + parts_.options.poll_interval;
  }
  (void)parts_.RefreshLanes();
}

void ClaimDispatcher::RefreshLanesSoon() {
  {
    absl::MutexLock lock(&mutex_);
    next_refresh_ = absl::InfinitePast();
  }
  parts_.dispatcher.Ring();
}

}  // namespace switchboard::queue
