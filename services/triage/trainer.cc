#include "services/triage/trainer.h"

#include <xxhash.h>

#include <map>
#include <utility>

#include "absl/strings/str_format.h"
#include "services/triage/background_texts.h"
#include "services/triage/language.h"
#include "services/triage/model_trainer.h"
#include "services/triage/rule_matcher.h"
#include "services/triage/urgency_model.h"

namespace switchboard::triage {
namespace {

void AddTopic(const Topic& topic, int label, std::vector<TrainingText>* texts) {
  for (const auto& [language, examples] : topic.examples) {
    for (const std::string& example : examples) texts->push_back({example, label, StemLanguageOf(language)});
  }
  for (const LocalizedText* extra : {&topic.name, &topic.description}) {
    for (const auto& [language, text] : *extra)
      texts->push_back({text, label, StemLanguageOf(language), TextOrigin::kName});
  }
}

// Examples of topics in which no urgency rule finds anything.
std::vector<OrdinaryText> OrdinaryTextsOf(const Configuration& configuration) {
  const UrgencyRules rules(configuration);
  std::vector<OrdinaryText> ordinary;
  NormalText normal;
  for (const Topic& topic : configuration.topics) {
    for (const auto& [language, examples] : topic.examples) {
      for (const std::string& example : examples) {
        NormalizeText(example, &normal);
        const bool is_urgent = rules.MostPressing(normal, example, Channel::kUnspecified).has_value();
        if (!is_urgent) ordinary.push_back({example, StemLanguageOf(language)});
      }
    }
  }
  return ordinary;
}

StemLanguage LanguageOf(const std::string& text) { return StemLanguageOf(DetectLanguage(text).code); }

std::string DataHashOf(const std::vector<std::string>& labels, const std::vector<TrainingText>& texts) {
  ModelWriter out;
  for (const TrainingText& text : texts) {
    out.PutText(text.label == kOutOfScope ? "" : labels[text.label]);
    out.PutText(text.text);
  }
  const std::string bytes = out.Take();
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return absl::StrFormat("%016x%016x", hash.high64, hash.low64);
}

}  // namespace

absl::StatusOr<TrainedModel> TrainModel(const Configuration& configuration, const TrainingOptions& options) {
  std::vector<std::string> labels;
  std::map<std::string, int> label_of;
  std::vector<TrainingText> texts;
  for (const Topic& topic : configuration.topics) {
    const int label = static_cast<int>(labels.size());
    label_of[topic.id] = label;
    labels.push_back(topic.id);
    AddTopic(topic, label, &texts);
  }
  for (const LabelledText& correction : options.corrections) {
    const auto label = label_of.find(correction.topic);
    if (label == label_of.end()) continue;
    texts.push_back({correction.text, label->second, LanguageOf(correction.text), TextOrigin::kCorrection});
  }
  for (const std::string& text : configuration.background) {
    texts.push_back({text, kOutOfScope, LanguageOf(text)});
  }
  for (const std::string_view text : kBackgroundTexts) {
    texts.push_back({std::string(text), kOutOfScope, LanguageOf(std::string(text)), TextOrigin::kBackground});
  }
  ModelOptions model_options;
  model_options.seed = options.seed;
  model_options.target_precision = configuration.target_precision;
  model_options.progress = options.progress;
  TrainedModel trained;
  trained.data_hash = DataHashOf(labels, texts);
  auto training = TrainSorterModel(std::move(labels), std::move(texts), model_options);
  if (!training.ok()) return training.status();
  trained.evaluation = std::move(training->evaluation);
  ModelWriter out;
  out.PutText(training->model.Write());
  UrgencyModel urgency;
  if (!configuration.urgency.empty()) urgency = UrgencyModel::Train(OrdinaryTextsOf(configuration), options.seed);
  urgency.Write(&out);
  trained.bytes = out.Take();
  return trained;
}

}  // namespace switchboard::triage
