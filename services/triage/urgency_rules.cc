#include "services/triage/urgency_rules.h"

#include <algorithm>

namespace switchboard::triage {
namespace {

std::vector<const UrgencyRule*> PressingFirst(const Configuration& configuration) {
  std::vector<const UrgencyRule*> rules;
  for (const UrgencyRule& rule : configuration.urgency) rules.push_back(&rule);
  std::stable_sort(rules.begin(), rules.end(),
                   [](const UrgencyRule* a, const UrgencyRule* b) { return a->priority < b->priority; });
  return rules;
}

std::vector<const RuleCondition*> ConditionsOf(const std::vector<const UrgencyRule*>& rules) {
  std::vector<const RuleCondition*> conditions;
  for (const UrgencyRule* rule : rules) conditions.push_back(&rule->when);
  return conditions;
}

}  // namespace

UrgencyRules::UrgencyRules(const Configuration& configuration) : UrgencyRules(PressingFirst(configuration)) {}

UrgencyRules::UrgencyRules(const std::vector<const UrgencyRule*>& pressing_first)
    : matcher_(ConditionsOf(pressing_first)) {
  for (const UrgencyRule* rule : pressing_first) signals_.push_back({rule->id, rule->priority});
}

std::optional<UrgencySignal> UrgencyRules::MostPressing(const NormalText& text, std::string_view written,
                                                        Channel channel) const {
  const std::optional<uint32_t> first = matcher_.MatchFirst(text, written, channel, "");
  if (!first) return std::nullopt;
  return signals_[*first];
}

void UrgencyRules::AppendAll(const NormalText& text, std::string_view written, Channel channel,
                             std::vector<std::string>* ids) const {
  std::vector<uint32_t> matched;
  matcher_.Match(text, written, channel, "", &matched);
  for (const uint32_t index : matched) ids->push_back(signals_[index].rule);
}

}  // namespace switchboard::triage
