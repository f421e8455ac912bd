#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/triage/topic_lint.h"

namespace switchboard::triage {
namespace {

using ::testing::ElementsAre;

Configuration TwoTopics() {
  Configuration configuration;
  configuration.topics = {
      {.id = "parking",
       .examples = {{"en",
                     {"I got a parking ticket on Elm Street", "my parking ticket is wrong",
                      "how do I fight this parking fine", "the parking meter took my coins",
                      "parking ticket although I had paid", "appeal against a parking fine"}}}},
      {.id = "permits",
       .examples = {{"en",
                     {"do I need a building permit for a deck", "building permit for a garage",
                      "how long does a building permit take", "my building permit was refused",
                      "building permit fee for a shed", "renew the building permit of my house"}}}}};
  return configuration;
}

TEST(LintTopics, HasNothingToSayOfCleanTopics) { EXPECT_TRUE(LintTopics(TwoTopics()).empty()); }

TEST(LintTopics, FindsTheSameExampleInTwoTopics) {
  Configuration configuration = TwoTopics();
  configuration.topics[1].examples["en"].push_back("My PARKING ticket is wrong!");
  const std::vector<LintFinding> findings = LintTopics(configuration);
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings[0].kind, LintKind::kSame);
  EXPECT_EQ(findings[0].topic, "parking");
  EXPECT_EQ(findings[0].other, "permits");
}

TEST(LintTopics, FindsExamplesThatLookLikeAnotherTopic) {
  Configuration configuration = TwoTopics();
  configuration.topics[0].examples["en"].push_back("a building permit for my new garage");
  const std::vector<LintFinding> findings = LintTopics(configuration);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, LintKind::kLooksLike);
  EXPECT_EQ(findings[0].topic, "parking");
  EXPECT_EQ(findings[0].other, "permits");
  EXPECT_THAT(findings[0].examples, ElementsAre("a building permit for my new garage"));
}

TEST(LintTopics, TakesCorrectionsForExamples) {
  const std::vector<LintFinding> findings =
      LintTopics(TwoTopics(), {{"parking", "a building permit for my new garage"}, {"dragons", "a fire in the sky"}});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].topic, "parking");
  EXPECT_EQ(findings[0].other, "permits");
}

TEST(LintTopics, ASingleTopicContradictsNobody) {
  Configuration configuration = TwoTopics();
  configuration.topics.pop_back();
  EXPECT_TRUE(LintTopics(configuration).empty());
  EXPECT_TRUE(LintTopics(Configuration()).empty());
}

}  // namespace
}  // namespace switchboard::triage
