// The guidelines that ship, tried with the examples that ship.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "services/guidance/example_replies.h"
#include "services/triage/configuration.h"
#include "services/wire/reply_languages.h"

namespace switchboard::guidance {
namespace {

std::string Sample(const std::string& name) {
  std::ifstream file(SWITCHBOARD_SOURCE_DIR "/deploy/samples/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

const GuidelineBook& Starter() {
  static const auto* const book = new auto(ParseGuidelines(Sample("guidelines.yaml"), "guidelines.yaml"));
  EXPECT_TRUE(book->ok()) << book->status();
  return ***book;
}

const std::vector<ExampleReply>& Examples() {
  static const auto* const examples =
      new auto(ParseExampleReplies(Sample("guideline_examples.yaml"), "guideline_examples.yaml"));
  EXPECT_TRUE(examples->ok()) << examples->status();
  return **examples;
}

std::string RulesOf(const ReplyDecision& decision) {
  return absl::StrJoin(decision.broken, ", ",
                       [](std::string* out, const BrokenRule& each) { out->append(each.guideline + "/" + each.rule); });
}

struct Share {
  int of = 0;
  int sent = 0;
};

TEST(StarterGuidelines, SendNearlyEveryCompliantReplyAtOnceInEitherLanguage) {
  std::map<std::string, Share> by_language;
  for (const ExampleReply& example : Examples()) {
    if (example.expected != ReplyVerdict::kSent) continue;
    const ExampleResult result = TryExample(Starter(), example, &wire::ReplyLanguages);
    Share& share = by_language[example.inquiry_language];
    ++share.of;
    share.sent += result.decision.verdict == ReplyVerdict::kSent;
    EXPECT_TRUE(result.as_expected) << "line " << example.line << ": " << RulesOf(result.decision);
  }
  for (const char* language : {"en", "fr"}) {
    const Share& share = by_language[language];
    EXPECT_GE(share.of, 30) << language;
    EXPECT_GE(100 * share.sent, 95 * share.of) << language;
  }
}

TEST(StarterGuidelines, LetNoForbiddenReplyOut) {
  std::map<std::string, int> by_language;
  for (const ExampleReply& example : Examples()) {
    if (example.expected == ReplyVerdict::kSent) continue;
    const ExampleResult result = TryExample(Starter(), example, &wire::ReplyLanguages);
    ++by_language[example.inquiry_language];
    EXPECT_NE(result.decision.verdict, ReplyVerdict::kSent) << "line " << example.line;
    EXPECT_TRUE(result.as_expected) << "line " << example.line << ": " << ReplyVerdictName(result.decision.verdict)
                                    << " by " << RulesOf(result.decision);
  }
  EXPECT_GE(by_language["en"], 30);
  EXPECT_GE(by_language["fr"], 30);
}

TEST(StarterGuidelines, EveryRuleIsTriedByAnExampleInEachLanguage) {
  std::map<std::string, std::set<std::string>> tried;
  for (const ExampleReply& example : Examples()) {
    for (const BrokenRule& broken : TryExample(Starter(), example, &wire::ReplyLanguages).decision.broken) {
      tried[broken.guideline.substr(0, broken.guideline.find('@')) + "/" + broken.rule].insert(
          example.inquiry_language);
    }
  }
  for (const Guideline& guideline : Starter().guidelines) {
    for (const Rule& rule : guideline.rules) {
      EXPECT_EQ(tried[guideline.id + "/" + rule.id].size(), 2U) << guideline.id << "/" << rule.id;
    }
  }
}

TEST(StarterGuidelines, CoverEveryStarterTopicAndNoOther) {
  const auto configuration = triage::ParseConfiguration(Sample("starter.yaml"), "starter.yaml");
  ASSERT_TRUE(configuration.ok()) << configuration.status();
  std::set<std::string> covered;
  for (const Guideline& guideline : Starter().guidelines) {
    covered.insert(guideline.scope.topics.begin(), guideline.scope.topics.end());
  }
  std::set<std::string> topics;
  for (const triage::Topic& topic : (*configuration)->topics) topics.insert(topic.id);
  EXPECT_EQ(covered, topics);
}

}  // namespace
}  // namespace switchboard::guidance
