#include "services/triage/triage_engine.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/triage/language.h"

namespace switchboard::triage {
namespace {

absl::StatusOr<SortResult> CallersTopic(const TriageSnapshot& snapshot, const TriageRequest& request) {
  if (snapshot.configuration->FindTopic(request.caller_topic) == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("there is no topic ", std::string(request.caller_topic)));
  }
  // Rules and language still count: an urgent text is urgent whoever named its topic.
  SortResult result = snapshot.sorter->Sort(
      {.text = request.text, .channel = request.channel, .language = request.language, .explain = request.explain});
  result.best = {std::string(request.caller_topic), 1.0};
  result.runner_up = {};
  result.unsure = false;
  result.out_of_scope = false;
  result.method = SortMethod::kCaller;
  result.explanation.words.clear();
  return result;
}

absl::StatusOr<std::shared_ptr<const TriageSnapshot>> Assemble(std::shared_ptr<const Configuration> configuration,
                                                               std::string model) {
  auto sorter = LoadSorter(configuration, model);
  if (!sorter.ok()) return sorter.status();
  auto snapshot = std::make_shared<TriageSnapshot>();
  snapshot->configuration = std::move(configuration);
  snapshot->sorter = *std::move(sorter);
  snapshot->model = std::move(model);
  return snapshot;
}

}  // namespace

const std::string& TriageDecision::topic() const {
  static const std::string* const kNone = new std::string();
  return sort.unsure ? *kNone : sort.best.topic;
}

absl::StatusOr<std::shared_ptr<const TriageSnapshot>> BuildSnapshot(std::string_view yaml, std::string_view file_name,
                                                                    int64_t configuration_version,
                                                                    const TrainingOptions& options) {
  auto configuration = ParseConfiguration(yaml, file_name);
  if (!configuration.ok()) return configuration.status();
  auto model = TrainModel(**configuration, options);
  if (!model.ok()) return model.status();
  auto snapshot = Assemble(*std::move(configuration), *std::move(model));
  if (!snapshot.ok()) return snapshot;
  auto versioned = std::make_shared<TriageSnapshot>(**snapshot);
  versioned->configuration_version = configuration_version;
  return versioned;
}

absl::StatusOr<std::shared_ptr<const TriageSnapshot>> LoadSnapshot(std::string_view yaml, std::string_view file_name,
                                                                   int64_t configuration_version,
                                                                   std::string_view model, int64_t model_version) {
  auto configuration = ParseConfiguration(yaml, file_name);
  if (!configuration.ok()) return configuration.status();
  auto snapshot = Assemble(*std::move(configuration), std::string(model));
  if (!snapshot.ok()) return snapshot;
  auto versioned = std::make_shared<TriageSnapshot>(**snapshot);
  versioned->configuration_version = configuration_version;
  versioned->model_version = model_version;
  return versioned;
}

void TriageEngine::Activate(std::shared_ptr<const TriageSnapshot> snapshot) {
  const absl::MutexLock lock(&mutex_);
  snapshot_.swap(snapshot);
}

std::shared_ptr<const TriageSnapshot> TriageEngine::snapshot() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return snapshot_;
}

absl::StatusOr<TriageDecision> TriageEngine::Decide(const TriageRequest& request) const {
  const std::shared_ptr<const TriageSnapshot> now = snapshot();
  if (now == nullptr) return absl::FailedPreconditionError("no configuration has been applied yet");
  TriageDecision decision;
  if (request.caller_topic.empty()) {
    decision.sort = now->sorter->Sort(
        {.text = request.text, .channel = request.channel, .language = request.language, .explain = request.explain});
  } else {
    auto sort = CallersTopic(*now, request);
    if (!sort.ok()) return sort.status();
    decision.sort = *std::move(sort);
  }
  RouteInput input{.topic = decision.topic(),
                   .channel = request.channel,
                   .language = decision.sort.language,
                   .area = request.area,
                   .visibility = request.visibility};
  if (decision.sort.urgency) input.urgency = decision.sort.urgency->priority;
  decision.route = RouteFor(*now->configuration, input);
  decision.configuration_version = now->configuration_version;
  decision.model_version = now->model_version;
  return decision;
}

}  // namespace switchboard::triage
