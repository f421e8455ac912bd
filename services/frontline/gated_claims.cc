#include "services/frontline/gated_claims.h"

#include <algorithm>
#include <utility>

#include "common/status/errors.h"
#include "services/frontline/lease_return.h"

namespace switchboard::frontline {
namespace {

constexpr absl::Duration kSlice = absl::Seconds(1);                 // of one claim with the engine
constexpr absl::Duration kRetryInterval = absl::Milliseconds(300);  // of claims that wait here

absl::Status Cancelled() { return absl::CancelledError("the claim was cancelled"); }

}  // namespace

GatedClaims::GatedClaims(queue::QueueEngine& engine, ClaimGate& gate, Executor& blocking, const Clock& clock)
    : engine_(engine),
      gate_(gate),
      blocking_(blocking),
      clock_(clock),
      task_(std::make_unique<PeriodicTask>("gate", kRetryInterval, [this] { TryWaiting(); })) {}

GatedClaims::~GatedClaims() {
  Stop();
  const absl::MutexLock lock(&mutex_);
  const auto finished = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return claims_.empty() && busy_ == 0; };
  mutex_.Await(absl::Condition(&finished));
}

int64_t GatedClaims::Claim(queue::ClaimRequest request, Done done) {
  if (!gate_.Guards(request.worker)) return engine_.Claim(std::move(request), std::move(done));
  auto claim = std::make_shared<Guarded>();
  claim->request = std::move(request);
  claim->done = std::move(done);
  int64_t number = 0;
  {
    const absl::MutexLock lock(&mutex_);
    number = claim->number = --last_;
    claims_[number] = claim;
  }
  Post(claim);
  return number;
}

void GatedClaims::Cancel(int64_t number) {
  if (number >= 0) return engine_.CancelClaim(number);
  Handle idle;
  std::optional<int64_t> engine_claim;
  {
    const absl::MutexLock lock(&mutex_);
    const auto found = claims_.find(number);
    if (found == claims_.end()) return;
    found->second->cancelled = true;
    engine_claim = found->second->engine_claim;
    if (found->second->waits) idle = found->second;
  }
  if (engine_claim.has_value()) engine_.CancelClaim(*engine_claim);
  if (idle != nullptr) Answer(idle, Cancelled());
}

void GatedClaims::Stop() {
  task_->Stop();
  std::vector<Handle> waiting;
  std::vector<int64_t> with_engine;
  {
    const absl::MutexLock lock(&mutex_);
    stopped_ = true;
    waiting = waiting_;
    for (const auto& [number, claim] : claims_) {
      if (claim->engine_claim.has_value()) with_engine.push_back(*claim->engine_claim);
    }
  }
  for (const Handle& claim : waiting) Answer(claim, Leases());
  for (const int64_t claim : with_engine) engine_.CancelClaim(claim);
}

void GatedClaims::Post(const Handle& claim) {
  if (!blocking_.TrySubmit([this, claim] { Try(claim); })) {
    Answer(claim, Overloaded("every worker of this process is busy", absl::Seconds(1)));
  }
}

void GatedClaims::Try(const Handle& claim) {
  {
    const absl::MutexLock lock(&mutex_);
    ++busy_;
  }
  absl::StatusOr<std::unique_ptr<ClaimGate::Pass>> pass = gate_.Admit(claim->request);
  if (!pass.ok()) {
    Answer(claim, pass.status());
  } else if (*pass == nullptr) {
    Wait(claim);
  } else if (auto kept = engine_.ClaimKept((*pass)->request); kept.ok() && !kept->empty()) {
    Answer(claim, *std::move(kept));
  } else {
    Ask(claim, *std::move(pass));
  }
  const absl::MutexLock lock(&mutex_);
  --busy_;
}

void GatedClaims::Ask(const Handle& claim, std::shared_ptr<ClaimGate::Pass> pass) {
  queue::ClaimRequest request = pass->request;
  request.wait_until = std::min(request.wait_until, clock_.Now() + kSlice);
  const absl::Time until = request.wait_until;
  uint64_t round = 0;
  bool ended = false;
  {
    const absl::MutexLock lock(&mutex_);
    ended = claim->cancelled || stopped_;
    claim->pass = std::move(pass);
    round = ++claim->round;
  }
  if (ended) return Wait(claim);
  const int64_t number = engine_.Claim(std::move(request), [this, claim, until](absl::StatusOr<Leases> granted) {
    Granted(claim, until, std::move(granted));
  });
  {
    // The engine may have answered, and another round may be under way, before the number is known.
    const absl::MutexLock lock(&mutex_);
    if (claim->round != round || claim->pass == nullptr) return;
    claim->engine_claim = number;
    if (!claim->cancelled && !stopped_) return;
  }
  engine_.CancelClaim(number);
}

void GatedClaims::Granted(const Handle& claim, absl::Time until, absl::StatusOr<Leases> granted) {
  bool narrowed = false;
  bool stopped = false;
  {
    const absl::MutexLock lock(&mutex_);
    stopped = stopped_;
    narrowed = claim->pass->request.queues.size() < claim->request.queues.size();
    claim->pass.reset();
    claim->engine_claim.reset();
  }
  // Of the queues that were asked for, others may be open.
  if (narrowed && HasReason(granted.status(), reason::kQueuePaused)) return Wait(claim);
  if (stopped && absl::IsCancelled(granted.status())) return Wait(claim);
  if (!granted.ok()) return Answer(claim, std::move(granted));
  if (granted->empty()) {
    // Empty before its time: the engine grants nothing any more. Else the second is over.
    const absl::Time now = clock_.Now();
    return now < until || now >= claim->request.wait_until ? Wait(claim) : Post(claim);
  }
  if (gate_.TakesWork(claim->request.worker)) return Answer(claim, std::move(granted));
  GiveBack(engine_, clock_, *granted);
  Wait(claim);
}

void GatedClaims::Wait(const Handle& claim) {
  bool cancelled = false;
  {
    const absl::MutexLock lock(&mutex_);
    cancelled = claim->cancelled;
    if (!cancelled && !stopped_ && clock_.Now() < claim->request.wait_until) {
      claim->waits = true;
      waiting_.push_back(claim);
      return;
    }
  }
  if (cancelled) return Answer(claim, Cancelled());
  Answer(claim, Leases());
}

void GatedClaims::TryWaiting() {
  std::vector<Handle> waiting;
  {
    const absl::MutexLock lock(&mutex_);
    waiting.swap(waiting_);
    for (const Handle& claim : waiting) claim->waits = false;
  }
  for (const Handle& claim : waiting) Post(claim);
}

void GatedClaims::Answer(const Handle& claim, absl::StatusOr<Leases> answer) {
  {
    const absl::MutexLock lock(&mutex_);
    if (claims_.erase(claim->number) == 0) return;
    waiting_.erase(std::remove(waiting_.begin(), waiting_.end(), claim), waiting_.end());
    claim->pass.reset();
  }
  claim->done(std::move(answer));
}

}  // namespace switchboard::frontline
