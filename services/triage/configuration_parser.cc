#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/yaml/yaml_reader.h"
#include "re2/re2.h"
#include "services/triage/calendar_parser.h"
#include "services/triage/configuration.h"
#include "services/triage/pattern_set.h"

namespace switchboard::triage {
namespace {

constexpr size_t kMostFileBytes = 16 << 20;
constexpr size_t kMostTopics = 1000;
constexpr size_t kMostQueues = 1000;
constexpr size_t kMostCalendars = 100;
constexpr size_t kMostRoutes = 5000;
constexpr size_t kMostUrgencyRules = 1000;
constexpr size_t kMostRulesPerTopic = 200;
constexpr size_t kMostWordsPerRule = 500;
constexpr size_t kMostExamplesPerLanguage = 10000;
constexpr size_t kMostBackgroundTexts = 20000;
constexpr size_t kMostExampleBytes = 8 << 10;
constexpr size_t kMostNameBytes = 200;
constexpr size_t kMostDescriptionBytes = 4 << 10;
constexpr size_t kMostPatternBytes = 1000;
constexpr size_t kMostPhraseBytes = 200;
constexpr size_t kMostMentions = 1000;
constexpr int kMostCorrectionsWaiting = 5000;

// An id that names something defined elsewhere in the file; checked when everything has been read.
struct Reference {
  std::string id;
  YAML::Mark mark;
  std::string field;
};

class Parser {
 public:
  explicit Parser(std::string_view file_name) : in_(file_name) {}

  absl::Status ReadFile(std::string_view yaml, std::vector<YamlError>* errors) {
    return in_.ReadFile(
        yaml, kMostFileBytes,
        [this](const YAML::Node& root) {
          Read(root);
          CheckWhole(root);
        },
        errors);
  }
  void Read(const YAML::Node& root);
  void CheckWhole(const YAML::Node& root);

  std::shared_ptr<const Configuration> Take() { return std::make_shared<const Configuration>(std::move(out_)); }

 private:
  using Node = YAML::Node;
  using Path = std::string;

  // Readers that put what they read into a place.
  YamlReader::Read Id(std::string* to);
  YamlReader::Read UniqueId(std::string* to, std::set<std::string>* seen, std::string_view what);
  YamlReader::Read Language(std::string* to, bool or_other);
  YamlReader::Read Duration(absl::Duration* to);
  YamlReader::Read Number(double* to, double least, double most);
  YamlReader::Read Integer(int* to, int least, int most);
  YamlReader::Read Localized(LocalizedText* to, size_t most_bytes);
  YamlReader::Read Texts(std::vector<std::string>* to, size_t most, size_t most_bytes);
  YamlReader::Read Channels(std::vector<Channel>* to);
  YamlReader::Read Pattern(std::string* to);
  YamlReader::Read PriorityOf(Priority* to, bool raising);
  YamlReader::Read ReferenceTo(std::string* to, std::vector<Reference>* references);
  template <typename Item>
  YamlReader::Read List(std::vector<Item>* to, size_t most, void (Parser::*read)(const Node&, const Path&, Item*));

  void ReadDefaults(const Node& node, const Path& field);
  void ReadTopic(const Node& node, const Path& field, Topic* topic);
  void ReadExamples(const Node& node, const Path& field, Topic* topic);
  void ReadRule(const Node& node, const Path& field, TopicRule* rule);
  void ReadUrgency(const Node& node, const Path& field, UrgencyRule* rule);
  void ReadCalendar(const Node& node, const Path& field, Calendar* calendar);
  void ReadQueue(const Node& node, const Path& field, QueueSettings* queue);
  void ReadRoute(const Node& node, const Path& field, Route* route);
  void ReadConditions(const Node& node, const Path& field, Route* route);
  void CheckCondition(const Node& node, const Path& field, const RuleCondition& when);
  void CheckReferences(const std::vector<Reference>& references, const std::set<std::string>& known,
                       std::string_view what);

  YamlReader in_;
  Configuration out_;
  std::set<std::string> topic_ids_, calendar_ids_, queue_ids_, route_ids_, rule_ids_;
  std::vector<Reference> topic_references_, calendar_references_, queue_references_;
};

YamlReader::Read Parser::Id(std::string* to) {
  return [this, to](const Node& node, const Path& field) {
    if (auto id = in_.ReadId(node, field)) *to = *std::move(id);
  };
}

YamlReader::Read Parser::UniqueId(std::string* to, std::set<std::string>* seen, std::string_view what) {
  return [this, to, seen, what](const Node& node, const Path& field) {
    auto id = in_.ReadId(node, field);
    if (!id) return;
    if (!seen->insert(*id).second)
      in_.Fail(node, field, absl::StrCat("another ", std::string(what), " has the id ", *id));
    *to = *std::move(id);
  };
}

YamlReader::Read Parser::Language(std::string* to, bool or_other) {
  return [this, to, or_other](const Node& node, const Path& field) {
    if (or_other && node.IsScalar() && node.Scalar() == "other") {
      *to = "other";
    } else if (auto language = in_.ReadLanguage(node, field)) {
      *to = *std::move(language);
    }
  };
}

YamlReader::Read Parser::Duration(absl::Duration* to) {
  return [this, to](const Node& node, const Path& field) { *to = in_.ReadDuration(node, field).value_or(*to); };
}

YamlReader::Read Parser::Number(double* to, double least, double most) {
  return
      [=, this](const Node& node, const Path& field) { *to = in_.ReadNumber(node, field, least, most).value_or(*to); };
}

YamlReader::Read Parser::Integer(int* to, int least, int most) {
  return
      [=, this](const Node& node, const Path& field) { *to = in_.ReadInteger(node, field, least, most).value_or(*to); };
}

YamlReader::Read Parser::Localized(LocalizedText* to, size_t most_bytes) {
  return [=, this](const Node& node, const Path& field) {
    in_.ReadOpenMap(node, field, [&](const Node& key, const Node& value, const Path& path) {
      const bool known = in_.ReadLanguage(key, path).has_value();
      const auto text = in_.ReadText(value, path, most_bytes);
      if (known && text) (*to)[key.Scalar()] = *text;
    });
  };
}

YamlReader::Read Parser::Texts(std::vector<std::string>* to, size_t most, size_t most_bytes) {
  return [=, this](const Node& node, const Path& field) {
    in_.ReadList(node, field, most, [&](const Node& item, const Path& path) {
      if (auto text = in_.ReadText(item, path, most_bytes)) to->push_back(*std::move(text));
    });
  };
}

YamlReader::Read Parser::Channels(std::vector<Channel>* to) {
  return [this, to](const Node& node, const Path& field) {
    in_.ReadList(node, field, kMostMentions, [&](const Node& item, const Path& path) {
      const auto channel = item.IsScalar() ? ParseChannel(item.Scalar()) : std::nullopt;
      if (channel) return to->push_back(*channel);
      in_.Fail(item, path, absl::StrCat("must be one of ", ChannelNames()));
    });
  };
}

YamlReader::Read Parser::Pattern(std::string* to) {
  return [this, to](const Node& node, const Path& field) {
    const auto text = in_.ReadText(node, field, kMostPatternBytes);
    if (!text) return;
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(kMostPatternMemory);
    const RE2 pattern(*text, options);
    if (!pattern.ok()) in_.Fail(node, field, absl::StrCat("is not a pattern that RE2 accepts: ", pattern.error()));
    *to = *text;
  };
}

YamlReader::Read Parser::PriorityOf(Priority* to, bool raising) {
  return [this, to, raising](const Node& node, const Path& field) {
    const auto priority = node.IsScalar() ? ParsePriority(node.Scalar()) : std::nullopt;
    if (priority && (!raising || *priority <= Priority::kHigh)) {
      *to = *priority;
    } else {
      in_.Fail(node, field, raising ? "must be URGENT or HIGH" : "must be one of URGENT, HIGH, NORMAL, LOW");
    }
  };
}

YamlReader::Read Parser::ReferenceTo(std::string* to, std::vector<Reference>* references) {
  return [=, this](const Node& node, const Path& field) {
    auto id = in_.ReadId(node, field);
    if (!id) return;
    references->push_back({*id, node.Mark(), field});
    *to = *std::move(id);
  };
}

template <typename Item>
YamlReader::Read Parser::List(std::vector<Item>* to, size_t most,
                              void (Parser::*read)(const Node&, const Path&, Item*)) {
  return [=, this](const Node& node, const Path& field) {
    in_.ReadList(node, field, most, [&](const Node& item, const Path& path) {
      Item value;
      (this->*read)(item, path, &value);
      to->push_back(std::move(value));
    });
  };
}

void Parser::Read(const Node& root) {
  int version = 1;
  in_.ReadMap(root, "",
              {{"version", true, Integer(&version, 1, 1)},
               {"defaults", true, [this](const Node& node, const Path& field) { ReadDefaults(node, field); }},
               {"urgency", false, List(&out_.urgency, kMostUrgencyRules, &Parser::ReadUrgency)},
               {"topics", true, List(&out_.topics, kMostTopics, &Parser::ReadTopic)},
               {"calendars", false, List(&out_.calendars, kMostCalendars, &Parser::ReadCalendar)},
               {"queues", true, List(&out_.queues, kMostQueues, &Parser::ReadQueue)},
               {"routes", false, List(&out_.routes, kMostRoutes, &Parser::ReadRoute)},
               {"background", false, Texts(&out_.background, kMostBackgroundTexts, kMostExampleBytes)}});
}

void Parser::ReadDefaults(const Node& node, const Path& field) {
  double threshold = -1;
  in_.ReadMap(node, field,
              {{"general_queue", true, ReferenceTo(&out_.general_queue, &queue_references_)},
               {"threshold", false, Number(&threshold, 0, 1)},
               {"target_precision", false, Number(&out_.target_precision, 0.5, 0.999)},
               {"learn_corrections_after", false, Integer(&out_.learn_corrections_after, 0, kMostCorrectionsWaiting)}});
  if (threshold >= 0) out_.threshold = threshold;
}

void Parser::ReadTopic(const Node& node, const Path& field, Topic* topic) {
  double threshold = -1;
  in_.ReadMap(node, field,
              {{"id", true, UniqueId(&topic->id, &topic_ids_, "topic")},
               {"name", true, Localized(&topic->name, kMostNameBytes)},
               {"description", false, Localized(&topic->description, kMostDescriptionBytes)},
               {"threshold", false, Number(&threshold, 0, 1)},
               {"examples", true, [=, this](const Node& each, const Path& path) { ReadExamples(each, path, topic); }},
               {"statute", false,
                [=, this](const Node& each, const Path& path) { topic->statute = in_.ReadDuration(each, path); }},
               {"rules", false, List(&topic->rules, kMostRulesPerTopic, &Parser::ReadRule)}});
  if (threshold >= 0) topic->threshold = threshold;
}

void Parser::ReadExamples(const Node& node, const Path& field, Topic* topic) {
  size_t count = 0;
  in_.ReadOpenMap(node, field, [&](const Node& key, const Node& value, const Path& path) {
    in_.ReadLanguage(key, path);
    std::vector<std::string>& examples = topic->examples[key.Scalar()];
    Texts(&examples, kMostExamplesPerLanguage, kMostExampleBytes)(value, path);
    if (value.IsSequence()) count += value.size();
  });
  if (count == 0) in_.Fail(node, field, "a topic needs at least one example");
}

void Parser::CheckCondition(const Node& node, const Path& field, const RuleCondition& when) {
  if (!when.any.empty() || !when.all.empty() || !when.pattern.empty() || !node.IsMap()) return;
  in_.Fail(node, field, "a rule needs words under any or all, or a pattern");
}

void Parser::ReadRule(const Node& node, const Path& field, TopicRule* rule) {
  const auto read_effect = [this, rule](const Node& each, const Path& path) {
    const std::string name = each.IsScalar() ? each.Scalar() : "";
    if (name == "DECIDE") {
      rule->effect = RuleEffect::kDecide;
    } else if (name == "VETO") {
      rule->effect = RuleEffect::kVeto;
    } else if (name != "BOOST") {
      in_.Fail(each, path, "must be one of DECIDE, BOOST, VETO");
    }
  };
  in_.ReadMap(node, field,
              {{"id", true, UniqueId(&rule->id, &rule_ids_, "rule")},
               {"language", false, Language(&rule->when.language, false)},
               {"channels", false, Channels(&rule->when.channels)},
               {"any", false, Texts(&rule->when.any, kMostWordsPerRule, kMostPhraseBytes)},
               {"all", false, Texts(&rule->when.all, kMostWordsPerRule, kMostPhraseBytes)},
               {"pattern", false, Pattern(&rule->when.pattern)},
               {"effect", false, read_effect},
               {"weight", false, Number(&rule->weight, 0.01, 1)},
               {"priority", false, Integer(&rule->priority, -1000, 1000)}});
  CheckCondition(node, field, rule->when);
}

void Parser::ReadUrgency(const Node& node, const Path& field, UrgencyRule* rule) {
  in_.ReadMap(node, field,
              {{"id", true, UniqueId(&rule->id, &rule_ids_, "rule")},
               {"language", false, Language(&rule->when.language, false)},
               {"channels", false, Channels(&rule->when.channels)},
               {"any", false, Texts(&rule->when.any, kMostWordsPerRule, kMostPhraseBytes)},
               {"all", false, Texts(&rule->when.all, kMostWordsPerRule, kMostPhraseBytes)},
               {"pattern", false, Pattern(&rule->when.pattern)},
               {"priority", false, PriorityOf(&rule->priority, true)}});
  CheckCondition(node, field, rule->when);
}

void Parser::ReadCalendar(const Node& node, const Path& field, Calendar* calendar) {
  CalendarParts parts;
  in_.ReadMap(node, field,
              {{"id", true, UniqueId(&calendar->id, &calendar_ids_, "calendar")},
               {"time_zone", true, TimeZoneReader(in_, &parts)},
               {"hours", true, HoursReader(in_, &parts)},
               {"holidays", false, HolidaysReader(in_, &parts)}});
  calendar->hours = MakeCalendar(calendar->id, parts);
}

void Parser::ReadQueue(const Node& node, const Path& field, QueueSettings* queue) {
  const auto read_retry = [this, queue](const Node& each, const Path& path) {
    in_.ReadMap(each, path,
                {{"initial", false, Duration(&queue->retry_initial)}, {"max", false, Duration(&queue->retry_max)}});
    if (queue->retry_max < queue->retry_initial) in_.Fail(each, path, "max must not be shorter than initial");
  };
  in_.ReadMap(node, field,
              {{"id", true, UniqueId(&queue->id, &queue_ids_, "queue")},
               {"name", true, Localized(&queue->name, kMostNameBytes)},
               {"calendar", false, ReferenceTo(&queue->calendar, &calendar_references_)},
               {"service_level", false, ServiceLevelReader(in_, &queue->service_level)},
               {"resolution", false, ResolutionReader(in_, &queue->resolution)},
               {"lease", false, Duration(&queue->lease)},
               {"max_attempts", false, Integer(&queue->max_attempts, 1, 1000)},
               {"retry", false, read_retry}});
}

void Parser::ReadConditions(const Node& node, const Path& field, Route* route) {
  const auto read_topics = [this, route](const Node& each, const Path& path) {
    in_.ReadList(each, path, kMostMentions, [&](const Node& item, const Path& item_path) {
      std::string id;
      ReferenceTo(&id, &topic_references_)(item, item_path);
      if (!id.empty()) route->topics.push_back(id);
    });
  };
  const auto read_languages = [this, route](const Node& each, const Path& path) {
    in_.ReadList(each, path, kMostMentions, [&](const Node& item, const Path& item_path) {
      std::string language;
      Language(&language, true)(item, item_path);
      if (!language.empty()) route->languages.push_back(language);
    });
  };
  const auto read_areas = [this, route](const Node& each, const Path& path) {
    in_.ReadList(each, path, kMostMentions, [&](const Node& item, const Path& item_path) {
      std::string area;
      Id (&area)(item, item_path);
      if (!area.empty()) route->areas.push_back(area);
    });
  };
  const auto read_visibility = [this, route](const Node& each, const Path& path) {
    const auto visibility = each.IsScalar() ? ParseVisibility(each.Scalar()) : std::nullopt;
    if (!visibility) return in_.Fail(each, path, "must be PUBLIC or PRIVATE");
    route->visibility = *visibility;
  };
  in_.ReadMap(node, field,
              {{"topics", false, read_topics},
               {"channels", false, Channels(&route->channels)},
               {"languages", false, read_languages},
               {"areas", false, read_areas},
               {"visibility", false, read_visibility}});
}

void Parser::ReadRoute(const Node& node, const Path& field, Route* route) {
  const auto read_overflow = [this, route](const Node& each, const Path& path) {
    Overflow overflow;
    in_.ReadMap(each, path,
                {{"after", true, Duration(&overflow.after)},
                 {"queue", true, ReferenceTo(&overflow.queue, &queue_references_)}});
    route->overflow = overflow;
  };
  in_.ReadMap(node, field,
              {{"id", true, UniqueId(&route->id, &route_ids_, "route")},
               {"when", false, [=, this](const Node& each, const Path& path) { ReadConditions(each, path, route); }},
               {"queue", true, ReferenceTo(&route->queue, &queue_references_)},
               {"priority", false, PriorityOf(&route->priority, false)},
               {"overflow", false, read_overflow}});
}

void Parser::CheckReferences(const std::vector<Reference>& references, const std::set<std::string>& known,
                             std::string_view what) {
  for (const Reference& reference : references) {
    if (known.contains(reference.id)) continue;
    in_.Fail(reference.mark, reference.field,
             absl::StrCat("there is no ", std::string(what), " with the id ", reference.id));
  }
}

void Parser::CheckWhole(const Node& root) {
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

}  // namespace

absl::StatusOr<std::shared_ptr<const Configuration>> ParseConfiguration(std::string_view yaml,
                                                                        std::string_view file_name,
                                                                        std::vector<ConfigurationError>* errors) {
  Parser parser(file_name);
  SWITCHBOARD_RETURN_IF_ERROR(parser.ReadFile(yaml, errors));
  return parser.Take();
}

}  // namespace switchboard::triage
