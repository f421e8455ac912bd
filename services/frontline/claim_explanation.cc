// Why a worker is handed nothing, told queue by queue.
#include <algorithm>
#include <set>

#include "absl/strings/str_join.h"
#include "common/ids/resource_name.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/frontline/claim_gate.h"
#include "services/frontline/queue_training.h"

namespace switchboard::frontline {
namespace {

using workforce::Activity;
using workforce::Certification;
using workforce::Worker;
using Obstacle = v1::ExplainWorkerResponse::Obstacle;
using Standing = v1::ExplainWorkerResponse::Standing;

constexpr char kUnknownLanguage[] = "und";
constexpr char kMayNotSend[] = ": may claim and draft, not send";
constexpr absl::Duration kSampleAge = absl::Milliseconds(1);  // as new as a display may ask for

template <typename Owner>
void AddObstacle(Obstacle::Kind kind, std::string detail, Owner& owner, const std::string& guideline = {}) {
  Obstacle& obstacle = *owner.add_obstacles();
  obstacle.set_kind(kind);
  obstacle.set_detail(std::move(detail));
  obstacle.set_guideline(guideline);
}

// Adds what stands in the way whatever the queue is; true where nothing does.
bool ExplainWhole(const Worker* worker, bool registered_only, int held, v1::ExplainWorkerResponse& response) {
  if (worker == nullptr) {
    if (registered_only) AddObstacle(Obstacle::UNREGISTERED, "not registered, and this server demands it", response);
    return !registered_only;
  }
  if (worker->activity == Activity::kAway) AddObstacle(Obstacle::AWAY, "away", response);
  if (worker->activity == Activity::kBusy) AddObstacle(Obstacle::BUSY, "busy: takes nothing more now", response);
  if (worker->capacity > 0 && held >= worker->capacity) {
    AddObstacle(Obstacle::AT_CAPACITY, StrCat("holds ", held, " of at most ", worker->capacity), response);
  }
  return response.obstacles().empty();
}

// Adds what the training lacks; `without` says what comes of having none.
Certification ExplainOne(const Worker& worker, const guidance::Guideline& guideline, absl::Time now,
                         std::string_view without, Standing& standing) {
  const std::string name = guideline.NameWithVersion();
  const Certification certification = workforce::CertificationOf(worker, guideline.id, guideline.major_version, now);
  switch (certification) {
    case Certification::kCurrent:
      break;
    case Certification::kStale:
      AddObstacle(
          Obstacle::CERTIFICATION_STALE,
          StrCat("certified for version ", worker.FindTraining(guideline.id)->major_version, " of ", name, kMayNotSend),
          standing, name);
      break;
    case Certification::kExpired:
      AddObstacle(Obstacle::CERTIFICATION_EXPIRED, StrCat("the training for ", name, " has ended", kMayNotSend),
                  standing, name);
      break;
    case Certification::kNone:
      AddObstacle(Obstacle::NOT_TRAINED, StrCat("not trained for ", name, without), standing, name);
  }
  return certification;
}

// Adds missing, old and ended training; false where some is missing that the queue asks for.
bool ExplainTraining(const Worker& worker, std::string_view queue, const triage::Configuration& configuration,
                     const guidance::GuidelineBook& book, absl::Time now, Standing& standing) {
  bool trained = true;
  for (const guidance::Guideline* guideline : TrainingFor(queue, configuration, book)) {
    trained &= ExplainOne(worker, *guideline, now, "", standing) != Certification::kNone;
  }
  for (const guidance::Guideline* guideline : UnaskedTrainingFor(queue, configuration, book)) {
    ExplainOne(worker, *guideline, now, kMayNotSend, standing);
  }
  return trained;
}

// Adds what the queue itself has in the way; true where something waits there that the worker has the language for.
bool ExplainQueue(const Worker* worker, const queue::QueueFigures& figures, Standing& standing) {
  if (figures.record.paused) {
    AddObstacle(Obstacle::QUEUE_PAUSED, StrCat("paused: ", figures.record.pause_reason), standing);
    return false;
  }
  std::set<std::string> waiting;
  for (const queue::LaneFigures& lane : figures.lanes) {
    if (lane.ready > 0) waiting.insert(lane.lane.language());
  }
  if (waiting.empty()) {
    AddObstacle(Obstacle::QUEUE_EMPTY, "nothing waits there", standing);
    return false;
  }
  if (worker == nullptr || worker->languages.empty() || waiting.count(kUnknownLanguage) > 0) return true;
  const bool understood = std::any_of(worker->languages.begin(), worker->languages.end(),
                                      [&waiting](const std::string& each) { return waiting.count(each) > 0; });
  if (understood) return true;
  AddObstacle(Obstacle::LANGUAGE,
              StrCat("what waits is in ", absl::StrJoin(waiting, ", "), "; the worker answers in ",
                     absl::StrJoin(worker->languages, ", ")),
              standing);
  return false;
}

}  // namespace

absl::StatusOr<v1::ExplainWorkerResponse> ClaimGate::Explain(const std::string& worker,
                                                             const std::vector<std::string>& queues) const {
  for (const std::string& queue : queues) SWITCHBOARD_RETURN_IF_ERROR(parts_.engine.NumberOf(queue).status());
  const std::shared_ptr<const Worker> known = parts_.workers.Find(worker);
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto held, parts_.engine.LeasesOf(worker));
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::FiguresSample sample, parts_.engine.Figures(kSampleAge));
  v1::ExplainWorkerResponse response;
  response.set_registered(known != nullptr);
  response.set_held(static_cast<int>(held.size()));
  const bool welcome = ExplainWhole(known.get(), parts_.registered_only, response.held(), response);
  const auto book = parts_.guidelines.book();
  const auto in_force = parts_.triage.snapshot();
  for (const queue::QueueFigures& figures : sample.queues) {
    const std::string& name = figures.record.name;
    if (!queues.empty() && std::find(queues.begin(), queues.end(), name) == queues.end()) continue;
    Standing& standing = *response.add_standings();
    standing.set_queue(QueueName(name));
    const bool learns = known != nullptr && book != nullptr && in_force != nullptr;
    const bool trained =
        !learns || ExplainTraining(*known, name, *in_force->configuration, *book, parts_.clock.Now(), standing);
    const bool waits = ExplainQueue(known.get(), figures, standing);
    standing.set_would_receive(welcome && trained && waits);
  }
  return response;
}

}  // namespace switchboard::frontline
