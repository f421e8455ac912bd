// What an operator wrote: topics with their examples and rules, queues, routes and urgency signals. A Configuration is
// immutable once parsed and may be shared by any number of threads.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_CONFIGURATION_H_
#define SWITCHBOARD_SERVICES_TRIAGE_CONFIGURATION_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/business_calendar.h"
#include "common/yaml/yaml_error.h"
#include "services/triage/inquiry_facts.h"

namespace switchboard::triage {

// Text by language code ("en", "fr"), ordered, so that whatever walks it is deterministic.
using LocalizedText = std::map<std::string, std::string>;

enum class RuleEffect {
  kDecide,  // the topic is this one, whatever the model says
  kBoost,   // the topic's confidence rises by `weight`
  kVeto,    // the topic cannot be this one
};

// When a rule looks at an inquiry: all conditions that are given must hold.
struct RuleCondition {
  std::string language = {};           // empty: any
  std::vector<Channel> channels = {};  // empty: any
  std::vector<std::string> any = {};   // words or phrases, at least one of them occurs; whole words, case-folded
  std::vector<std::string> all = {};   // every one of them occurs
  std::string pattern = {};            // RE2, found anywhere in the text as it was written; empty: none
};

struct TopicRule {
  std::string id = {};
  RuleCondition when = {};
  RuleEffect effect = RuleEffect::kBoost;
  double weight = 0.3;  // of kBoost, in (0, 1]
  int priority = 0;     // among deciding rules of several topics the highest wins, then the first written
};

// Raises the priority of an inquiry whatever its topic is.
struct UrgencyRule {
  std::string id = {};
  RuleCondition when = {};
  Priority priority = Priority::kUrgent;
};

struct Topic {
  std::string id = {};
  LocalizedText name = {};
  LocalizedText description = {};
  std::optional<double> threshold = {};                           // overrides the default and the trained one
  std::map<std::string, std::vector<std::string>> examples = {};  // by language
  std::vector<TopicRule> rules = {};
  std::optional<absl::Duration> statute = {};  // within how long the law wants an outcome, from when it was taken in

  // The name in `language`, else in any language, else the id.
  const std::string& NameIn(const std::string& language) const;
};

// Target for the first response, and for each later one, by priority.
struct ServiceLevel {
  absl::Duration urgent = absl::Minutes(30);
  absl::Duration high = absl::Hours(4);
  absl::Duration normal = absl::Hours(24);
  absl::Duration low = absl::Hours(72);

  absl::Duration For(Priority priority) const;
};

// Target for settling an inquiry, by priority; nothing: there is none.
struct ResolutionTargets {
  std::optional<absl::Duration> urgent = {};
  std::optional<absl::Duration> high = {};
  std::optional<absl::Duration> normal = {};
  std::optional<absl::Duration> low = {};

  std::optional<absl::Duration> For(Priority priority) const;
};

// Working hours that queues share.
struct Calendar {
  std::string id = {};
  std::shared_ptr<const BusinessCalendar> hours = {};  // null only while the file has mistakes
};

struct QueueSettings {
  std::string id = {};
  LocalizedText name = {};
  std::string calendar = {};                           // id; empty: every hour counts
  std::shared_ptr<const BusinessCalendar> hours = {};  // of that calendar, in which the targets count; null: none
  ServiceLevel service_level = {};
  ResolutionTargets resolution = {};
  absl::Duration lease = absl::Minutes(15);
  int max_attempts = 5;
  absl::Duration retry_initial = absl::Seconds(30);
  absl::Duration retry_max = absl::Hours(1);
};

struct Overflow {
  absl::Duration after = absl::ZeroDuration();
  std::string queue = {};
};

struct Route {
  std::string id = {};
  // Empty lists match anything. The language "other" stands for every language that no topic has examples in.
  std::vector<std::string> topics = {};
  std::vector<Channel> channels = {};
  std::vector<std::string> languages = {};
  std::vector<std::string> areas = {};
  Visibility visibility = Visibility::kUnspecified;
  std::string queue = {};
  Priority priority = Priority::kNormal;
  std::optional<Overflow> overflow = {};
};

struct Configuration {
  std::string general_queue = {};        // where unsure inquiries go
  std::optional<double> threshold = {};  // of topics that have none of their own, instead of the trained ones
  double target_precision = 0.95;        // what training sets thresholds for: so much of what is decided is right
  int learn_corrections_after = 0;       // so many corrections are learnt without a review; 0: none are
  std::vector<UrgencyRule> urgency = {};
  std::vector<Topic> topics = {};
  std::vector<Calendar> calendars = {};
  std::vector<QueueSettings> queues = {};
  std::vector<Route> routes = {};                   // first match wins
  std::vector<std::string> background = {};         // texts that belong to no topic, from the operator
  std::vector<std::string> example_languages = {};  // sorted; languages in which some topic has examples

  // Null when there is none with that id.
  const Topic* FindTopic(std::string_view id) const;
  const QueueSettings* FindQueue(std::string_view id) const;
  const Calendar* FindCalendar(std::string_view id) const;
};

using ConfigurationError = YamlError;

// Parses and validates strictly: an unknown key, a duplicate id, a route to a missing queue, a topic without examples,
// a pattern that does not compile, a bad duration, a time zone that the machine does not know or a text beyond the
// limits is refused. All errors are found in one pass. INVALID_ARGUMENT, its message one line per error; `errors`, when
// given, receives them one by one. `file_name` appears in the errors only. Reads no file but those of the machine's
// time zones.
absl::StatusOr<std::shared_ptr<const Configuration>> ParseConfiguration(
    std::string_view yaml, std::string_view file_name, std::vector<ConfigurationError>* errors = nullptr);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_CONFIGURATION_H_
