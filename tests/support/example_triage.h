// A small configuration and a sorter that goes by plain words, for tests of what stands on triage.
#ifndef SWITCHBOARD_TESTS_SUPPORT_EXAMPLE_TRIAGE_H_
#define SWITCHBOARD_TESTS_SUPPORT_EXAMPLE_TRIAGE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/queue/queue_engine.h"
#include "services/triage/triage_engine.h"

namespace switchboard {

// "passport" and "pothole" are sure, "refund" is a guess below its threshold, everything else belongs to nothing.
// "gas leak" is urgent. French where it says "bonjour", otherwise English unless the caller says which.
class WordSorter final : public triage::Sorter {
 public:
  triage::SortResult Sort(const triage::SortInput& input) const override {
    triage::SortResult result;
    const auto has = [&](std::string_view word) { return input.text.find(word) != std::string_view::npos; };
    result.language = !input.language.empty() ? std::string(input.language) : has("bonjour") ? "fr" : "en";
    result.threshold = 0.6;
    if (has("passport"))
      Decide(result, "passports", 0.9, false);
    else if (has("pothole"))
      Decide(result, "potholes", 0.8, false);
    else if (has("refund"))
      Decide(result, "passports", 0.4, true);
    else
      result.out_of_scope = true;
    if (input.find_urgency && has("gas leak"))
      result.urgency = triage::UrgencySignal{"gas-leak", triage::Priority::kUrgent};
    if (input.explain) result.explanation = {.words = {{"passport", 2.5}}, .rules = {"gas-leak", "passport-word"}};
    return result;
  }

  double ThresholdOf(std::string_view topic) const override { return topic == "passports" ? 0.5 : 0.6; }

 private:
  static void Decide(triage::SortResult& result, std::string topic, double confidence, bool unsure) {
    result.best = {std::move(topic), confidence};
    result.runner_up = {"praise", 0.05};
    result.unsure = unsure;
  }
};

// Queues general, passports, roads and counter; topics passports, potholes and praise. Potholes from X are HIGH and
// overflow to general after four hours.
inline triage::Configuration ExampleConfiguration() {
  triage::Configuration configuration;
  configuration.general_queue = "general";
  configuration.urgency = {{.id = "gas-leak", .when = {.any = {"gas leak"}}, .priority = triage::Priority::kUrgent}};
  configuration.topics = {
      {.id = "passports", .name = {{"en", "Passports"}}, .threshold = 0.5, .examples = {{"en", {"my passport"}}}},
      {.id = "potholes", .name = {{"en", "Potholes"}}, .examples = {{"en", {"a pothole", "a hole"}}}},
      {.id = "praise", .name = {{"en", "Praise"}}, .examples = {{"fr", {"merci"}}}}};
  configuration.topics[0].rules = {
      {.id = "passport-word", .when = {.any = {"passport"}}, .effect = triage::RuleEffect::kBoost, .weight = 0.3}};
  configuration.queues = {{.id = "general"}, {.id = "passports"}, {.id = "roads"}, {.id = "counter"}};
  configuration.example_languages = {"en", "fr"};
  configuration.routes = {{.id = "passports-all", .topics = {"passports"}, .queue = "passports"},
                          {.id = "potholes-x",
                           .topics = {"potholes"},
                           .channels = {triage::Channel::kX},
                           .visibility = triage::Visibility::kPublic,
                           .queue = "roads",
                           .priority = triage::Priority::kHigh,
                           .overflow = triage::Overflow{absl::Hours(4), "general"}},
                          {.id = "potholes-all", .topics = {"potholes"}, .queue = "roads"},
                          {.id = "praise-all", .topics = {"praise"}, .queue = "general"}};
  return configuration;
}

inline std::shared_ptr<const triage::TriageSnapshot> ExampleSnapshot(
    triage::Configuration configuration = ExampleConfiguration(), int64_t version = 1) {
  auto snapshot = std::make_shared<triage::TriageSnapshot>();
  snapshot->configuration = std::make_shared<const triage::Configuration>(std::move(configuration));
  snapshot->urgency_rules = std::make_shared<const triage::UrgencyRules>(*snapshot->configuration);
  snapshot->sorter = std::make_shared<const WordSorter>();
  snapshot->configuration_version = version;
  return snapshot;
}

// The example's queues as the engine wants them.
inline std::vector<queue::QueueSettings> ExampleQueues() {
  std::vector<queue::QueueSettings> settings;
  for (const char* name : {"general", "passports", "roads", "counter"}) {
    settings.push_back({.name = name,
                        .target_urgent = absl::Minutes(30),
                        .target_high = absl::Hours(4),
                        .target_normal = absl::Hours(24),
                        .target_low = absl::Hours(72),
                        .lease_duration = absl::Minutes(15),
                        .max_attempts = 3,
                        .retry_initial = absl::Seconds(30),
                        .retry_max = absl::Hours(1)});
  }
  return settings;
}

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_EXAMPLE_TRIAGE_H_
