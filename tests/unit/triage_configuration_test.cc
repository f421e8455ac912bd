#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
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

constexpr char kWithCalendars[] = R"(version: 1
defaults: {general_queue: general}
topics:
  - {id: potholes, name: {en: Potholes}, examples: {en: ["hole in the road"]}}
calendars:
  - id: city-hall
    time_zone: America/Toronto
    hours:
      monday: [08:30-12:00, 13:00-16:30]
      friday: ["22:00-06:00"]
    holidays: [2026-05-18, 2026-12-25]
  - id: always
    time_zone: UTC
    hours: {sunday: [00:00-24:00]}
queues:
  - id: general
    name: {en: General}
    calendar: city-hall
    resolution: {normal: 10h, low: 20h}
  - {id: roads, name: {en: Roads}}
)";

TEST(ParseConfiguration, ReadsCalendars) {
  const auto parsed = ParseConfiguration(kWithCalendars, "good.yaml");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const QueueSettings& general = *(*parsed)->FindQueue("general");
  EXPECT_EQ(general.resolution.For(Priority::kNormal), absl::Hours(10));
  EXPECT_EQ(general.resolution.For(Priority::kUrgent), std::nullopt);
  EXPECT_EQ((*parsed)->FindQueue("roads")->hours, nullptr);
  ASSERT_NE(general.hours, nullptr);
  EXPECT_EQ(general.hours->name(), "city-hall");
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("America/Toronto", &zone));
  const auto at = [&](int day, int hour, int minute) {
    return absl::FromCivil(absl::CivilMinute(2026, 5, day, hour, minute), zone);
  };
  EXPECT_EQ(general.hours->Add(at(11, 8, 0), absl::Hours(4)), at(11, 13, 30)) << "a Monday";
  EXPECT_EQ(general.hours->Add(at(15, 23, 0), absl::Hours(7)), at(16, 6, 0)) << "a Friday, into Saturday";
  EXPECT_EQ(general.hours->Add(at(18, 9, 0), absl::Hours(1)), at(22, 23, 0)) << "a holiday";
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(ParseConfiguration, SaysWhatIsWrongWithACalendar) {
  const struct {
    const char* from;
    const char* to;
    int line;
    const char* reason;
  } cases[] = {
      {"America/Toronto", "Rivermouth", 7, "must be the IANA name of a time zone, such as America/Toronto"},
      {"America/Toronto", "America/Nowhere", 7, "must be the IANA name"},
      {"America/Toronto", "/etc/passwd", 7, "must be the IANA name"},
      {"America/Toronto", "America/../../etc/passwd", 7, "must be the IANA name"},
      {"08:30-12:00", "08:30-8", 9, "such as 08:30-12:00"},
      {"08:30-12:00", "08:30-08:30", 9, "such as 08:30-12:00"},
      {"08:30-12:00", "08:60-12:00", 9, "such as 08:30-12:00"},
      {"08:30-12:00", "08:30-24:01", 9, "such as 08:30-12:00"},
      {"08:30-12:00", "08:30-13:01", 9, "overlap"},
      {"{sunday: [00:00-24:00]}", "{sunday: [00:00-00:59]}", 14, "an hour a week"},
      {"{sunday: [00:00-24:00]}", "{}", 14, "an hour a week"},
      {"{sunday:", "{Sunday:", 14, "unknown key"},
      {"2026-05-18", "2026-02-30", 11, "must be a date"},
      {"2026-05-18", "18 May 2026", 11, "must be a date"},
      {"2026-05-18", "2026-12-25", 11, "listed twice"},
      {"calendar: city-hall", "calendar: town-hall", 18, "there is no calendar with the id town-hall"},
      {"id: always", "id: city-hall", 12, "another calendar has the id city-hall"},
      {"    time_zone: UTC\n", "", 12, "is missing"},
      {"normal: 10h", "normal: ten", 19, "must be a duration"},
  };
  for (const auto& test : cases) {
    std::vector<ConfigurationError> errors;
    const auto parsed = ParseConfiguration(Replaced(kWithCalendars, test.from, test.to), "bad.yaml", &errors);
    ASSERT_FALSE(parsed.ok()) << test.to;
    EXPECT_EQ(errors.at(0).line, test.line) << errors[0].ToString();
    EXPECT_THAT(errors[0].reason, HasSubstr(test.reason)) << test.to;
  }
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

// What is urgent must not wait for Monday; everything has a target for being settled.
TEST(ParseConfiguration, TheStarterKeepsOfficeHoursWhereItCan) {
  std::ifstream file(SWITCHBOARD_SOURCE_DIR "/deploy/samples/starter.yaml");
  std::stringstream text;
  text << file.rdbuf();
  const auto parsed = ParseConfiguration(text.str(), "starter.yaml");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  for (const char* id : {"general", "roads", "water", "health", "housing", "transit"}) {
    EXPECT_EQ((*parsed)->FindQueue(id)->hours, nullptr) << id;
  }
  for (const char* id : {"passports", "tax", "permits", "access-privacy", "client-relations"}) {
    EXPECT_NE((*parsed)->FindQueue(id)->hours, nullptr) << id;
  }
  for (const QueueSettings& queue : (*parsed)->queues) {
    for (const Priority priority : {Priority::kUrgent, Priority::kHigh, Priority::kNormal, Priority::kLow}) {
      EXPECT_GE(queue.resolution.For(priority), queue.service_level.For(priority)) << queue.id;
    }
  }
}

TEST(ParseConfiguration, RefusesWhatIsNotAConfiguration) {
  for (const char* text : {"", "[]", "just words", "{", "version: 1", "a: &x [*x]", "? [a]\n: b"}) {
    EXPECT_EQ(ParseConfiguration(text, "odd.yaml").status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace switchboard::triage
