#include "services/triage/trainer.h"

#include <map>
#include <utility>

#include "services/triage/background_texts.h"
#include "services/triage/language.h"
#include "services/triage/model_trainer.h"

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

StemLanguage LanguageOf(const std::string& text) { return StemLanguageOf(DetectLanguage(text).code); }

}  // namespace

absl::StatusOr<std::string> TrainModel(const Configuration& configuration, const TrainingOptions& options) {
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
    texts.push_back({correction.text, label->second, LanguageOf(correction.text)});
  }
  for (const std::string& text : configuration.background) {
    texts.push_back({text, kOutOfScope, LanguageOf(text)});
  }
  for (const std::string_view text : kBackgroundTexts) {
    texts.push_back({std::string(text), kOutOfScope, LanguageOf(std::string(text)), TextOrigin::kBackground});
  }
  ModelOptions model_options;
  model_options.seed = options.seed;
  model_options.target_precision = options.target_precision;
  model_options.progress = options.progress;
  auto model = TrainSorterModel(std::move(labels), std::move(texts), model_options);
  if (!model.ok()) return model.status();
  return model->Write();
}

}  // namespace switchboard::triage
