#include "services/frontline/claim_gate.h"

#include <algorithm>
#include <utility>

#include "common/status/status_macros.h"
#include "services/frontline/queue_training.h"

namespace switchboard::frontline {

using workforce::Activity;
using workforce::Worker;

bool ClaimGate::Guards(std::string_view worker) const {
  return parts_.registered_only || parts_.workers.Find(worker) != nullptr;
}

bool ClaimGate::TakesWork(std::string_view worker) const {
  const std::shared_ptr<const Worker> known = parts_.workers.Find(worker);
  return known == nullptr ? !parts_.registered_only : known->activity == Activity::kAvailable;
}

bool ClaimGate::IsTrainedFor(const Worker& worker, std::string_view queue) const {
  const auto book = parts_.guidelines.book();
  const auto in_force = parts_.triage.snapshot();
  if (book == nullptr || in_force == nullptr) return true;
  const auto asked = TrainingFor(queue, *in_force->configuration, *book);
  return std::all_of(asked.begin(), asked.end(), [&worker](const guidance::Guideline* guideline) {
    return worker.FindTraining(guideline->id) != nullptr;
  });
}

absl::StatusOr<std::unique_ptr<ClaimGate::Pass>> ClaimGate::Admit(const queue::ClaimRequest& request) {
  if (!TakesWork(request.worker)) return nullptr;
  queue::ClaimRequest narrowed = request;
  std::shared_ptr<const Worker> worker = parts_.workers.Find(request.worker);
  // Forgotten while the claim waited: as if it had never been registered.
  if (worker == nullptr) {
    worker = std::make_shared<const Worker>(Worker{.id = request.worker});
  } else {
    std::erase_if(narrowed.queues, [&](const std::string& queue) { return !IsTrainedFor(*worker, queue); });
  }
  if (narrowed.queues.empty()) return nullptr;
  if (!workforce::LanguagesInBoth(worker->languages, request.languages, narrowed.languages)) return nullptr;
  // What it holds is counted here, so that a claim that can get nothing waits where that costs nothing, and once more
  // by the engine, exactly: other processes may claim for the same worker meanwhile.
  narrowed.capacity = worker->capacity;
  SWITCHBOARD_ASSIGN_OR_RETURN(narrowed.max_inquiries, TakeSlots(*worker, request.max_inquiries));
  auto pass = std::make_unique<Pass>(*this, std::move(narrowed));
  return pass->request.max_inquiries > 0 ? std::move(pass) : nullptr;
}

bool ClaimGate::AdmitReview(queue::ReviewRequest& request) const {
  if (!TakesWork(request.worker)) return false;
  const std::shared_ptr<const Worker> worker = parts_.workers.Find(request.worker);
  if (worker == nullptr) return true;
  request.authority_level = worker->authority_level;
  std::erase_if(request.queues, [&](const std::string& queue) { return !IsTrainedFor(*worker, queue); });
  if (request.queues.empty()) return false;
  const std::vector<std::string> asked = request.languages;
  return workforce::LanguagesInBoth(worker->languages, asked, request.languages);
}

absl::StatusOr<int> ClaimGate::TakeSlots(const Worker& worker, int asked) {
  if (worker.capacity == 0) {
    const absl::MutexLock lock(&mutex_);
    under_way_[worker.id] += asked;
    return asked;
  }
  // Counted before what is held is read: a claim that was just answered may count twice, but never not at all.
  int taken = 0;
  {
    const absl::MutexLock lock(&mutex_);
    int& under_way = under_way_[worker.id];
    taken = std::max(0, std::min(asked, worker.capacity - under_way));
    under_way += taken;
  }
  const auto held = parts_.engine.LeasesOf(worker.id);
  const int most = held.ok() ? std::max(0, worker.capacity - static_cast<int>(held->size())) : 0;
  const absl::MutexLock lock(&mutex_);
  int& under_way = under_way_[worker.id];
  const int room = std::max(0, most - (under_way - taken));
  const int kept = std::min(taken, room);
  under_way -= taken - kept;
  if (!held.ok()) return held.status();
  return kept;
}

void ClaimGate::Return(const std::string& worker, int slots) {
  const absl::MutexLock lock(&mutex_);
  const auto found = under_way_.find(worker);
  if (found == under_way_.end()) return;
  found->second -= slots;
  if (found->second <= 0) under_way_.erase(found);
}

}  // namespace switchboard::frontline
