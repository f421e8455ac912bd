#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/triage/configuration.h"

namespace switchboard::triage {
namespace {

using ::testing::HasSubstr;

constexpr char kGood[] = R"(version: 1
defaults: {general_queue: general, threshold: 0.55, target_precision: 0.9}
urgency:
  - {id: gas-leak, language: en, any: ["gas leak"], priority: URGENT}
topics:
  - id: potholes
    name: {en: Potholes, fr: Nids-de-poule}
    threshold: 0.5
    examples: {en: ["hole in the road"], fr: ["trou dans la rue"]}
    rules:
      - {id: pothole-word, any: [pothole], effect: DECIDE, priority: 3}
      - {id: not-water, pattern: "(?i)water main", channels: [X, IN_PERSON], effect: VETO}
queues:
  - {id: general, name: {en: General}}
  - id: roads
    name: {en: Roads}
    service_level: {urgent: 30m, high: 2h, normal: 1d12h, low: 3d}
    lease: 90s
    max_attempts: 7
    retry: {initial: 10s, max: 30m}
routes:
  - id: roads-north
    when: {topics: [potholes], channels: [X], languages: [fr, other], areas: [north], visibility: PUBLIC}
    queue: roads
    priority: HIGH
    overflow: {after: 4h, queue: general}
  - {id: rest, queue: general}
background: ["what a lovely day"]
)";

TEST(ParseConfiguration, ReadsEverything) {
  const auto parsed = ParseConfiguration(kGood, "good.yaml");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const Configuration& configuration = **parsed;
  EXPECT_EQ(configuration.general_queue, "general");
  EXPECT_EQ(configuration.threshold, 0.55);
  EXPECT_EQ(configuration.target_precision, 0.9);
  EXPECT_EQ(configuration.urgency[0].id, "gas-leak");
  const Topic& topic = *configuration.FindTopic("potholes");
  EXPECT_EQ(topic.NameIn("fr"), "Nids-de-poule");
  EXPECT_EQ(topic.NameIn("de"), "Potholes");
  EXPECT_EQ(topic.threshold, 0.5);
  EXPECT_EQ(topic.examples.at("fr")[0], "trou dans la rue");
  EXPECT_EQ(topic.rules[0].effect, RuleEffect::kDecide);
  EXPECT_EQ(topic.rules[0].priority, 3);
  EXPECT_EQ(topic.rules[1].when.channels, (std::vector{Channel::kX, Channel::kInPerson}));
  const QueueSettings& roads = *configuration.FindQueue("roads");
  EXPECT_EQ(roads.service_level.For(Priority::kNormal), absl::Hours(36));
  EXPECT_EQ(roads.lease, absl::Seconds(90));
  EXPECT_EQ(roads.max_attempts, 7);
  EXPECT_EQ(roads.retry_max, absl::Minutes(30));
  const Route& route = configuration.routes[0];
  EXPECT_EQ(route.visibility, Visibility::kPublic);
  EXPECT_EQ(route.priority, Priority::kHigh);
  EXPECT_EQ(route.overflow->queue, "general");
  EXPECT_EQ(route.overflow->after, absl::Hours(4));
  EXPECT_EQ(configuration.background.size(), 1U);
  EXPECT_EQ(configuration.example_languages, (std::vector<std::string>{"en", "fr"}));
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(ParseConfiguration, SaysWhereAndWhy) {
  const struct {
    const char* name;
    const char* from;
    const char* to;
    int line;
    const char* reason;
  } cases[] = {
      {"unknown key at the root", "background:", "backdrop:", 28, "unknown key"},
      {"unknown key in a topic", "    threshold: 0.5", "    treshold: 0.5", 8, "unknown key"},
      {"repeated key", "    threshold: 0.5", "    id: again", 8, "given twice"},
      {"missing examples", "    examples: {en: [\"hole in the road\"], fr: [\"trou dans la rue\"]}\n", "", 6,
       "is missing"},
      {"no examples", "{en: [\"hole in the road\"], fr: [\"trou dans la rue\"]}", "{en: []}", 9,
       "at least one example"},
      {"missing queue", "    queue: roads", "    queue: rods", 24, "there is no queue with the id rods"},
      {"missing overflow queue", "{after: 4h, queue: general}", "{after: 4h, queue: generals}", 26,
       "there is no queue"},
      {"missing topic", "topics: [potholes]", "topics: [potholez]", 23, "there is no topic"},
      {"missing general queue", "general_queue: general", "general_queue: lost", 2, "there is no queue"},
      {"bad id", "id: potholes", "id: Pot Holes", 6, "must be an id"},
      {"bad duration", "lease: 90s", "lease: 90 sec", 18, "must be a duration"},
      {"zero duration", "lease: 90s", "lease: 0s", 18, "must be a duration"},
      {"bad pattern", "(?i)water main", "(water", 12, "RE2"},
      {"bad effect", "effect: DECIDE", "effect: FORCE", 11, "DECIDE, BOOST, VETO"},
      {"bad channel", "[X, IN_PERSON]", "[X, FAX]", 12, "must be one of X, FACEBOOK"},
      {"bad visibility", "visibility: PUBLIC", "visibility: OPEN", 23, "PUBLIC or PRIVATE"},
      {"precision too small", "target_precision: 0.9", "target_precision: 0.2", 2, "between 0.5 and 0.999"},
      {"threshold too large", "threshold: 0.55", "threshold: 55", 2, "between 0 and 1"},
      {"urgency that lowers", "priority: URGENT", "priority: LOW", 4, "URGENT or HIGH"},
      {"rule without words", "any: [pothole], ", "", 11, "needs words"},
      {"duplicate queue", "  - id: roads\n", "  - id: general\n", 15, "another queue"},
      {"bad language", "{en: Potholes,", "{english: Potholes,", 7, "language code"},
      {"retry order", "initial: 10s", "initial: 2h", 20, "must not be shorter"},
      {"other version", "version: 1", "version: 2", 1, "between 1 and 1"},
      {"not yaml", "queues:", "queues: [", 13, "not YAML"},
  };
  for (const auto& test : cases) {
    SCOPED_TRACE(test.name);
    std::vector<ConfigurationError> errors;
    const auto parsed = ParseConfiguration(Replaced(kGood, test.from, test.to), "bad.yaml", &errors);
    ASSERT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
    ASSERT_FALSE(errors.empty());
    EXPECT_THAT(parsed.status().ToString(), HasSubstr("bad.yaml:"));
    const bool said = std::any_of(errors.begin(), errors.end(), [&](const ConfigurationError& error) {
      return error.reason.find(test.reason) != std::string::npos &&
             (error.line == test.line || std::string(test.name) == "not yaml");
    });
    EXPECT_TRUE(said) << parsed.status();
  }
}

TEST(ParseConfiguration, FindsAllErrorsAtOnce) {
  std::string text = Replaced(kGood, "lease: 90s", "lease: soon");
  text = Replaced(text, "general_queue: general", "general_queue: lost");
  text = Replaced(text, "effect: DECIDE", "effect: FORCE");
  std::vector<ConfigurationError> errors;
  EXPECT_FALSE(ParseConfiguration(text, "bad.yaml", &errors).ok());
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].line, 2);
  EXPECT_EQ(errors[1].line, 11);
  EXPECT_EQ(errors[2].line, 18);
  EXPECT_EQ(errors[1].field, "topics[0].rules[0].effect");
}

TEST(ParseConfiguration, RefusesWhatIsNotAConfiguration) {
  for (const char* text : {"", "[]", "just words", "{", "version: 1", "a: &x [*x]", "? [a]\n: b"}) {
    EXPECT_EQ(ParseConfiguration(text, "odd.yaml").status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace switchboard::triage
