// ReplyToInquiry and EvaluateReply on a real gRPC server, over the real engine with the in-memory store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/status/errors.h"
#include "services/guidance/guideline.h"
#include "tests/support/edge_server.h"

namespace switchboard::frontline {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kGuidelines[] = R"(version: 1
official_languages: [en, fr]
guidelines:
  - id: streets
    version: "2.1"
    name: {en: Streets, fr: Rues}
    text: {en: Say when., fr: Dites quand.}
    holding_line: {en: Please write to us in private., fr: Écrivez-nous en privé.}
    dispositions: [ANSWERED]
    rules:
      - id: no-phone
        check: FORBID_PERSONAL_DATA
        visibility: PUBLIC
        data: [PHONE]
        effect: MOVE_TO_PRIVATE
        reason: {en: Everybody can read it., fr: Tout le monde peut le lire.}
        suggestion: {en: Answer in private., fr: Répondez en privé.}
      - id: no-politics
        check: FORBID_PATTERN
        patterns: ['\bvote for\b']
        reason: {en: No party politics., fr: Pas de politique.}
        suggestion: {en: Leave it out., fr: Retirez-le.}
      - id: no-promise
        check: FORBID_PATTERN
        patterns: ['\bwe guarantee\b']
        effect: AUTHORITY
        authority_level: 3
        reason: {en: It binds the city., fr: Cela engage la ville.}
        suggestion: {en: Say what is planned., fr: Dites ce qui est prévu.}
)";

class FrontlineReplyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto book = guidance::ParseGuidelines(kGuidelines, "guidelines.yaml");
    ASSERT_TRUE(book.ok()) << book.status();
    server_.guidelines().Activate(*std::move(book));
  }

  v1::Lease ClaimFrom(v1::Channel channel) {
    v1::SubmitInquiryRequest submit;
    submit.mutable_inquiry()->set_text("a pothole");
    submit.mutable_inquiry()->set_channel(channel);
    v1::SubmitInquiryResponse submitted;
    EXPECT_TRUE(server_.intake->SubmitInquiry(Patient().get(), submit, &submitted).ok());
    v1::ClaimInquiriesRequest request;
    request.add_queues("queues/roads");
    request.set_worker("workers/ann");
    request.mutable_wait_duration()->set_seconds(10);
    v1::ClaimInquiriesResponse response;
    EXPECT_TRUE(server_.staff->ClaimInquiries(Patient().get(), request, &response).ok());
    EXPECT_EQ(response.leases_size(), 1);
    return response.leases_size() == 1 ? response.leases(0) : v1::Lease();
  }

  static v1::ReplyToInquiryRequest Draft(const v1::Lease& lease, const std::string& text) {
    v1::ReplyToInquiryRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_text(text);
    return request;
  }

  absl::StatusOr<v1::ReplyToInquiryResponse> Reply(const v1::ReplyToInquiryRequest& request) {
    v1::ReplyToInquiryResponse response;
    const absl::Status status = Said(server_.staff->ReplyToInquiry(Patient().get(), request, &response));
    if (!status.ok()) return status;
    return response;
  }

  v1::GetInquiryResponse Get(const std::string& name) {
    v1::GetInquiryRequest request;
    request.set_name(name);
    v1::GetInquiryResponse response;
    EXPECT_TRUE(server_.intake->GetInquiry(Patient().get(), request, &response).ok());
    return response;
  }

  std::vector<v1::Event::Kind> KindsOf(const std::string& name) {
    std::vector<v1::Event::Kind> kinds;
    const v1::GetInquiryResponse stored = Get(name);
    for (const v1::Event& event : stored.events()) kinds.push_back(event.kind());
    return kinds;
  }

  InMemoryEngine engine_;
  EdgeServer server_{*engine_};
};

TEST_F(FrontlineReplyTest, SendsAndSettlesInOneCall) {
  const v1::Lease lease = ClaimFrom(v1::X);
  v1::ReplyToInquiryRequest request = Draft(lease, "Thank you, a crew comes on Monday.");
  request.set_disposition(v1::ANSWERED);
  const auto sent = Reply(request);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->inquiry(), lease.inquiry().name());
  EXPECT_EQ(sent->decision().verdict(), v1::ReplyDecision::SENT);
  EXPECT_THAT(sent->decision().guidelines(), ElementsAre("streets@2.1"));
  EXPECT_THAT(sent->decision().passed_rules(), Contains("streets@2.1/no-promise"));
  EXPECT_FALSE(sent->repeated());

  const v1::GetInquiryResponse stored = Get(lease.inquiry().name());
  EXPECT_EQ(stored.inquiry().state(), v1::Inquiry::COMPLETED);
  EXPECT_EQ(stored.inquiry().disposition(), v1::ANSWERED);
  ASSERT_EQ(stored.inquiry().messages_size(), 1);
  const v1::Message& message = stored.inquiry().messages(0);
  EXPECT_EQ(message.author(), v1::Message::STAFF);
  EXPECT_EQ(message.text(), "Thank you, a crew comes on Monday.");
  EXPECT_EQ(message.visibility(), v1::PUBLIC);
  EXPECT_EQ(message.worker(), "workers/ann");
  EXPECT_THAT(message.guidelines(), ElementsAre("streets@2.1"));
  EXPECT_THAT(message.passed_rules(), Contains("channel-length"));
  EXPECT_THAT(KindsOf(lease.inquiry().name()),
              ElementsAre(v1::Event::RECEIVED, v1::Event::CLAIMED, v1::Event::REPLIED, v1::Event::COMPLETED));

  const auto repeated = Reply(request);
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_TRUE(repeated->repeated());
  EXPECT_EQ(Get(lease.inquiry().name()).inquiry().messages_size(), 1);
}

TEST_F(FrontlineReplyTest, KeepsItOpenWhereNoDispositionIsGiven) {
  const v1::Lease lease = ClaimFrom(v1::EMAIL);
  for (const char* text : {"Which street is it?", "And which house?"}) {
    const auto sent = Reply(Draft(lease, text));
    ASSERT_TRUE(sent.ok()) << sent.status();
    EXPECT_FALSE(sent->repeated());
  }
  const v1::GetInquiryResponse stored = Get(lease.inquiry().name());
  EXPECT_EQ(stored.inquiry().state(), v1::Inquiry::LEASED);
  EXPECT_EQ(stored.inquiry().messages_size(), 2);
  EXPECT_EQ(stored.inquiry().messages(0).visibility(), v1::PRIVATE);
}

TEST_F(FrontlineReplyTest, SaysWhatToChangeAndNotesOnlyTheAttempt) {
  const v1::Lease lease = ClaimFrom(v1::X);
  const auto refused = Reply(Draft(lease, "Vote for the mayor and it is filled."));
  ASSERT_TRUE(refused.ok()) << refused.status();
  EXPECT_EQ(refused->decision().verdict(), v1::ReplyDecision::NEEDS_CHANGE);
  ASSERT_EQ(refused->decision().broken_rules_size(), 1);
  const auto& broken = refused->decision().broken_rules(0);
  EXPECT_EQ(broken.guideline(), "streets@2.1");
  EXPECT_EQ(broken.rule(), "no-politics");
  EXPECT_EQ(broken.effect(), v1::ReplyDecision::CHANGE);
  EXPECT_EQ(broken.suggestion(), "Leave it out.");

  const v1::GetInquiryResponse stored = Get(lease.inquiry().name());
  EXPECT_EQ(stored.inquiry().messages_size(), 0);
  EXPECT_EQ(stored.inquiry().state(), v1::Inquiry::LEASED);
  ASSERT_GT(stored.events_size(), 0);
  const v1::Event& last = stored.events(stored.events_size() - 1);
  EXPECT_EQ(last.kind(), v1::Event::REPLY_REFUSED);
  EXPECT_EQ(last.worker(), "workers/ann");
  EXPECT_EQ(last.reason(), "NEEDS_CHANGE: streets@2.1/no-politics");
  EXPECT_THAT(stored.DebugString(), Not(HasSubstr("mayor")));
}

TEST_F(FrontlineReplyTest, KeepsWhatNeedsAuthorityAndSendsWhatHasIt) {
  v1::ReplyToInquiryRequest request = Draft(ClaimFrom(v1::X), "We guarantee it.");
  request.set_authority_level(2);
  const auto kept = Reply(request);
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->decision().verdict(), v1::ReplyDecision::NEEDS_AUTHORITY);
  EXPECT_EQ(kept->decision().authority_level(), 3);
  EXPECT_THAT(kept->draft(), HasSubstr(kept->inquiry() + "/drafts/"));
  EXPECT_TRUE(kept->has_draft_deadline());
  const auto repeated = Reply(request);
  ASSERT_TRUE(repeated.ok()) << repeated.status();
  EXPECT_EQ(repeated->draft(), kept->draft());
  EXPECT_TRUE(repeated->repeated());

  request = Draft(ClaimFrom(v1::X), "We guarantee it.");
  request.set_authority_level(3);
  const auto sent = Reply(request);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->decision().verdict(), v1::ReplyDecision::SENT);
  EXPECT_EQ(sent->draft(), "");
}

TEST_F(FrontlineReplyTest, CountsDecisionsAndTheRulesAgainst) {
  const v1::Lease lease = ClaimFrom(v1::X);
  ASSERT_TRUE(Reply(Draft(lease, "Vote for the mayor.")).ok());
  ASSERT_TRUE(Reply(Draft(lease, "Which street is it?")).ok());
  ASSERT_TRUE(Reply(Draft(lease, "Which street is it?")).ok());  // a repetition
  ASSERT_TRUE(Reply(Draft(lease, "And which house?")).ok());
  const std::string scrape = server_.Scrape();
  EXPECT_THAT(scrape, HasSubstr("switchboard_reply_decisions_total{decision=\"SENT\",queue=\"roads\"} 2\n"));
  EXPECT_THAT(scrape, HasSubstr("switchboard_reply_decisions_total{decision=\"NEEDS_CHANGE\",queue=\"roads\"} 1\n"));
  EXPECT_THAT(scrape, HasSubstr("switchboard_reply_refusals_total{rule=\"no-politics\"} 1\n"));
  EXPECT_THAT(scrape, HasSubstr("switchboard_first_reply_seconds_count{language=\"en\"} 1\n"));
}

TEST_F(FrontlineReplyTest, MovesToAPrivateLegOfTheSameConversation) {
  const v1::Lease lease = ClaimFrom(v1::X);
  v1::ReplyToInquiryRequest request = Draft(lease, "We call you at 613-555-0142.");
  const auto moved = Reply(request);
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->decision().verdict(), v1::ReplyDecision::MOVE_TO_PRIVATE);
  EXPECT_EQ(moved->decision().holding_line(), "Please write to us in private.");
  EXPECT_THAT(moved->decision().broken_rules(0).personal_data(), ElementsAre("PHONE"));
  EXPECT_THAT(moved->DebugString(), Not(HasSubstr("0142")));

  const auto holding = Reply(Draft(lease, moved->decision().holding_line()));
  ASSERT_TRUE(holding.ok()) << holding.status();
  request.set_visibility(v1::PRIVATE);
  request.set_disposition(v1::ANSWERED);
  const auto sent = Reply(request);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->decision().verdict(), v1::ReplyDecision::SENT);
  const v1::GetInquiryResponse stored = Get(lease.inquiry().name());
  ASSERT_EQ(stored.inquiry().messages_size(), 2);
  EXPECT_EQ(stored.inquiry().messages(0).visibility(), v1::PUBLIC);
  EXPECT_THAT(stored.inquiry().messages(0).text(), Not(HasSubstr("0142")));
  EXPECT_EQ(stored.inquiry().messages(1).visibility(), v1::PRIVATE);
}

TEST_F(FrontlineReplyTest, EvaluateSendsAndNotesNothing) {
  const v1::Lease lease = ClaimFrom(v1::X);
  v1::EvaluateReplyRequest request;
  request.set_lease_token(lease.lease_token());
  for (const char* text : {"Thank you.", "Vote for the mayor."}) {
    request.set_text(text);
    v1::EvaluateReplyResponse response;
    ASSERT_TRUE(server_.staff->EvaluateReply(Patient().get(), request, &response).ok());
    EXPECT_EQ(response.decision().verdict() == v1::ReplyDecision::SENT, std::string(text) == "Thank you.");
  }
  EXPECT_THAT(KindsOf(lease.inquiry().name()), ElementsAre(v1::Event::RECEIVED, v1::Event::CLAIMED));
}

TEST_F(FrontlineReplyTest, RefusesWhatMakesNoSense) {
  const v1::Lease lease = ClaimFrom(v1::EMAIL);
  v1::ReplyToInquiryRequest silent = Draft(lease, "Nothing to say.");
  silent.set_disposition(v1::LEFT_TO_STAND);
  EXPECT_THAT(Reply(silent).status().ToString(), HasSubstr("disposition"));
  v1::ReplyToInquiryRequest loud = Draft(lease, "Hello.");
  loud.set_visibility(v1::PUBLIC);
  EXPECT_TRUE(absl::IsInvalidArgument(Reply(loud).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Reply(Draft(lease, "  ")).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Reply(Draft(v1::Lease(), "Hello.")).status()));
  v1::ReplyToInquiryRequest almighty = Draft(lease, "Hello.");
  almighty.set_authority_level(10);
  EXPECT_TRUE(absl::IsInvalidArgument(Reply(almighty).status()));

  v1::CompleteInquiryRequest complete;
  complete.set_lease_token(lease.lease_token());
  complete.set_disposition(v1::ANSWERED);
  v1::CompleteInquiryResponse completed;
  ASSERT_TRUE(server_.staff->CompleteInquiry(Patient().get(), complete, &completed).ok());
  EXPECT_TRUE(HasReason(Reply(Draft(lease, "Too late.")).status(), reason::kLeaseLost));
  EXPECT_TRUE(HasReason(Reply(Draft(lease, "Vote for him.")).status(), reason::kLeaseLost));
}

TEST_F(FrontlineReplyTest, NeedsGuidelinesToSendAnything) {
  const v1::Lease lease = ClaimFrom(v1::EMAIL);
  server_.guidelines().Activate(nullptr);
  EXPECT_TRUE(HasReason(Reply(Draft(lease, "Hello.")).status(), reason::kNoConfiguration));
}

}  // namespace
}  // namespace switchboard::frontline
