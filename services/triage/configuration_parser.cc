#include "services/triage/configuration_parser.h"

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace switchboard::triage {
namespace {

constexpr size_t kMostFileBytes = 16 << 20;
constexpr size_t kMostTopics = 1000;
constexpr size_t kMostQueues = 1000;
constexpr size_t kMostCalendars = 100;
constexpr size_t kMostRoutes = 5000;
constexpr size_t kMostUrgencyRules = 1000;
constexpr size_t kMostBackgroundTexts = 20000;
constexpr int kMostCorrectionsWaiting = 5000;

}  // namespace

absl::Status ConfigurationParser::ReadFile(std::string_view yaml, std::vector<YamlError>* errors) {
  return in_.ReadFile(
      yaml, kMostFileBytes,
      [this](const YAML::Node& root) {
        Read(root);
        CheckWhole(root);
      },
      errors);
}

void ConfigurationParser::Read(const Node& root) {
  int version = 1;
  in_.ReadMap(root, "",
              {{"version", true, Integer(&version, 1, 1)},
               {"defaults", true, [this](const Node& node, const Path& field) { ReadDefaults(node, field); }},
               {"urgency", false, List(&out_.urgency, kMostUrgencyRules, &ConfigurationParser::ReadUrgency)},
               {"topics", true, List(&out_.topics, kMostTopics, &ConfigurationParser::ReadTopic)},
               {"calendars", false, List(&out_.calendars, kMostCalendars, &ConfigurationParser::ReadCalendar)},
               {"queues", true, List(&out_.queues, kMostQueues, &ConfigurationParser::ReadQueue)},
               {"routes", false, List(&out_.routes, kMostRoutes, &ConfigurationParser::ReadRoute)},
               {"background", false, Texts(&out_.background, kMostBackgroundTexts, kMostExampleBytes)}});
}

void ConfigurationParser::ReadDefaults(const Node& node, const Path& field) {
  double threshold = -1;
  in_.ReadMap(node, field,
              {{"general_queue", true, ReferenceTo(&out_.general_queue, &queue_references_)},
               {"threshold", false, Number(&threshold, 0, 1)},
               {"target_precision", false, Number(&out_.target_precision, 0.5, 0.999)},
               {"learn_corrections_after", false, Integer(&out_.learn_corrections_after, 0, kMostCorrectionsWaiting)}});
  if (threshold >= 0) out_.threshold = threshold;
}

void ConfigurationParser::CheckReferences(const std::vector<Reference>& references, const std::set<std::string>& known,
                                          std::string_view what) {
  for (const Reference& reference : references) {
    if (known.contains(reference.id)) continue;
    in_.Fail(reference.mark, reference.field,
             absl::StrCat("there is no ", std::string(what), " with the id ", reference.id));
  }
}

void ConfigurationParser::CheckWhole(const Node& root) {
  CheckReferences(topic_references_, topic_ids_, "topic");
  CheckReferences(calendar_references_, calendar_ids_, "calendar");
  CheckReferences(queue_references_, queue_ids_, "queue");
  if (root.IsMap() && root["topics"] && out_.topics.empty() && in_.ok()) {
    in_.Fail(root["topics"], "topics", "at least one topic is needed");
  }
  for (QueueSettings& queue : out_.queues) {
    if (const Calendar* calendar = out_.FindCalendar(queue.calendar)) queue.hours = calendar->hours;
  }
  std::set<std::string> languages;
  for (const Topic& topic : out_.topics) {
    for (const auto& [language, examples] : topic.examples) {
      if (!examples.empty()) languages.insert(language);
    }
  }
  out_.example_languages.assign(languages.begin(), languages.end());
}

absl::StatusOr<std::shared_ptr<const Configuration>> ParseConfiguration(std::string_view yaml,
                                                                        std::string_view file_name,
                                                                        std::vector<ConfigurationError>* errors) {
  ConfigurationParser parser(file_name);
  SWITCHBOARD_RETURN_IF_ERROR(parser.ReadFile(yaml, errors));
  return parser.Take();
}

}  // namespace switchboard::triage
