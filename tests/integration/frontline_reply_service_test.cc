// ReplyToInquiry and EvaluateReply on a real gRPC server, over the real engine with the in-memory store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/status/errors.h"
#include "tests/integration/frontline_reply_fixture.h"
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

constexpr char kAnswers[] = R"(version: 1
answers:
  - id: report
    version: 2
    topics: [potholes]
    title: {en: A hole is noted}
    text: {en: "A crew usually comes within five working days."}
  - id: damage
    version: 1
    topics: [potholes]
    title: {en: A damaged tire}
    text: {en: "You can claim the bill for the tire."}
  - id: old
    version: 1
    topics: [potholes]
    valid_until: 2020-12-31
    title: {en: Old}
    text: {en: "Not any more."}
)";

// What may come into force between a call and its repetition: the phone rule holds in private as well, and its holding
// line is gone; what asked for authority is forbidden.
constexpr char kStricterGuidelines[] = R"(version: 1
official_languages: [en, fr]
guidelines:
  - id: streets
    version: "3.0"
    name: {en: Streets, fr: Rues}
    text: {en: Say when., fr: Dites quand.}
    rules:
      - id: no-phone
        check: FORBID_PERSONAL_DATA
        data: [PHONE]
        reason: {en: Everybody can read it., fr: Tout le monde peut le lire.}
        suggestion: {en: Leave it out., fr: Retirez-le.}
      - id: no-day
        check: FORBID_PATTERN
        patterns: ['\bMonday\b']
        reason: {en: Nobody knows., fr: Personne ne sait.}
        suggestion: {en: Leave it out., fr: Retirez-le.}
)";

// Everything is let out, but for days, which need authority.
constexpr char kOtherGuidelines[] = R"(version: 1
official_languages: [en, fr]
guidelines:
  - id: streets
    version: "4.0"
    name: {en: Streets, fr: Rues}
    text: {en: Say when., fr: Dites quand.}
    rules:
      - id: no-day
        check: FORBID_PATTERN
        patterns: ['\bMonday\b']
        effect: AUTHORITY
        authority_level: 3
        reason: {en: Nobody knows., fr: Personne ne sait.}
        suggestion: {en: Leave it out., fr: Retirez-le.}
)";

// The same rules under the next version, with another holding line.
std::string NextVersion() {
  return absl::StrReplaceAll(kGuidelines, {{"2.1", "2.2"}, {"write to us in private", "call us"}});
}

class FrontlineReplyTest : public FrontlineReplyFixture {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(Activate(kGuidelines));
    auto library = guidance::ParseAnswers(kAnswers, "answers.yaml");
    ASSERT_TRUE(library.ok()) << library.status();
    server_.answers().Activate(*std::move(library));
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

  absl::StatusOr<v1::MoveToPrivateResponse> Move(const v1::MoveToPrivateRequest& request) {
    v1::MoveToPrivateResponse response;
    const absl::Status status = Said(server_.staff->MoveToPrivate(Patient().get(), request, &response));
    if (!status.ok()) return status;
    return response;
  }

  static v1::MoveToPrivateRequest MoveDraftFor(const v1::Lease& lease, const std::string& text) {
    v1::MoveToPrivateRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_text(text);
    return request;
  }

  // What the connector of a channel would be handed.
  std::vector<queue::OutboundMessage> OutboundOn(v1::Channel channel) {
    std::vector<queue::OutboundMessage> messages;
    const auto granted = engine_->ClaimDeliveries(static_cast<int16_t>(channel), 100, absl::Minutes(1));
    EXPECT_TRUE(granted.ok()) << granted.status();
    for (const queue::GrantedDelivery& each : *granted) messages.push_back(each.message);
    return messages;
  }

  std::vector<v1::Event::Kind> KindsOf(const std::string& name) {
    std::vector<v1::Event::Kind> kinds;
    const v1::GetInquiryResponse stored = Get(name);
    for (const v1::Event& event : stored.events()) kinds.push_back(event.kind());
    return kinds;
  }
};

TEST_F(FrontlineReplyTest, CountsWhetherAFirstReplyKeptTheTimeThatItsGuidelineSets) {
  ASSERT_NO_FATAL_FAILURE(Activate(R"(version: 1
official_languages: [en]
guidelines:
  - {id: patient, version: "1.0", name: {en: A}, text: {en: A}, dispositions: [ANSWERED], respond_within: 1h}
  - {id: hasty, version: "1.0", name: {en: B}, text: {en: B}, dispositions: [ANSWERED], respond_within: 1s}
)"));
  const v1::Lease lease = ClaimFrom(v1::X);
  absl::SleepFor(absl::Milliseconds(1100));
  ASSERT_TRUE(Reply(Draft(lease, "Thank you.")).ok());
  ASSERT_TRUE(Reply(Draft(lease, "A crew comes on Monday.")).ok());
  const std::string scrape = server_.Scrape();
  EXPECT_THAT(scrape, HasSubstr(R"(guideline_response_time_total{guideline="patient",result="met"} 1)"));
  EXPECT_THAT(scrape, HasSubstr(R"(guideline_response_time_total{guideline="hasty",result="missed"} 1)"));
  EXPECT_THAT(scrape, Not(HasSubstr(R"(guideline="hasty",result="met")")));
}

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

TEST_F(FrontlineReplyTest, ARepetitionIsOneWhateverCameIntoForceSince) {
  for (const v1::Disposition disposition : {v1::ANSWERED, v1::DISPOSITION_UNSPECIFIED}) {
    ASSERT_NO_FATAL_FAILURE(Activate(kGuidelines));
    server_.answers().SetRecalled({});
    const v1::Lease lease = ClaimFrom(v1::X);
    v1::ReplyToInquiryRequest request = Draft(lease, "Thank you, a crew comes on Monday.");
    request.set_disposition(disposition);
    request.add_answers_used("answers/report@2");
    ASSERT_TRUE(Reply(request).ok());
    const auto events = KindsOf(lease.inquiry().name());
    const auto expect_repetition = [&](const char* what) {
      const auto repeated = Reply(request);
      ASSERT_TRUE(repeated.ok()) << what << repeated.status();
      EXPECT_TRUE(repeated->repeated()) << what;
      EXPECT_EQ(repeated->inquiry(), lease.inquiry().name());
      EXPECT_EQ(repeated->decision().verdict(), v1::ReplyDecision::SENT) << what;
      EXPECT_THAT(repeated->decision().guidelines(), ElementsAre("streets@2.1")) << what;
      EXPECT_THAT(repeated->decision().passed_rules(), Contains("streets@2.1/no-promise")) << what;
      EXPECT_EQ(repeated->draft(), "") << what;
      EXPECT_EQ(KindsOf(lease.inquiry().name()), events) << what;
    };
    server_.answers().SetRecalled({"report@2"});
    ASSERT_NO_FATAL_FAILURE(expect_repetition("recalled"));
    server_.answers().SetRecalled({});
    ASSERT_NO_FATAL_FAILURE(Activate(kStricterGuidelines));
    ASSERT_NO_FATAL_FAILURE(expect_repetition("forbidden"));
    ASSERT_NO_FATAL_FAILURE(Activate(kOtherGuidelines));
    ASSERT_NO_FATAL_FAILURE(expect_repetition("needs authority"));
    ASSERT_NO_FATAL_FAILURE(Activate(NextVersion()));
    ASSERT_NO_FATAL_FAILURE(expect_repetition("let out as well"));
  }
}

TEST_F(FrontlineReplyTest, AKeptDraftIsNamedAgainWhateverCameIntoForceSince) {
  v1::ReplyToInquiryRequest request = Draft(ClaimFrom(v1::X), "We guarantee it for Monday.");
  const auto kept = Reply(request);
  ASSERT_TRUE(kept.ok()) << kept.status();
  ASSERT_NE(kept->draft(), "");
  for (const char* guidelines : {kStricterGuidelines, kOtherGuidelines}) {
    ASSERT_NO_FATAL_FAILURE(Activate(guidelines));
    request.set_authority_level(guidelines == kOtherGuidelines ? 3 : 0);
    const auto repeated = Reply(request);
    ASSERT_TRUE(repeated.ok()) << repeated.status();
    EXPECT_TRUE(repeated->repeated());
    EXPECT_EQ(repeated->draft(), kept->draft());
    EXPECT_EQ(repeated->draft_deadline().seconds(), kept->draft_deadline().seconds());
    EXPECT_EQ(repeated->decision().verdict(), v1::ReplyDecision::NEEDS_AUTHORITY);
    EXPECT_EQ(repeated->decision().authority_level(), 3);
  }
}

TEST_F(FrontlineReplyTest, AMoveIsOneWhateverCameIntoForceSince) {
  for (const v1::Disposition disposition : {v1::ANSWERED, v1::DISPOSITION_UNSPECIFIED}) {
    ASSERT_NO_FATAL_FAILURE(Activate(kGuidelines));
    const v1::Lease lease = ClaimFrom(v1::X);
    v1::MoveToPrivateRequest request = MoveDraftFor(lease, "We call you at 613-555-0142.");
    request.set_disposition(disposition);
    ASSERT_TRUE(Move(request).ok());
    const auto events = KindsOf(lease.inquiry().name());
    for (const std::string& guidelines : {std::string(kStricterGuidelines), NextVersion()}) {
      ASSERT_NO_FATAL_FAILURE(Activate(guidelines));
      const auto repeated = Move(request);
      ASSERT_TRUE(repeated.ok()) << repeated.status();
      EXPECT_TRUE(repeated->repeated());
      EXPECT_EQ(repeated->decision().verdict(), v1::ReplyDecision::SENT);
      EXPECT_THAT(repeated->decision().guidelines(), ElementsAre("streets@2.1"));
      EXPECT_EQ(repeated->holding_decision().verdict(), v1::ReplyDecision::SENT);
      EXPECT_EQ(repeated->holding_line(), "Please write to us in private.");
      EXPECT_EQ(KindsOf(lease.inquiry().name()), events);
    }
  }
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

TEST_F(FrontlineReplyTest, AClaimBringsGuidelinesAndAnswersWhereItAsks) {
  const v1::Lease bare = ClaimFrom(v1::X);
  EXPECT_EQ(bare.answers_size() + bare.guidelines_size(), 0);
  const v1::Lease lease = ClaimFrom(v1::X, true);
  ASSERT_EQ(lease.inquiry().topic(), "topics/potholes");
  ASSERT_EQ(lease.guidelines_size(), 1);
  EXPECT_EQ(lease.guidelines(0).name(), "streets@2.1");
  EXPECT_EQ(lease.guidelines(0).title(), "Streets");
  EXPECT_EQ(lease.guidelines(0).text(), "Say when.");
  ASSERT_EQ(lease.answers_size(), 2);
  EXPECT_EQ(lease.answers(0).answer(), "answers/report@2");
  EXPECT_EQ(lease.answers(0).language(), "en");
  EXPECT_EQ(lease.answers(0).text(), "A crew usually comes within five working days.");
  EXPECT_EQ(lease.answers(1).answer(), "answers/damage@1");
  server_.answers().SetRecalled({"report@2"});
  const v1::Lease later = ClaimFrom(v1::X, true);
  ASSERT_EQ(later.answers_size(), 1);
  EXPECT_EQ(later.answers(0).answer(), "answers/damage@1");
}

TEST_F(FrontlineReplyTest, AStreamBringsGuidanceWhereItAsks) {
  v1::SubmitInquiryRequest submit;
  submit.mutable_inquiry()->set_text("a pothole");
  submit.mutable_inquiry()->set_channel(v1::X);
  v1::SubmitInquiryResponse submitted;
  ASSERT_TRUE(server_.intake->SubmitInquiry(Patient().get(), submit, &submitted).ok());
  const auto context = Patient();
  const auto stream = server_.staff->StreamClaims(context.get());
  v1::StreamClaimsRequest start;
  start.mutable_start()->add_queues("queues/roads");
  start.mutable_start()->set_worker("workers/ann");
  start.mutable_start()->set_with_guidance(true);
  start.set_credit(1);
  ASSERT_TRUE(stream->Write(start));
  v1::StreamClaimsResponse response;
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_EQ(response.leases_size(), 1);
  EXPECT_EQ(response.leases(0).answers_size(), 2);
  EXPECT_EQ(response.leases(0).guidelines_size(), 1);
  stream->WritesDone();
  while (stream->Read(&response)) continue;
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(FrontlineReplyTest, AReplyCitesAnswersThatAreInForce) {
  const v1::Lease lease = ClaimFrom(v1::X);
  v1::ReplyToInquiryRequest request = Draft(lease, "A crew usually comes within five working days.");
  const struct {
    const char* answer;
    absl::StatusCode code;
    const char* said;
  } refused[] = {
      {"report@2", absl::StatusCode::kInvalidArgument, "answers_used[0]"},
      {"answers/report", absl::StatusCode::kInvalidArgument, "must say the version"},
      {"answers/report@0", absl::StatusCode::kInvalidArgument, "answers_used[0]"},
      {"answers/report@1", absl::StatusCode::kFailedPrecondition, "in force is answers/report@2"},
      {"answers/nothing@1", absl::StatusCode::kFailedPrecondition, "answers/nothing@1 is not to be used now"},
      {"answers/old@1", absl::StatusCode::kFailedPrecondition, "answers/old@1 is not to be used now"},
  };
  for (const auto& each : refused) {
    request.clear_answers_used();
    request.add_answers_used(each.answer);
    const absl::Status status = Reply(request).status();
    EXPECT_EQ(status.code(), each.code) << each.answer << status;
    EXPECT_THAT(status.ToString(), HasSubstr(each.said));
  }
  request.clear_answers_used();
  for (const char* name : {"answers/report@2", "answers/damage@1", "answers/report@2"}) request.add_answers_used(name);
  const auto sent = Reply(request);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_THAT(Get(lease.inquiry().name()).inquiry().messages(0).answers(),
              ElementsAre("answers/report@2", "answers/damage@1"));
  server_.answers().SetRecalled({"report@2"});
  request.set_text("Once more.");
  EXPECT_TRUE(HasReason(Reply(request).status(), reason::kAnswerNotInForce));
}

TEST_F(FrontlineReplyTest, OneCallOpensAPrivateLeg) {
  const v1::Lease lease = ClaimFrom(v1::X);
  v1::MoveToPrivateRequest request = MoveDraftFor(lease, "We call you at 613-555-0142.");
  request.set_channel(v1::EMAIL);
  EXPECT_THAT(Move(request).status().ToString(), HasSubstr("address"));
  request.set_address("marie@example.org");
  request.add_answers_used("answers/report@2");
  const auto moved = Move(request);
  ASSERT_TRUE(moved.ok()) << moved.status();
  EXPECT_EQ(moved->decision().verdict(), v1::ReplyDecision::SENT);
  EXPECT_EQ(moved->holding_decision().verdict(), v1::ReplyDecision::SENT);
  EXPECT_EQ(moved->holding_line(), "Please write to us in private.");
  EXPECT_FALSE(moved->repeated());
  EXPECT_TRUE(Move(request)->repeated());

  const auto in_public = OutboundOn(v1::X);
  ASSERT_EQ(in_public.size(), 1U);
  EXPECT_EQ(in_public[0].text, "Please write to us in private.");
  EXPECT_EQ(in_public[0].address, "");
  const auto in_private = OutboundOn(v1::EMAIL);
  ASSERT_EQ(in_private.size(), 1U);
  EXPECT_EQ(in_private[0].text, "We call you at 613-555-0142.");
  EXPECT_EQ(in_private[0].address, "marie@example.org");
  EXPECT_EQ(in_private[0].visibility, v1::PRIVATE);

  // The same owner goes on, in private, on the same leg: longer than a post may be.
  v1::ReplyToInquiryRequest more = Draft(lease, std::string(300, 'a') + " and we call again at 613-555-0142.");
  more.set_visibility(v1::PRIVATE);
  more.set_disposition(v1::ANSWERED);
  const auto sent = Reply(more);
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->decision().verdict(), v1::ReplyDecision::SENT) << sent->DebugString();
  ASSERT_EQ(OutboundOn(v1::EMAIL).size(), 1U);
  const v1::GetInquiryResponse stored = Get(lease.inquiry().name());
  EXPECT_EQ(stored.inquiry().state(), v1::Inquiry::COMPLETED);
  EXPECT_EQ(stored.inquiry().first_response_due_time().seconds(), lease.inquiry().first_response_due_time().seconds());
  EXPECT_THAT(KindsOf(lease.inquiry().name()),
              ElementsAre(v1::Event::RECEIVED, v1::Event::CLAIMED, v1::Event::REPLIED, v1::Event::MOVED_TO_PRIVATE,
                          v1::Event::REPLIED, v1::Event::REPLIED, v1::Event::COMPLETED));
}

TEST_F(FrontlineReplyTest, NothingMovesWhereEitherTextIsRefused) {
  const v1::Lease lease = ClaimFrom(v1::X);
  v1::MoveToPrivateRequest loud = MoveDraftFor(lease, "Your file is ready.");
  loud.set_holding_line("We call you at 613-555-0142.");
  const auto refused_line = Move(loud);
  ASSERT_TRUE(refused_line.ok()) << refused_line.status();
  EXPECT_EQ(refused_line->holding_decision().verdict(), v1::ReplyDecision::MOVE_TO_PRIVATE);
  EXPECT_EQ(refused_line->decision().verdict(), v1::ReplyDecision::SENT);
  const auto refused_text = Move(MoveDraftFor(lease, "Vote for the mayor."));
  ASSERT_TRUE(refused_text.ok()) << refused_text.status();
  EXPECT_EQ(refused_text->decision().verdict(), v1::ReplyDecision::NEEDS_CHANGE);
  EXPECT_THAT(OutboundOn(v1::X), ::testing::IsEmpty());
  EXPECT_EQ(Get(lease.inquiry().name()).inquiry().messages_size(), 0);
  const std::string scrape = server_.Scrape();
  EXPECT_THAT(scrape, Not(HasSubstr("reply_decisions_total{decision=\"SENT\"")));
  EXPECT_THAT(scrape, HasSubstr("reply_decisions_total{decision=\"MOVE_TO_PRIVATE\",queue=\"roads\"} 1\n"));
  EXPECT_THAT(scrape, HasSubstr("reply_decisions_total{decision=\"NEEDS_CHANGE\",queue=\"roads\"} 1\n"));
  EXPECT_THAT(scrape, HasSubstr("reply_refusals_total{rule=\"no-phone\"} 1\n"));
  EXPECT_THAT(KindsOf(lease.inquiry().name()),
              ElementsAre(v1::Event::RECEIVED, v1::Event::CLAIMED, v1::Event::REPLY_REFUSED, v1::Event::REPLY_REFUSED));
}

TEST_F(FrontlineReplyTest, OnlyAPublicInquiryMoves) {
  const v1::Lease lease = ClaimFrom(v1::EMAIL);
  const absl::Status status = Move(MoveDraftFor(lease, "Your file is ready.")).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(status.ToString(), HasSubstr("private as it is"));
  v1::MoveToPrivateRequest silent = MoveDraftFor(lease, "Your file is ready.");
  silent.set_disposition(v1::MONITORED);
  EXPECT_TRUE(absl::IsInvalidArgument(Move(silent).status()));
}

// With a statute for potholes.
std::shared_ptr<const triage::TriageSnapshot> SnapshotWithStatute() {
  auto snapshot = std::make_shared<triage::TriageSnapshot>(*ExampleSnapshot());
  auto configuration = std::make_shared<triage::Configuration>(*snapshot->configuration);
  for (triage::Topic& topic : configuration->topics) {
    if (topic.id == "potholes") topic.statute = absl::Hours(24 * 30);
  }
  snapshot->configuration = configuration;
  return snapshot;
}

TEST_F(FrontlineReplyTest, AnOutcomeIsRecordedAlsoAfterTheClosing) {
  server_.triage().Activate(SnapshotWithStatute());
  const v1::Lease lease = ClaimFrom(v1::EMAIL);
  const std::string& name = lease.inquiry().name();
  v1::RecordStatutoryOutcomeRequest request;
  request.set_lease_token(name);
  request.set_topic("topics/potholes");
  request.set_outcome(v1::GRANTED);
  request.set_reason("all records were sent");
  v1::RecordStatutoryOutcomeResponse response;
  const auto record = [&] { return Said(server_.staff->RecordStatutoryOutcome(Patient().get(), request, &response)); };
  EXPECT_TRUE(HasReason(record(), reason::kLeaseLost)) << "while it is open it takes the lease";

  v1::CompleteInquiryRequest complete;
  complete.set_lease_token(lease.lease_token());
  complete.set_disposition(v1::ANSWERED);
  v1::CompleteInquiryResponse completed;
  ASSERT_TRUE(server_.staff->CompleteInquiry(Patient().get(), complete, &completed).ok());
  const v1::Inquiry closed = Get(name).inquiry();
  EXPECT_FALSE(closed.clocks(closed.clocks_size() - 1).has_stop_time()) << "it runs on";
  for (const std::string& token : {lease.lease_token(), name}) {
    request.set_lease_token(token);
    const absl::Status status = record();
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(response.clock().outcome(), v1::GRANTED);
    EXPECT_EQ(response.repeated(), token == name);
  }
  const v1::GetInquiryResponse stored = Get(name);
  EXPECT_EQ(stored.events(stored.events_size() - 1).kind(), v1::Event::STATUTORY_OUTCOME);
  EXPECT_EQ(stored.inquiry().state(), v1::Inquiry::COMPLETED);
}

TEST_F(FrontlineReplyTest, AnOutcomeIsRecordedByNameWhereNobodyHadALease) {
  server_.triage().Activate(SnapshotWithStatute());
  v1::SubmitInquiryRequest submit;
  submit.mutable_inquiry()->set_text("a pothole");
  submit.mutable_inquiry()->set_channel(v1::EMAIL);
  v1::SubmitInquiryResponse submitted;
  ASSERT_TRUE(server_.intake->SubmitInquiry(Patient().get(), submit, &submitted).ok());
  v1::WithdrawInquiryRequest withdraw;
  withdraw.set_name(submitted.inquiry().name());
  v1::WithdrawInquiryResponse withdrawn;
  ASSERT_TRUE(server_.intake->WithdrawInquiry(Patient().get(), withdraw, &withdrawn).ok());
  v1::RecordStatutoryOutcomeRequest request;
  request.set_lease_token(submitted.inquiry().name());
  request.set_topic("topics/potholes");
  request.set_outcome(v1::ABANDONED);
  request.set_reason("they took it back");
  v1::RecordStatutoryOutcomeResponse response;
  const absl::Status status = Said(server_.staff->RecordStatutoryOutcome(Patient().get(), request, &response));
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(response.clock().outcome(), v1::ABANDONED);
}

TEST_F(FrontlineReplyTest, OnlyAnOutcomeStopsAStatutoryClock) {
  server_.triage().Activate(SnapshotWithStatute());
  const auto clock_of = [&](const v1::Lease& lease) {
    const v1::GetInquiryResponse stored = Get(lease.inquiry().name());
    EXPECT_EQ(stored.inquiry().clocks(0).kind(), v1::Clock::FIRST_RESPONSE);
    const v1::Clock& last = stored.inquiry().clocks(stored.inquiry().clocks_size() - 1);
    EXPECT_EQ(last.kind(), v1::Clock::STATUTORY);
    EXPECT_EQ(last.topic(), "topics/potholes");
    EXPECT_EQ(last.due_time().seconds(), lease.inquiry().create_time().seconds() + 30 * 24 * 3600);
    return last;
  };
  const v1::Lease lease = ClaimFrom(v1::EMAIL);
  server_.triage().Activate(ExampleSnapshot());  // a configuration without it
  ASSERT_TRUE(Reply(Draft(lease, "Which street is it?")).ok());
  EXPECT_FALSE(clock_of(lease).has_stop_time());
  EXPECT_TRUE(Get(lease.inquiry().name()).inquiry().clocks(0).has_stop_time());

  v1::RecordStatutoryOutcomeRequest request;
  request.set_lease_token(lease.lease_token());
  request.set_topic("topics/passports");
  request.set_outcome(v1::GRANTED);
  request.set_reason("all records were sent");
  v1::RecordStatutoryOutcomeResponse response;
  EXPECT_THAT(Said(server_.staff->RecordStatutoryOutcome(Patient().get(), request, &response)).ToString(),
              HasSubstr("has no statutory clock"));
  request.set_topic("topics/potholes");
  for (const bool repeated : {false, true}) {
    const absl::Status status = Said(server_.staff->RecordStatutoryOutcome(Patient().get(), request, &response));
    ASSERT_TRUE(status.ok()) << status;
    EXPECT_EQ(response.repeated(), repeated);
    EXPECT_EQ(response.clock().outcome(), v1::GRANTED);
    request.set_outcome(v1::REFUSED);
  }
  EXPECT_TRUE(clock_of(lease).has_stop_time());
  const v1::GetInquiryResponse stored = Get(lease.inquiry().name());
  EXPECT_EQ(stored.events(stored.events_size() - 1).kind(), v1::Event::STATUTORY_OUTCOME);
  EXPECT_EQ(stored.events(stored.events_size() - 1).reason(), "potholes GRANTED: all records were sent");
  EXPECT_EQ(stored.inquiry().topic(), "topics/potholes");
  EXPECT_EQ(stored.inquiry().state(), v1::Inquiry::LEASED);
}

TEST_F(FrontlineReplyTest, AReclassificationBringsTheStatuteInForceThen) {
  const v1::Lease lease = ClaimFrom(v1::EMAIL);
  const auto reclassify = [&](const std::string& topic, absl::Duration statute) {
    triage::Configuration configuration = ExampleConfiguration();
    configuration.topics[2].statute = statute;  // praise
    configuration.routes[3].queue = "roads";    // where the lease stays
    server_.triage().Activate(ExampleSnapshot(configuration, 2));
    v1::ReclassifyInquiryRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_topic(topic);
    v1::ReclassifyInquiryResponse response;
    const absl::Status status = Said(server_.staff->ReclassifyInquiry(Patient().get(), request, &response));
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_TRUE(response.lease_kept());
  };
  reclassify("topics/praise", absl::Hours(24 * 10));
  reclassify("topics/potholes", absl::Hours(24 * 20));
  reclassify("topics/praise", absl::Hours(24 * 30));
  const v1::Inquiry inquiry = Get(lease.inquiry().name()).inquiry();
  const v1::Clock& last = inquiry.clocks(inquiry.clocks_size() - 1);
  EXPECT_EQ(last.topic(), "topics/praise");
  EXPECT_EQ(last.start_time().seconds(), inquiry.create_time().seconds());
  EXPECT_EQ(last.due_time().seconds(), inquiry.create_time().seconds() + 10 * 24 * 3600);
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

  v1::ReplyToInquiryRequest reply = Draft(lease, "Thank you.");
  reply.set_disposition(v1::ANSWERED);
  ASSERT_TRUE(Reply(reply).ok());
  request.set_text("Thank you again.");
  v1::EvaluateReplyResponse response;
  EXPECT_TRUE(HasReason(Said(server_.staff->EvaluateReply(Patient().get(), request, &response)), reason::kLeaseLost));
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
