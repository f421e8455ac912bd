// Replies on the real binary and a real private PostgreSQL: guidelines are applied, a reply goes out, another does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "common/status/errors.h"
#include "tests/support/running_switchboardd.h"
#include "tests/support/small_configuration.h"

namespace switchboard {
namespace {

using ::testing::HasSubstr;
using Frontline = v1::FrontlineService::Stub;
using Intake = v1::IntakeService::Stub;
using Operations = v1::OperationsService::Stub;

std::string StarterGuidelines() {
  std::ifstream file(SWITCHBOARD_SOURCE_DIR "/deploy/samples/guidelines.yaml", std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

v1::Lease ClaimSubmitted(RunningSwitchboardd& server, const std::string& text) {
  v1::SubmitInquiryRequest submit;
  submit.mutable_inquiry()->set_channel(v1::X);
  submit.mutable_inquiry()->set_text(text);
  const auto submitted = Call(server.intake(), &Intake::SubmitInquiry, submit);
  EXPECT_TRUE(submitted.ok()) << submitted.status();
  v1::ClaimInquiriesRequest claim;
  claim.add_queues("queues/roads");
  claim.set_worker("workers/anna");
  claim.add_languages("fr");
  claim.mutable_wait_duration()->set_seconds(10);
  const auto claimed = Call(server.frontline(), &Frontline::ClaimInquiries, claim);
  EXPECT_TRUE(claimed.ok()) << claimed.status();
  return claimed.ok() && claimed->leases_size() == 1 ? claimed->leases(0) : v1::Lease();
}

absl::StatusOr<v1::ReplyToInquiryResponse> Reply(RunningSwitchboardd& server, const v1::Lease& lease,
                                                 const std::string& text) {
  v1::ReplyToInquiryRequest request;
  request.set_lease_token(lease.lease_token());
  request.set_text(text);
  request.set_disposition(v1::ANSWERED);
  return Call(server.frontline(), &Frontline::ReplyToInquiry, request);
}

TEST(SwitchboarddReplyTest, AnswersAtOnceInsideTheGuidelines) {
  const TemporaryDirectory directory;
  const auto server = RunningSwitchboardd::Start({"--data-dir=" + directory.path() + "/data"});
  ASSERT_NE(server, nullptr);

  v1::ApplyConfigurationRequest topics;
  topics.set_yaml(kSmallConfiguration);
  ASSERT_TRUE(Call(server->operations(), &Operations::ApplyConfiguration, topics).ok());
  v1::ApplyConfigurationRequest mistaken;
  mistaken.set_guidelines("version: 1\nofficial_languages: [en]\nguideline: []\n");
  mistaken.set_guidelines_file_name("g.yaml");
  EXPECT_THAT(Call(server->operations(), &Operations::ApplyConfiguration, mistaken).status().ToString(),
              HasSubstr("g.yaml:3:1: guideline: unknown key"));
  v1::ApplyConfigurationRequest guidelines;
  guidelines.set_guidelines(StarterGuidelines());
  const auto applied = Call(server->operations(), &Operations::ApplyConfiguration, guidelines);
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(applied->version(), 2);
  EXPECT_EQ(applied->topic_count(), 2);
  EXPECT_EQ(applied->guideline_count(), 9);
  EXPECT_GT(applied->warnings_size(), 0);  // the small configuration has few of the topics
  const auto unchanged = Call(server->operations(), &Operations::ApplyConfiguration, guidelines);
  ASSERT_TRUE(unchanged.ok()) << unchanged.status();
  EXPECT_TRUE(unchanged->unchanged());

  const v1::Lease lease = ClaimSubmitted(*server, "Il y a un nid de poule énorme rue des Érables, merci d'y voir.");
  const auto foreign =
      Reply(*server, lease, "Thank you for telling us. A crew usually comes within five working days.");
  ASSERT_TRUE(foreign.ok()) << foreign.status();
  EXPECT_EQ(foreign->decision().verdict(), v1::ReplyDecision::NEEDS_CHANGE);
  const auto sent =
      Reply(*server, lease, "Merci de nous avoir prévenus, une équipe passe dans les cinq jours ouvrables.");
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->decision().verdict(), v1::ReplyDecision::SENT) << sent->decision().DebugString();
  const auto again =
      Reply(*server, lease, "Merci de nous avoir prévenus, une équipe passe dans les cinq jours ouvrables.");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->repeated());

  v1::GetInquiryRequest get;
  get.set_name(lease.inquiry().name());
  const auto stored = Call(server->intake(), &Intake::GetInquiry, get);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->inquiry().state(), v1::Inquiry::COMPLETED);
  ASSERT_EQ(stored->inquiry().messages_size(), 1);
  EXPECT_EQ(stored->inquiry().messages(0).worker(), "workers/anna");
  EXPECT_EQ(stored->inquiry().messages(0).guidelines(0), "every-reply@1.1");
  std::vector<v1::Event::Kind> kinds;
  for (const v1::Event& event : stored->events()) kinds.push_back(event.kind());
  EXPECT_THAT(kinds, ::testing::ElementsAre(v1::Event::RECEIVED, v1::Event::CLAIMED, v1::Event::REPLY_REFUSED,
                                            v1::Event::REPLIED, v1::Event::COMPLETED));
  EXPECT_EQ(server->Stop(), 0) << server->process().Stderr();
}

}  // namespace
}  // namespace switchboard
