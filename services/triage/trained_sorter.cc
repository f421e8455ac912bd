#include "services/triage/trained_sorter.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/triage/language.h"
#include "services/triage/trainer.h"

namespace switchboard::triage {
namespace {

// The id of the signal that the urgency model gives, among the operator's rules.
constexpr char kUrgentWording[] = "urgent-wording";

// What people write is mostly made of the words of the examples.
FeatureIndex IndexOf(const Configuration& configuration, const SorterModel& model, const UrgencyModel& urgency) {
  FeatureIndex index(model.space(), urgency.space(), FeatureOptions{});
  NormalText text;
  for (const Topic& topic : configuration.topics) {
    for (const auto& [language, examples] : topic.examples) {
      for (const std::string& example : examples) {
        NormalizeText(example, &text);
        index.KeepReady(text);
      }
    }
  }
  return index;
}

}  // namespace
// What the rules that matched say, before the model is asked.
struct TrainedSorter::Ruling {
  const TopicRuleAt* deciding = nullptr;
  std::map<std::string, double> boosts;  // by topic id
  std::vector<std::string> vetoed;
};

TrainedSorter::TrainedSorter(std::shared_ptr<const Configuration> configuration,
                             std::shared_ptr<const UrgencyRules> urgency_rules, SorterModel model, UrgencyModel urgency)
    : configuration_(std::move(configuration)),
      model_(std::move(model)),
      urgency_(std::move(urgency)),
      index_(IndexOf(*configuration_, model_, urgency_)),
      urgency_rules_(std::move(urgency_rules)) {
  std::vector<const RuleCondition*> conditions;
  for (size_t t = 0; t < configuration_->topics.size(); ++t) {
    for (const TopicRule& rule : configuration_->topics[t].rules) {
      rules_.push_back({static_cast<int>(t), &rule});
      conditions.push_back(&rule.when);
    }
  }
  topic_rules_ = std::make_unique<const RuleMatcher>(conditions);
}

int TrainedSorter::LabelOf(std::string_view topic) const {
  const auto& labels = model_.labels();
  const auto found = std::find(labels.begin(), labels.end(), topic);
  return found == labels.end() ? -1 : static_cast<int>(found - labels.begin());
}

double TrainedSorter::ThresholdOf(std::string_view topic) const {
  const Topic* found = configuration_->FindTopic(topic);
  if (found != nullptr && found->threshold) return *found->threshold;
  if (configuration_->threshold) return *configuration_->threshold;
  const int label = LabelOf(topic);
  return label < 0 ? 1.0 : model_.ThresholdOf(label);
}

void TrainedSorter::ApplyUrgency(const SortInput& input, Reading* reading, SortResult* result) const {
  result->urgency = urgency_rules_->MostPressing(reading->text, input.text, input.channel);
  if (input.explain) {
    urgency_rules_->AppendAll(reading->text, input.text, input.channel, &result->explanation.rules);
  }
  if (result->urgency && result->urgency->priority == Priority::kUrgent) return;
  index_.Weigh(reading->features, &reading->weighed);
  const auto heard = urgency_.Hear(reading->text, reading->weighed);
  if (!heard || (result->urgency && result->urgency->priority <= *heard)) return;
  result->urgency = UrgencySignal{kUrgentWording, *heard};
  if (input.explain) result->explanation.rules.push_back(kUrgentWording);
}

TrainedSorter::Ruling TrainedSorter::ApplyRules(const NormalText& text, const SortInput& input,
                                                SortResult* result) const {
  static thread_local std::vector<uint32_t> matched;
  topic_rules_->Match(text, input.text, input.channel, result->language == "und" ? "" : result->language, &matched);
  Ruling ruling;
  for (const uint32_t index : matched) {
    const TopicRuleAt& at = rules_[index];
    const std::string& topic = configuration_->topics[at.topic].id;
    if (input.explain) result->explanation.rules.push_back(at.rule->id);
    switch (at.rule->effect) {
      case RuleEffect::kDecide:
        if (ruling.deciding == nullptr || at.rule->priority > ruling.deciding->rule->priority) ruling.deciding = &at;
        break;
      case RuleEffect::kBoost:
        ruling.boosts[topic] += at.rule->weight;
        break;
      case RuleEffect::kVeto:
        ruling.vetoed.push_back(topic);
        break;
    }
  }
  return ruling;
}

void TrainedSorter::ExplainWords(const NormalText& text, int best, int other, SortResult* result) const {
  for (const TokenWeight& each : model_.Explain(text, StemLanguageOf(result->language), best, other)) {
    result->explanation.words.push_back({std::string(text.Of(text.tokens[each.token])), each.weight});
  }
}

Prediction TrainedSorter::Predict(Reading* reading, std::string_view language) const {
  // The urgency model has the default features; so has every topic model that was trained with default options.
  if (model_.feature_options() != FeatureOptions{}) return model_.Predict(reading->text, StemLanguageOf(language));
  index_.Map(reading->features, model_.space(), &reading->known);
  return model_.Predict(reading->known, reading->text.tokens.size());
}

void TrainedSorter::ApplyModel(const Prediction& prediction, const Ruling& ruling, SortResult* result) const {
  const auto name = [this](int label) { return label < 0 ? std::string() : model_.labels()[label]; };
  result->out_of_scope = prediction.out_of_scope && ruling.boosts.empty();
  result->best = {name(prediction.best), prediction.confidence};
  result->runner_up = {name(prediction.runner_up), prediction.runner_up_confidence};
  if (!ruling.boosts.empty() || !ruling.vetoed.empty()) ApplyBoostsAndVetoes(ruling, result);
}

void TrainedSorter::ApplyBoostsAndVetoes(const Ruling& ruling, SortResult* result) const {
  std::vector<TopicGuess> guesses = {std::exchange(result->best, {}), std::exchange(result->runner_up, {})};
  for (const auto& boost : ruling.boosts) {
    auto guess =
        std::find_if(guesses.begin(), guesses.end(), [&](const TopicGuess& each) { return each.topic == boost.first; });
    if (guess == guesses.end()) guess = guesses.insert(guesses.end(), TopicGuess{boost.first, 0.0});
    guess->confidence = std::min(1.0, guess->confidence + boost.second);
  }
  for (const std::string& topic : ruling.vetoed) {
    std::erase_if(guesses, [&](const TopicGuess& each) { return each.topic == topic; });
  }
  std::erase_if(guesses, [](const TopicGuess& each) { return each.topic.empty(); });
  std::stable_sort(guesses.begin(), guesses.end(),
                   [](const TopicGuess& a, const TopicGuess& b) { return a.confidence > b.confidence; });
  if (!guesses.empty()) result->best = guesses[0];
  if (guesses.size() > 1) result->runner_up = guesses[1];
}

SortResult TrainedSorter::Sort(const SortInput& input) const {
  static thread_local Reading reading;
  const NormalText& text = reading.text;
  NormalizeText(input.text, &reading.text);
  SortResult result;
  result.language = input.language.empty() ? DetectLanguage(input.text, text).code : std::string(input.language);
  index_.Read(text, StemLanguageOf(result.language), &reading.features);
  if (input.find_urgency) ApplyUrgency(input, &reading, &result);
  const Ruling ruling = ApplyRules(text, input, &result);
  ApplyModel(Predict(&reading, result.language), ruling, &result);
  if (ruling.deciding != nullptr) {
    const std::string& topic = configuration_->topics[ruling.deciding->topic].id;
    if (result.best.topic != topic) result.runner_up = result.best;
    result.best = {topic, 1.0};
    result.method = SortMethod::kRule;
    result.out_of_scope = false;
  }
  result.threshold = ThresholdOf(result.best.topic);
  result.unsure = result.best.topic.empty() || result.out_of_scope || result.best.confidence < result.threshold;
  if (input.explain) {
    const int best = LabelOf(result.best.topic);
    const int other = LabelOf(result.runner_up.topic);
    if (best >= 0 && other >= 0) ExplainWords(text, best, other, &result);
  }
  return result;
}

absl::StatusOr<std::shared_ptr<const Sorter>> LoadSorter(std::shared_ptr<const Configuration> configuration,
                                                         std::shared_ptr<const UrgencyRules> urgency_rules,
                                                         std::string_view model) {
  ModelReader in(model);
  const std::string topics = in.GetText();
  auto loaded = SorterModel::Read(topics);  // first: of another format, nothing else can be read
  if (!loaded.ok()) return loaded.status();
  UrgencyModel urgency = UrgencyModel::Read(&in);
  if (!in.AtEnd()) return absl::InvalidArgumentError("these bytes are not a model, or a damaged one");
  for (const std::string& label : loaded->labels()) {
    if (configuration->FindTopic(label) != nullptr) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("the model was trained for the topic ", label, ", which the configuration does not have"));
  }
  return std::make_shared<const TrainedSorter>(std::move(configuration), std::move(urgency_rules), *std::move(loaded),
                                               std::move(urgency));
}

}  // namespace switchboard::triage
