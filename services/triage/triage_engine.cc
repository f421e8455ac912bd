#include "services/triage/triage_engine.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/triage/language.h"
#include "services/triage/rule_matcher.h"

namespace switchboard::triage {
namespace {

std::shared_ptr<const RuleMatcher> UrgencyRules(const Configuration& configuration) {
  std::vector<const RuleCondition*> conditions;
  for (const UrgencyRule& rule : configuration.urgency) conditions.push_back(&rule.when);
  return std::make_shared<const RuleMatcher>(conditions);
}

absl::StatusOr<std::shared_ptr<TriageSnapshot>> Assemble(std::shared_ptr<const Configuration> configuration,
                                                         std::string_view model, int64_t configuration_version) {
  auto sorter = LoadSorter(configuration, model);
  if (!sorter.ok()) return sorter.status();
  auto snapshot = std::make_shared<TriageSnapshot>();
  snapshot->configuration = std::move(configuration);
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
  std::shared_ptr<const RuleMatcher> urgency = UrgencyRules(*snapshot->configuration);
  auto next = std::make_shared<const InForce>(InForce{std::move(snapshot), std::move(urgency)});
  std::shared_ptr<const InForce> before;  // ends outside the lock
  const absl::MutexLock lock(&mutex_);
  before = std::exchange(in_force_, std::move(next));
}

std::shared_ptr<const TriageEngine::InForce> TriageEngine::in_force() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return in_force_;
}

std::shared_ptr<const TriageSnapshot> TriageEngine::snapshot() const {
  const std::shared_ptr<const InForce> now = in_force();
  return now == nullptr ? nullptr : now->snapshot;
}

// The model is not asked. The operator's rules still count: an urgent text is urgent whoever named its topic.
absl::StatusOr<SortResult> TriageEngine::CallersTopic(const InForce& now, const TriageRequest& request) {
  const Configuration& configuration = *now.snapshot->configuration;
  if (configuration.FindTopic(request.caller_topic) == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("there is no topic ", std::string(request.caller_topic)));
  }
  SortResult result;
  result.best = {std::string(request.caller_topic), 1.0};
  result.unsure = false;
  result.method = SortMethod::kCaller;
  result.language = request.language;
  if (!request.language.empty() && configuration.urgency.empty()) return result;
  static thread_local NormalText text;
  static thread_local std::vector<uint32_t> matched;
  NormalizeText(request.text, &text);
  if (request.language.empty()) result.language = DetectLanguage(request.text, text).code;
  // Whatever the language: words that mean danger in one are seldom innocent in the other.
  now.urgency->Match(text, request.text, request.channel, "", &matched);
  for (const uint32_t index : matched) {
    const UrgencyRule& rule = configuration.urgency[index];
    if (!result.urgency || rule.priority < result.urgency->priority) {
      result.urgency = UrgencySignal{rule.id, rule.priority};
    }
    if (request.explain) result.explanation.rules.push_back(rule.id);
  }
  return result;
}

absl::StatusOr<TriageDecision> TriageEngine::Decide(const TriageRequest& request) const {
  const std::shared_ptr<const InForce> in_force = this->in_force();
  if (in_force == nullptr) return absl::FailedPreconditionError("no configuration has been applied yet");
  const TriageSnapshot* const now = in_force->snapshot.get();
  TriageDecision decision;
  if (request.caller_topic.empty()) {
    decision.sort = now->sorter->Sort(
        {.text = request.text, .channel = request.channel, .language = request.language, .explain = request.explain});
  } else {
    auto sort = CallersTopic(*in_force, request);
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
