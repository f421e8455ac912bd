#include "services/frontline/reclassifier.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_split.h"
#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"

namespace switchboard::frontline {
namespace {

triage::Priority UrgencyOf(absl::string_view signal, const queue::StoredInquiry& inquiry,
                           const triage::Configuration& configuration) {
  for (const triage::UrgencyRule& rule : configuration.urgency) {
    if (rule.id == ToStd(signal)) return rule.priority;
  }
  return static_cast<triage::Priority>(inquiry.priority);
}

std::optional<triage::Priority> MostUrgent(const queue::StoredInquiry& inquiry,
                                           const triage::Configuration& configuration) {
  std::optional<triage::Priority> most;
  for (const absl::string_view signal : absl::StrSplit(inquiry.content.urgency_signals, ',', absl::SkipEmpty())) {
    const triage::Priority priority = UrgencyOf(signal, inquiry, configuration);
    most = most ? std::min(*most, priority) : priority;
  }
  return most;
}

}  // namespace

absl::StatusOr<triage::RouteDecision> RouteAgain(const queue::StoredInquiry& inquiry, const std::string& topic,
                                                 const triage::Configuration& configuration) {
  if (configuration.FindTopic(topic) == nullptr) {
    return NotFound(
        "switchboard.v1.Topic", TopicName(topic),
        StrCat("there is no topic ", topic, " in the configuration in force; ListTopics shows those there are"));
  }
  return triage::RouteFor(configuration, {.topic = topic,
                                          .channel = static_cast<triage::Channel>(inquiry.content.channel),
                                          .language = inquiry.content.language,
                                          .area = inquiry.content.area,
                                          .visibility = static_cast<triage::Visibility>(inquiry.content.visibility),
                                          .urgency = MostUrgent(inquiry, configuration)});
}

}  // namespace switchboard::frontline
