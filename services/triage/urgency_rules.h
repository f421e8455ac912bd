// The operator's urgency rules over one text.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_URGENCY_RULES_H_
#define SWITCHBOARD_SERVICES_TRIAGE_URGENCY_RULES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/triage/configuration.h"
#include "services/triage/rule_matcher.h"
#include "services/triage/sorter.h"

namespace switchboard::triage {

// Every rule is tried whatever the language: words that mean danger in one are seldom innocent in the other.
// Immutable; thread-safe.
class UrgencyRules {
 public:
  explicit UrgencyRules(const Configuration& configuration);

  bool empty() const { return signals_.empty(); }

  // The most pressing signal; of equals, that of the rule that comes first in the configuration.
  std::optional<UrgencySignal> MostPressing(const NormalText& text, std::string_view written, Channel channel) const;

  // Appends the ids of all rules that hold, the most pressing first. Costs more than MostPressing, which stops at one.
  void AppendAll(const NormalText& text, std::string_view written, Channel channel,
                 std::vector<std::string>* ids) const;

 private:
  explicit UrgencyRules(const std::vector<const UrgencyRule*>& pressing_first);

  std::vector<UrgencySignal> signals_;  // by the index of their rule in matcher_
  RuleMatcher matcher_;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_URGENCY_RULES_H_
