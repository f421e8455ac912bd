#include "services/triage/configuration_parser.h"

namespace switchboard::triage {
namespace {

constexpr size_t kMostRulesPerTopic = 200;
constexpr size_t kMostWordsPerRule = 500;
constexpr size_t kMostExamplesPerLanguage = 10000;
constexpr size_t kMostDescriptionBytes = 4 << 10;
constexpr size_t kMostPhraseBytes = 200;

}  // namespace

void ConfigurationParser::ReadTopic(const Node& node, const Path& field, Topic* topic) {
  double threshold = -1;
  in_.ReadMap(node, field,
              {{"id", true, UniqueId(&topic->id, &topic_ids_, "topic")},
               {"name", true, Localized(&topic->name, kMostNameBytes)},
               {"description", false, Localized(&topic->description, kMostDescriptionBytes)},
               {"threshold", false, Number(&threshold, 0, 1)},
               {"examples", true, [=, this](const Node& each, const Path& path) { ReadExamples(each, path, topic); }},
               {"statute", false,
                [=, this](const Node& each, const Path& path) { topic->statute = in_.ReadDuration(each, path); }},
               {"rules", false, List(&topic->rules, kMostRulesPerTopic, &ConfigurationParser::ReadRule)}});
  if (threshold >= 0) topic->threshold = threshold;
}

void ConfigurationParser::ReadExamples(const Node& node, const Path& field, Topic* topic) {
  size_t count = 0;
  in_.ReadOpenMap(node, field, [&](const Node& key, const Node& value, const Path& path) {
    in_.ReadLanguage(key, path);
    std::vector<std::string>& examples = topic->examples[key.Scalar()];
    Texts(&examples, kMostExamplesPerLanguage, kMostExampleBytes)(value, path);
    if (value.IsSequence()) count += value.size();
  });
  if (count == 0) in_.Fail(node, field, "a topic needs at least one example");
}

void ConfigurationParser::CheckCondition(const Node& node, const Path& field, const RuleCondition& when) {
  if (!when.any.empty() || !when.all.empty() || !when.pattern.empty() || !node.IsMap()) return;
  in_.Fail(node, field, "a rule needs words under any or all, or a pattern");
}

void ConfigurationParser::ReadRule(const Node& node, const Path& field, TopicRule* rule) {
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

void ConfigurationParser::ReadUrgency(const Node& node, const Path& field, UrgencyRule* rule) {
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

}  // namespace switchboard::triage
