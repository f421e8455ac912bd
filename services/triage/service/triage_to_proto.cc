#include "services/triage/service/triage_to_proto.h"

#include <algorithm>
#include <string>

#include "common/ids/resource_name.h"
#include "common/text/string_view.h"
#include "services/wire/times.h"

namespace switchboard::triage {
namespace {

constexpr int kMostFactors = 20;

const UrgencyRule* FindUrgency(const Configuration& configuration, std::string_view id) {
  const auto found = std::find_if(configuration.urgency.begin(), configuration.urgency.end(),
                                  [&](const UrgencyRule& rule) { return rule.id == id; });
  return found == configuration.urgency.end() ? nullptr : &*found;
}

// What a rule says about the topic on the scale of confidences: a decision is all, a veto takes all away.
double WeightOf(const TopicRule& rule) {
  switch (rule.effect) {
    case RuleEffect::kDecide:
      return 1;
    case RuleEffect::kBoost:
      return rule.weight;
    case RuleEffect::kVeto:
      return -1;
  }
  return 0;
}

double WeightOfRule(const Configuration& configuration, std::string_view id) {
  for (const Topic& topic : configuration.topics) {
    for (const TopicRule& rule : topic.rules) {
      if (rule.id == id) return WeightOf(rule);
    }
  }
  return 0;
}

void AddFactor(v1::DecidingFactor::Kind kind, std::string_view text, double weight, v1::SortTextResponse& out) {
  if (out.factors_size() == kMostFactors) return;
  v1::DecidingFactor& factor = *out.add_factors();
  factor.set_kind(kind);
  factor.set_text(std::string(text));
  factor.set_weight(weight);
}

void FillFactors(const Explanation& explanation, const Configuration& configuration, v1::SortTextResponse& out) {
  for (const std::string& rule : explanation.rules) {
    if (FindUrgency(configuration, rule) != nullptr) {
      out.add_urgency_signals(rule);
      AddFactor(v1::DecidingFactor::URGENCY, rule, 0, out);
    } else {
      AddFactor(v1::DecidingFactor::RULE, rule, WeightOfRule(configuration, rule), out);
    }
  }
  for (const DecidingWord& word : explanation.words) AddFactor(v1::DecidingFactor::WORD, word.text, word.weight, out);
}

void FillAssignment(const SortResult& sort, v1::TopicAssignment& out) {
  if (!sort.out_of_scope && !sort.best.topic.empty()) out.set_topic(TopicName(sort.best.topic));
  out.set_confidence(sort.best.confidence);
  out.set_method(static_cast<v1::TopicAssignment::Method>(sort.method));
  out.set_unsure(sort.unsure);
  if (sort.runner_up.topic.empty()) return;
  out.set_runner_up(TopicName(sort.runner_up.topic));
  out.set_runner_up_confidence(sort.runner_up.confidence);
}

}  // namespace

void FillTopic(const Topic& topic, double threshold, v1::Topic& out) {
  out.set_name(TopicName(topic.id));
  out.mutable_display_names()->insert(topic.name.begin(), topic.name.end());
  out.mutable_descriptions()->insert(topic.description.begin(), topic.description.end());
  out.set_threshold(threshold);
  for (const auto& [language, examples] : topic.examples) {
    (*out.mutable_example_counts())[language] = static_cast<int32_t>(examples.size());
  }
  out.set_rule_count(static_cast<int32_t>(topic.rules.size()));
}

void FillRoute(const Route& route, v1::Route& out) {
  out.set_name(StrCat("routes/", route.id));
  for (const std::string& topic : route.topics) out.add_topics(TopicName(topic));
  for (const Channel channel : route.channels) out.add_channels(static_cast<v1::Channel>(channel));
  for (const std::string& language : route.languages) out.add_languages(language);
  for (const std::string& area : route.areas) out.add_areas(area);
  out.set_visibility(static_cast<v1::Visibility>(route.visibility));
  out.set_queue(QueueName(route.queue));
  out.set_priority(static_cast<v1::Priority>(route.priority));
  if (!route.overflow) return;
  wire::SetDuration(route.overflow->after, out.mutable_overflow_after());
  out.set_overflow_queue(QueueName(route.overflow->queue));
}

void FillDecision(const TriageDecision& decision, const Configuration& configuration, v1::SortTextResponse& out) {
  FillAssignment(decision.sort, *out.mutable_topic_assignment());
  FillFactors(decision.sort.explanation, configuration, out);
  out.set_language(decision.sort.language);
  if (!decision.route.route.empty()) out.set_route(StrCat("routes/", decision.route.route));
  out.set_queue(QueueName(decision.route.queue));
  out.set_priority(static_cast<v1::Priority>(decision.route.priority));
}

}  // namespace switchboard::triage
