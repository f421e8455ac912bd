#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "services/guidance/example_replies.h"
#include "services/guidance/guideline.h"

namespace switchboard::guidance {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kWhole[] = R"(version: 1
official_languages: [en, fr]
domains: [city.example]
public_contacts: ["613-555-0100"]
authority_without_guideline: 3
guidelines:
  - id: roads
    version: "2.1"
    name: {en: Roads, fr: Routes}
    text: {en: Say when., fr: Dites quand.}
    topics: [potholes]
    channels: [X, SMS]
    visibility: PUBLIC
    language: ALL_OFFICIAL
    dispositions: [ANSWERED, REFERRED]
    respond_within: 4h
    max_length: 200
    non_replies: [MONITORED]
    holding_line: {en: Please write to us., fr: Écrivez-nous.}
    rules:
      - id: no-personal-data
        check: FORBID_PERSONAL_DATA
        data: [PHONE, EMAIL]
        effect: MOVE_TO_PRIVATE
        reason: {en: It is public., fr: C'est public.}
        suggestion: {en: Write privately., fr: Écrivez en privé.}
      - id: no-promise
        check: FORBID_PATTERN
        language: fr
        patterns: ['\bgaranti']
        effect: AUTHORITY
        authority_level: 4
        reason: {en: It binds., fr: Cela engage.}
        suggestion: {en: Leave it out., fr: Retirez-le.}
)";

TEST(ParseGuidelines, ReadsEverything) {
  const auto parsed = ParseGuidelines(kWhole, "g.yaml");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const GuidelineBook& book = **parsed;
  EXPECT_THAT(book.official_languages, ElementsAre("en", "fr"));
  EXPECT_THAT(book.domains, ElementsAre("city.example"));
  EXPECT_TRUE(book.contacts.HasPhone("6135550100"));
  EXPECT_EQ(book.authority_without_guideline, 3);
  const Guideline& roads = *book.Find("roads");
  EXPECT_EQ(roads.NameWithVersion(), "roads@2.1");
  EXPECT_EQ(TextIn(roads.name, "fr"), "Routes");
  EXPECT_EQ(TextIn(roads.name, "es"), "Roads");
  EXPECT_TRUE(roads.scope.Covers("potholes", "SMS", true));
  EXPECT_FALSE(roads.scope.Covers("potholes", "SMS", false));
  EXPECT_FALSE(roads.scope.Covers("potholes", "EMAIL", true));
  EXPECT_FALSE(roads.scope.Covers("garbage", "SMS", true));
  EXPECT_EQ(roads.language, LanguageRule::kAllOfficial);
  EXPECT_THAT(roads.dispositions, ElementsAre("ANSWERED", "REFERRED"));
  EXPECT_EQ(roads.respond_within, absl::Hours(4));
  EXPECT_EQ(roads.most_length, 200U);
  EXPECT_TRUE(roads.AllowsNonReply("MONITORED"));
  EXPECT_FALSE(roads.AllowsNonReply("LEFT_TO_STAND"));
  EXPECT_TRUE(Guideline().AllowsNonReply("LEFT_TO_STAND"));
  EXPECT_EQ(TextIn(roads.holding_line, "fr"), "Écrivez-nous.");
  ASSERT_EQ(roads.rules.size(), 2U);
  EXPECT_EQ(roads.rules[0].effect, RuleEffect::kMoveToPrivate);
  EXPECT_TRUE(roads.rules[0].personal_data.Has(PersonalDatum::kEmail));
  EXPECT_EQ(roads.rules[1].authority_level, 4);
  EXPECT_EQ(roads.rules[1].language, "fr");
  EXPECT_EQ(book.Find("rail"), nullptr);
}

std::string With(const std::string& from, const std::string& to) {
  std::string text = kWhole;
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(ParseGuidelines, SaysWhereAndWhy) {
  const struct {
    const char* name;
    const char* from;
    const char* to;
    int line;
    const char* reason;
  } cases[] = {
      {"unknown key at the root", "domains:", "domain:", 3, "unknown key"},
      {"unknown key in a guideline", "    max_length", "    longest", 17, "unknown key"},
      {"unknown key in a rule", "        effect: AUTHORITY", "        outcome: AUTHORITY", 31, "unknown key"},
      {"missing version", "    version: \"2.1\"\n", "", 7, "is missing"},
      {"version without a minor", "\"2.1\"", "\"2\"", 8, "major and a minor"},
      {"unknown channel", "[X, SMS]", "[X, FAX]", 12, "must be one of X, FACEBOOK"},
      {"unknown visibility", "visibility: PUBLIC", "visibility: OPEN", 13, "must be one of PUBLIC, PRIVATE"},
      {"unknown language rule", "ALL_OFFICIAL", "BOTH", 14, "must be one of OF_INQUIRY"},
      {"a non-reply as disposition", "[ANSWERED, REFERRED]", "[LEFT_TO_STAND]", 15, "must be one of ANSWERED"},
      {"a reply as non-reply", "[MONITORED]", "[ANSWERED]", 18, "must be LEFT_TO_STAND or MONITORED"},
      {"bad duration", "respond_within: 4h", "respond_within: soon", 16, "must be a duration"},
      {"name in one language only", "name: {en: Roads, fr: Routes}", "name: {en: Roads}", 9, "missing in fr"},
      {"unknown data", "[PHONE, EMAIL]", "[PHONE, FAX]", 23, "must be one of SOCIAL_INSURANCE_NUMBER"},
      {"pattern that does not compile", "'\\bgaranti'", "'(garanti'", 30, "no RE2 pattern"},
      {"patterns with personal data", "        data: [PHONE, EMAIL]\n",
       "        data: [PHONE, EMAIL]\n        patterns: ['x']\n", 21, "patterns belong to"},
      {"authority without a level", "        authority_level: 4\n", "", 27, "authority_level belongs to"},
      {"level too high", "authority_level: 4", "authority_level: 40", 32, "between 1 and 9"},
      {"rule id used twice", "id: no-promise", "id: no-personal-data", 27, "another rule"},
      {"no holding line", "    holding_line: {en: Please write to us., fr: Écrivez-nous.}\n", "", 7,
       "is missing, and a rule"},
      {"no reason", "        reason: {en: It binds., fr: Cela engage.}\n", "", 27, "is missing"},
      {"not YAML", "guidelines:", "guidelines: [", 0, "not YAML"},
  };
  for (const auto& each : cases) {
    std::vector<YamlError> errors;
    const auto parsed = ParseGuidelines(With(each.from, each.to), "g.yaml", &errors);
    EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument) << each.name;
    const bool said = std::any_of(errors.begin(), errors.end(), [&](const YamlError& error) {
      return error.file == "g.yaml" && (each.line == 0 || error.line == each.line) &&
             error.ToString().find(each.reason) != std::string::npos;
    });
    EXPECT_TRUE(said) << each.name << ":\n" << parsed.status();
  }
}

constexpr char kExamples[] = R"(version: 1
examples:
  - {topic: potholes, channel: X, visibility: PUBLIC, language: fr, text: a, expect: NEEDS_AUTHORITY, rules: [no-promise]}
  - {topic: potholes, channel: X, visibility: PUBLIC, language: fr, text: a, expect: NEEDS_CHANGE, rules: [reply-language]}
  - {topic: rockets, channel: X, visibility: PUBLIC, language: fr, text: a, expect: NEEDS_AUTHORITY, rules: [no-guideline]}
)";

TEST(ParseExampleReplies, TakesWhatTheGuidelinesKnow) {
  const auto book = ParseGuidelines(kWhole, "g.yaml");
  ASSERT_TRUE(book.ok()) << book.status();
  const ExampleNames known = NamesOf(**book);
  const auto examples = ParseExampleReplies(kExamples, "e.yaml", &known);
  ASSERT_TRUE(examples.ok()) << examples.status();
  EXPECT_THAT(examples->at(0).expected_rules, ElementsAre("no-promise"));
}

TEST(ParseExampleReplies, NamesWhatTheGuidelinesDoNotKnow) {
  const struct {
    const char* right;
    const char* wrong;
    const char* error;
  } kCases[] = {
      {"no-promise", "no-promises", "e.yaml:3:111: examples[0].rules[0]: no rule has the id no-promises"},
      {"potholes", "potohles", "e.yaml:3:13: examples[0].topic: there is no topic potohles"},
      {"language: fr", "disposition: ANSWRED, language: fr",
       "e.yaml:3:68: examples[0].disposition: must be one of ANSWERED,"},
  };
  const ExampleNames known = NamesOf(**ParseGuidelines(kWhole, "g.yaml"));
  for (const auto& each : kCases) {
    std::string yaml = kExamples;
    yaml.replace(yaml.find(each.right), std::string_view(each.right).size(), each.wrong);
    const absl::Status status = ParseExampleReplies(yaml, "e.yaml", &known).status();
    EXPECT_THAT(std::string(status.message()), HasSubstr(each.error));
  }
}

}  // namespace
}  // namespace switchboard::guidance
