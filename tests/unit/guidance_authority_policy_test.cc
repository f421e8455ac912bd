// The `authority` section of a file of guidelines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/guidance/guideline.h"

namespace switchboard::guidance {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

absl::StatusOr<std::shared_ptr<const GuidelineBook>> WithAuthority(const std::string& section) {
  return ParseGuidelines("version: 1\nofficial_languages: [en, fr]\nguidelines: []\n" + section, "g.yaml");
}

TEST(AuthorityPolicies, HaveDefaults) {
  const auto book = WithAuthority("");
  ASSERT_TRUE(book.ok()) << book.status();
  const AuthorityPolicy& policy = (*book)->authority.For("roads");
  EXPECT_EQ(policy.deadline, absl::Hours(4));
  EXPECT_EQ(policy.at_deadline, AtDeadline::kRelease);
  EXPECT_DOUBLE_EQ(policy.budget, 0.05);
}

TEST(AuthorityPolicies, AreTakenOverByQueuesButForWhatTheySay) {
  const auto book = WithAuthority(R"(authority:
  deadline: 2h
  at_deadline: HOLDING_REPLY
  holding_reply: {en: Wait., fr: Attendez.}
  budget: 0.1
  queues:
    roads: {deadline: 30m, budget: 0}
    taxes: {at_deadline: REASSIGN, reassign_to: supervisors}
)");
  ASSERT_TRUE(book.ok()) << book.status();
  const AuthorityPolicies& authority = (*book)->authority;
  EXPECT_EQ(authority.For("water").deadline, absl::Hours(2));
  EXPECT_EQ(authority.For("roads").deadline, absl::Minutes(30));
  EXPECT_EQ(authority.For("roads").at_deadline, AtDeadline::kHoldingReply);
  EXPECT_EQ(authority.For("roads").holding_reply.at("fr"), "Attendez.");
  EXPECT_DOUBLE_EQ(authority.For("roads").budget, 0);
  EXPECT_DOUBLE_EQ(authority.For("water").budget, 0.1);
  EXPECT_EQ(authority.For("taxes").at_deadline, AtDeadline::kReassign);
  EXPECT_EQ(authority.For("taxes").reassign_to, "supervisors");
}

TEST(AuthorityPolicies, TellWhereTheyNameQueues) {
  const auto book = WithAuthority(R"(authority:
  at_deadline: REASSIGN
  queues:
    taxes: {reassign_to: supervisors}
    water: {at_deadline: RELEASE}
)");
  ASSERT_TRUE(book.ok()) << book.status();
  std::vector<std::string> places;
  for (const NamedQueue& named : (*book)->authority.named_queues) {
    places.push_back(absl::StrCat(named.line, ":", named.column, " ", named.field, "=", named.queue));
  }
  EXPECT_THAT(places,
              UnorderedElementsAre("5:3 authority.reassign_to=", "7:26 authority.queues.taxes.reassign_to=supervisors",
                                   "7:5 authority.queues.taxes=taxes", "8:5 authority.queues.water=water"));
}

TEST(AuthorityPolicies, SayWhatIsWrongAndWhere) {
  const struct {
    const char* section;
    const char* error;
  } kCases[] = {
      {"authority: {at_deadline: HOLDING_REPLY, holding_reply: {en: Wait.}}",
       "authority.holding_reply: is missing in fr"},
      {"authority: {at_deadline: FORGET}", "authority.at_deadline: must be one of RELEASE, HOLDING_REPLY, REASSIGN"},
      {"authority: {budget: 2}", "authority.budget"},
      {"authority: {deadline: soon}", "authority.deadline"},
      {"authority: {patience: 1h}", "patience"},
      {"authority: {queues: {roads: {queues: {}}}}", "a queue has no queues of its own"},
  };
  for (const auto& each : kCases) {
    const auto book = WithAuthority(each.section);
    ASSERT_FALSE(book.ok()) << each.section;
    EXPECT_THAT(std::string(book.status().message()), HasSubstr(each.error));
  }
}

}  // namespace
}  // namespace switchboard::guidance
