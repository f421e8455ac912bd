#include "services/triage/triage_engine.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/triage/language.h"

namespace switchboard::triage {
namespace {

absl::StatusOr<std::shared_ptr<TriageSnapshot>> Assemble(std::shared_ptr<const Configuration> configuration,
                                                         std::string_view model, int64_t configuration_version) {
  auto urgency_rules = std::make_shared<const UrgencyRules>(*configuration);
  auto sorter = LoadSorter(configuration, urgency_rules, model);
  if (!sorter.ok()) return sorter.status();
  auto snapshot = std::make_shared<TriageSnapshot>();
  snapshot->configuration = std::move(configuration);
  snapshot->urgency_rules = std::move(urgency_rules);
  snapshot->sorter = *std::move(sorter);
  snapshot->configuration_version = configuration_version;
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
  auto snapshot = Assemble(*std::move(configuration), model->bytes, configuration_version);
  if (!snapshot.ok()) return snapshot.status();
  (*snapshot)->model = std::move(model->bytes);
  return *std::move(snapshot);
}

absl::StatusOr<std::shared_ptr<const TriageSnapshot>> LoadSnapshot(std::string_view yaml, std::string_view file_name,
                                                                   int64_t configuration_version,
                                                                   std::string_view model, int64_t model_version) {
  auto configuration = ParseConfiguration(yaml, file_name);
  if (!configuration.ok()) return configuration.status();
  auto snapshot = Assemble(*std::move(configuration), model, configuration_version);
  if (!snapshot.ok()) return snapshot.status();
  (*snapshot)->model_version = model_version;
  return *std::move(snapshot);
}

void TriageEngine::Activate(std::shared_ptr<const TriageSnapshot> snapshot) {
  std::shared_ptr<const TriageSnapshot> before;  // ends outside the lock
  const absl::MutexLock lock(&mutex_);
  before = std::exchange(snapshot_, std::move(snapshot));
}

std::shared_ptr<const TriageSnapshot> TriageEngine::snapshot() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return snapshot_;
}

// The model is not asked. The operator's rules still count, unless the caller has judged that, too: an urgent text is
// urgent whoever named its topic.
absl::StatusOr<SortResult> TriageEngine::CallersTopic(const TriageSnapshot& now, const TriageRequest& request) {
  if (now.configuration->FindTopic(request.caller_topic) == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("there is no topic ", std::string(request.caller_topic)));
  }
  SortResult result;
  result.best = {std::string(request.caller_topic), 1.0};
  result.unsure = false;
  result.method = SortMethod::kCaller;
  result.language = request.language;
  const bool find_urgency = !request.caller_priority && !now.urgency_rules->empty();
  if (!request.language.empty() && !find_urgency) return result;
  static thread_local NormalText text;
  NormalizeText(request.text, &text);
  if (request.language.empty()) result.language = DetectLanguage(request.text, text).code;
  if (!find_urgency) return result;
  result.urgency = now.urgency_rules->MostPressing(text, request.text, request.channel);
  if (request.explain) {
    now.urgency_rules->AppendAll(text, request.text, request.channel, &result.explanation.rules);
  }
  return result;
}

absl::StatusOr<TriageDecision> TriageEngine::Decide(const TriageRequest& request) const {
  const std::shared_ptr<const TriageSnapshot> now = snapshot();
  if (now == nullptr) return absl::FailedPreconditionError("no configuration has been applied yet");
  TriageDecision decision;
  if (request.caller_topic.empty()) {
    decision.sort = now->sorter->Sort({.text = request.text,
                                       .channel = request.channel,
                                       .language = request.language,
                                       .find_urgency = !request.caller_priority,
                                       .explain = request.explain});
  } else {
    auto sort = CallersTopic(*now, request);
    if (!sort.ok()) return sort.status();
    decision.sort = *std::move(sort);
  }
  RouteInput input{.topic = decision.topic(),
                   .channel = request.channel,
                   .language = decision.sort.language,
                   .area = request.area,
                   .visibility = request.visibility,
                   .caller_priority = request.caller_priority};
  if (decision.sort.urgency) input.urgency = decision.sort.urgency->priority;
  decision.route = RouteFor(*now->configuration, input);
  if (const Topic* topic = now->configuration->FindTopic(decision.topic())) decision.statute = topic->statute;
  decision.configuration_version = now->configuration_version;
  decision.model_version = now->model_version;
  return decision;
}

}  // namespace switchboard::triage
