// AuthorityService on a real gRPC server, over the real engine with the in-memory store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "common/status/errors.h"
#include "services/guidance/guideline.h"
#include "tests/support/await.h"
#include "tests/support/edge_server.h"

namespace switchboard::frontline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kAuthorityBook[] = R"(
official_languages: [en, fr]
guidelines:
  - id: streets
    version: "2.1"
    name: {en: Streets, fr: Rues}
    text: {en: Say when., fr: Dites quand.}
    rules:
      - id: no-promise
        check: FORBID_PATTERN
        patterns: ['\bwe guarantee\b']
        effect: AUTHORITY
        authority_level: 3
        reason: {en: It binds the city., fr: Cela engage la ville.}
        suggestion: {en: Say what is planned., fr: Dites ce qui est prévu.}
)";

// The same for those who were trained.
constexpr char kTrainedBook[] = R"(version: 1
official_languages: [en]
authority: {deadline: 1h}
guidelines:
  - id: streets
    version: "2.1"
    name: {en: Streets}
    text: {en: Say when.}
    topics: [potholes]
    rules:
      - id: no-promise
        check: FORBID_PATTERN
        patterns: ['\bwe guarantee\b']
        effect: AUTHORITY
        authority_level: 3
        reason: {en: It binds the city.}
        suggestion: {en: Say what is planned.}
)";

// What nobody may say any more.
constexpr char kForbiddingBook[] = R"(version: 1
official_languages: [en]
guidelines:
  - id: streets
    version: "3.0"
    name: {en: Streets}
    text: {en: Say when.}
    topics: [potholes]
    rules:
      - id: no-promise
        check: FORBID_PATTERN
        patterns: ['\bwe guarantee\b']
        reason: {en: It binds the city.}
        suggestion: {en: Say what is planned.}
)";

class AuthorityServiceTest : public ::testing::Test {
 protected:
  void SetUp() override { PutInForce("authority: {deadline: 1h}"); }

  void PutInForce(const std::string& policy) { PutInForceText("version: 1\n" + policy + kAuthorityBook); }

  void PutInForceText(const std::string& text) {
    auto book = guidance::ParseGuidelines(text, "guidelines.yaml");
    ASSERT_TRUE(book.ok()) << book.status();
    server_.guidelines().Activate(*std::move(book));
  }

  // Drafts what needs authority; gives the draft's name.
  std::string Draft(const std::string& text = "We guarantee it.") {
    v1::SubmitInquiryRequest submit;
    submit.mutable_inquiry()->set_text("a pothole");
    submit.mutable_inquiry()->set_channel(v1::EMAIL);
    v1::SubmitInquiryResponse submitted;
    EXPECT_TRUE(server_.intake->SubmitInquiry(Patient().get(), submit, &submitted).ok());
    v1::ClaimInquiriesRequest claim;
    claim.add_queues("queues/roads");
    claim.set_worker("workers/ann");
    claim.mutable_wait_duration()->set_seconds(10);
    v1::ClaimInquiriesResponse claimed;
    EXPECT_TRUE(server_.staff->ClaimInquiries(Patient().get(), claim, &claimed).ok());
    if (claimed.leases_size() != 1) return "";
    lease_token_ = claimed.leases(0).lease_token();
    const auto reply = Reply(lease_token_, text);
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.ok() ? reply->draft() : "";
  }

  absl::StatusOr<v1::ReplyToInquiryResponse> Reply(const std::string& token, const std::string& text) {
    v1::ReplyToInquiryRequest request;
    request.set_lease_token(token);
    request.set_text(text);
    request.set_disposition(v1::ANSWERED);
    v1::ReplyToInquiryResponse response;
    const absl::Status status = Said(server_.staff->ReplyToInquiry(Patient().get(), request, &response));
    if (!status.ok()) return status;
    return response;
  }

  absl::StatusOr<v1::ApproveReplyDraftResponse> Approve(const std::string& draft, const std::string& reviewer,
                                                        int level) {
    v1::ApproveReplyDraftRequest request;
    request.set_name(draft);
    request.set_reviewer(reviewer);
    request.set_authority_level(level);
    v1::ApproveReplyDraftResponse response;
    const absl::Status status = Said(server_.authority->ApproveReplyDraft(Patient().get(), request, &response));
    if (!status.ok()) return status;
    return response;
  }

  absl::StatusOr<v1::ReplyDraft> Return(const std::string& draft, const std::string& advice) {
    v1::ReturnReplyDraftRequest request;
    request.set_name(draft);
    request.set_reviewer("workers/ruth");
    request.set_authority_level(3);
    request.set_advice(advice);
    v1::ReplyDraft response;
    const absl::Status status = Said(server_.authority->ReturnReplyDraft(Patient().get(), request, &response));
    if (!status.ok()) return status;
    return response;
  }

  std::vector<v1::ReplyDraft> Claim(const std::string& reviewer, int level, int most = 10) {
    v1::ClaimReplyDraftsRequest request;
    request.set_reviewer(reviewer);
    request.add_queues("queues/roads");
    request.set_authority_level(level);
    request.set_max_drafts(most);
    v1::ClaimReplyDraftsResponse response;
    const absl::Status status = Said(server_.authority->ClaimReplyDrafts(Patient().get(), request, &response));
    EXPECT_TRUE(status.ok()) << status;
    return {response.drafts().begin(), response.drafts().end()};
  }

  void Register(const v1::Worker& worker) {
    v1::UpdateWorkerRequest update;
    *update.mutable_worker() = worker;
    v1::Worker response;
    const absl::Status status = Said(server_.workers->UpdateWorker(Patient().get(), update, &response));
    EXPECT_TRUE(status.ok()) << status;
  }

  v1::ReplyDraft Get(const std::string& draft) {
    v1::GetReplyDraftRequest request;
    request.set_name(draft);
    v1::ReplyDraft response;
    const absl::Status status = Said(server_.authority->GetReplyDraft(Patient().get(), request, &response));
    EXPECT_TRUE(status.ok()) << status;
    return response;
  }

  std::vector<std::string> Listed(const v1::ListReplyDraftsRequest& request) {
    v1::ListReplyDraftsResponse response;
    const absl::Status status = Said(server_.authority->ListReplyDrafts(Patient().get(), request, &response));
    EXPECT_TRUE(status.ok()) << status;
    std::vector<std::string> names;
    for (const v1::ReplyDraft& draft : response.drafts()) names.push_back(draft.name());
    return names;
  }

  v1::GetInquiryResponse Inquiry(const std::string& draft) {
    v1::GetInquiryRequest request;
    request.set_name(draft.substr(0, draft.find("/drafts/")));
    v1::GetInquiryResponse response;
    EXPECT_TRUE(server_.intake->GetInquiry(Patient().get(), request, &response).ok());
    return response;
  }

  InMemoryEngine engine_;
  EdgeServer server_{*engine_};
  std::string lease_token_;  // of the last draft's author, before it was drafted
};

TEST_F(AuthorityServiceTest, SomebodyWithTheAuthorityLetsItOut) {
  const std::string draft = Draft();
  const v1::ReplyDraft waiting = Get(draft);
  EXPECT_EQ(waiting.state(), v1::ReplyDraft::WAITING);
  EXPECT_EQ(waiting.author(), "workers/ann");
  EXPECT_EQ(waiting.text(), "We guarantee it.");
  EXPECT_EQ(waiting.refusal(), "NEEDS_AUTHORITY: streets@2.1/no-promise");
  EXPECT_EQ(waiting.authority_level(), 3);
  EXPECT_EQ(waiting.queue(), "queues/roads");
  EXPECT_EQ(waiting.deadline().seconds() - waiting.create_time().seconds(), 3600);

  EXPECT_EQ(ReasonOf(Approve(draft, "workers/ruth", 2).status()), reason::kAuthorityTooLow);
  EXPECT_EQ(ReasonOf(Approve(draft, "workers/ann", 9).status()), reason::kAuthorityTooLow);
  const auto approved = Approve(draft, "workers/ruth", 3);
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(approved->decision().verdict(), v1::ReplyDecision::SENT);
  EXPECT_EQ(approved->draft().state(), v1::ReplyDraft::SENT);
  EXPECT_EQ(approved->draft().decided_by(), "workers/ruth");
  EXPECT_FALSE(approved->repeated());
  EXPECT_TRUE(Approve(draft, "workers/ruth", 3)->repeated());
  EXPECT_EQ(ReasonOf(Approve(draft, "workers/rose", 3).status()), reason::kDraftDecided);
  EXPECT_EQ(ReasonOf(Return(draft, "too late").status()), reason::kDraftDecided);

  const v1::GetInquiryResponse inquiry = Inquiry(draft);
  EXPECT_EQ(inquiry.inquiry().state(), v1::Inquiry::COMPLETED);
  ASSERT_EQ(inquiry.inquiry().messages_size(), 1);
  EXPECT_EQ(inquiry.inquiry().messages(0).worker(), "workers/ann");
  EXPECT_THAT(inquiry.inquiry().messages(0).guidelines(), ElementsAre("streets@2.1"));
  ASSERT_EQ(inquiry.events_size(), 6);
  EXPECT_EQ(inquiry.events(2).kind(), v1::Event::AWAITING_AUTHORITY);
  EXPECT_EQ(inquiry.events(3).kind(), v1::Event::AUTHORIZED);
  EXPECT_EQ(inquiry.events(3).worker(), "workers/ruth");
  EXPECT_THAT(server_.Scrape(),
              HasSubstr("switchboard_reply_decisions_total{decision=\"NEEDS_AUTHORITY\",queue=\"roads\"} 1\n"));
}

TEST_F(AuthorityServiceTest, AReviewerHasADraftForItself) {
  const std::string draft = Draft();
  EXPECT_THAT(Claim("workers/ann", 9), IsEmpty()) << "its author";
  EXPECT_THAT(Claim("workers/ruth", 2), IsEmpty());
  const auto claimed = Claim("workers/ruth", 3);
  ASSERT_EQ(claimed.size(), 1U);
  EXPECT_EQ(claimed[0].name(), draft);
  EXPECT_EQ(claimed[0].text(), "We guarantee it.");
  EXPECT_EQ(claimed[0].reviewer(), "workers/ruth");
  EXPECT_GE(claimed[0].review_expire_time().seconds(), claimed[0].create_time().seconds() + 15 * 60);
  EXPECT_THAT(Claim("workers/rose", 3), IsEmpty());
  const auto refused = Approve(draft, "workers/rose", 3);
  EXPECT_EQ(ReasonOf(refused.status()), reason::kDraftClaimed);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("workers/ruth"));
  EXPECT_EQ(Get(draft).reviewer(), "workers/ruth");
  EXPECT_EQ(Get(draft).review_token(), "");

  v1::ReleaseReplyDraftRequest release;
  release.set_name(draft);
  release.set_reviewer("workers/ruth");
  release.set_review_token(claimed[0].review_token());
  v1::ReplyDraft released;
  ASSERT_TRUE(server_.authority->ReleaseReplyDraft(Patient().get(), release, &released).ok());
  EXPECT_EQ(released.reviewer(), "");
  const auto next = Claim("workers/rose", 3);
  ASSERT_EQ(next.size(), 1U);
  v1::ApproveReplyDraftRequest approve;
  approve.set_name(draft);
  approve.set_reviewer("workers/rose");
  approve.set_authority_level(3);
  approve.set_review_token(claimed[0].review_token());
  v1::ApproveReplyDraftResponse response;
  const absl::Status stale = Said(server_.authority->ApproveReplyDraft(Patient().get(), approve, &response));
  EXPECT_EQ(ReasonOf(stale), reason::kReviewLost);
  approve.set_review_token(next[0].review_token());
  ASSERT_TRUE(server_.authority->ApproveReplyDraft(Patient().get(), approve, &response).ok());
  EXPECT_EQ(response.draft().state(), v1::ReplyDraft::SENT);
}

TEST_F(AuthorityServiceTest, ARegisteredReviewerIsHandedWhatItMayDecideOn) {
  PutInForceText(kTrainedBook);
  const std::string draft = Draft();
  v1::Worker ruth;
  ruth.set_name("workers/ruth");
  ruth.set_authority_level(3);
  Register(ruth);
  EXPECT_THAT(Claim("workers/ruth", 9), IsEmpty()) << "not trained";
  ruth.add_trainings()->set_guideline("streets");
  ruth.mutable_trainings(0)->set_major_version(2);
  ruth.set_authority_level(2);
  Register(ruth);
  EXPECT_THAT(Claim("workers/ruth", 9), IsEmpty()) << "the registered level counts";
  ruth.set_authority_level(3);
  ruth.add_languages("fr");
  Register(ruth);
  EXPECT_THAT(Claim("workers/ruth", 0), IsEmpty()) << "another language";
  ruth.add_languages("en");
  ruth.set_activity(v1::Worker::AWAY);
  Register(ruth);
  EXPECT_THAT(Claim("workers/ruth", 0), IsEmpty()) << "away";
  ruth.set_activity(v1::Worker::AVAILABLE);
  Register(ruth);
  EXPECT_EQ(Claim("workers/ruth", 0).size(), 1U);

  v1::SetWorkerActivityRequest away;
  away.set_name("workers/ruth");
  away.set_activity(v1::Worker::AWAY);
  away.set_give_back(true);
  v1::SetWorkerActivityResponse response;
  ASSERT_TRUE(server_.workers->SetWorkerActivity(Patient().get(), away, &response).ok());
  EXPECT_EQ(Get(draft).reviewer(), "") << "who goes away gives drafts back, too";
  EXPECT_EQ(Claim("workers/rose", 3).size(), 1U);
}

// Neither an old nor an ended training keeps a worker from claiming and drafting, and both from sending.
TEST_F(AuthorityServiceTest, WhoIsNotCertifiedAnyMoreMayClaimAndDraftButNotSend) {
  PutInForceText(kTrainedBook);
  const struct {
    int major_version;
    bool ended;
    std::string_view reason;
  } kTrainings[] = {{1, false, reason::kCertificationStale}, {2, true, reason::kCertificationExpired}};
  for (const auto& training : kTrainings) {
    v1::Worker ann;
    ann.set_name("workers/ann");
    ann.add_trainings()->set_guideline("streets");
    ann.mutable_trainings(0)->set_major_version(training.major_version);
    if (training.ended) ann.mutable_trainings(0)->mutable_expire_time()->set_seconds(1700000000);
    Register(ann);
    const std::string draft = Draft();
    ASSERT_NE(draft, "") << training.reason;
    const auto returned = Return(draft, "say what is planned");
    ASSERT_TRUE(returned.ok()) << returned.status();
    EXPECT_EQ(ReasonOf(Reply(returned->lease_token(), "It is planned.").status()), training.reason);
  }
}

// Who lets a reply out sends it, whatever the level: the same training is asked of both.
TEST_F(AuthorityServiceTest, ARegisteredReviewerNeedsTheTrainingThatSendingNeeds) {
  PutInForceText(kTrainedBook);
  const std::string draft = Draft();
  v1::Worker ruth;
  ruth.set_name("workers/ruth");
  ruth.set_authority_level(5);
  Register(ruth);
  EXPECT_EQ(ReasonOf(Approve(draft, "workers/ruth", 9).status()), reason::kNotCertified);
  ruth.add_trainings()->set_guideline("streets");
  ruth.mutable_trainings(0)->set_major_version(1);
  Register(ruth);
  const absl::Status stale = Approve(draft, "workers/ruth", 9).status();
  EXPECT_EQ(ReasonOf(stale), reason::kCertificationStale);
  EXPECT_EQ(ErrorMetadataOf(stale, "guideline"), "streets@2.1");
  ruth.mutable_trainings(0)->set_major_version(2);
  ruth.mutable_trainings(0)->mutable_expire_time()->set_seconds(1700000000);
  Register(ruth);
  EXPECT_EQ(ReasonOf(Approve(draft, "workers/ruth", 9).status()), reason::kCertificationExpired);
  EXPECT_EQ(Get(draft).state(), v1::ReplyDraft::WAITING);
  EXPECT_EQ(Inquiry(draft).inquiry().messages_size(), 0);

  const std::string other = Draft();
  EXPECT_TRUE(Return(other, "say what is planned").ok()) << "advice needs no training";
  ruth.mutable_trainings(0)->clear_expire_time();
  Register(ruth);
  EXPECT_TRUE(Approve(draft, "workers/ruth", 0).ok());
  EXPECT_TRUE(Approve(Draft("We guarantee it today."), "workers/rose", 3).ok()) << "she was never registered";

  // A repetition is one, also where the training has ended and the guidelines forbid it meanwhile, or would let it out
  // under another version: it is not judged again.
  ruth.clear_trainings();
  Register(ruth);
  for (const std::string& guidelines :
       {std::string(kForbiddingBook), absl::StrReplaceAll(kTrainedBook, {{"2.1", "2.2"}})}) {
    PutInForceText(guidelines);
    const auto repeated = Approve(draft, "workers/ruth", 0);
    ASSERT_TRUE(repeated.ok()) << repeated.status();
    EXPECT_TRUE(repeated->repeated());
    EXPECT_EQ(repeated->decision().verdict(), v1::ReplyDecision::SENT);
    EXPECT_EQ(repeated->decision().guidelines_size(), 0);
    EXPECT_EQ(repeated->draft().state(), v1::ReplyDraft::SENT);
  }
}

TEST_F(AuthorityServiceTest, TheRegisteredLevelCounts) {
  v1::UpdateWorkerRequest update;
  update.mutable_worker()->set_name("workers/ruth");
  update.mutable_worker()->set_authority_level(2);
  v1::Worker worker;
  ASSERT_TRUE(server_.workers->UpdateWorker(Patient().get(), update, &worker).ok());
  const std::string draft = Draft();
  EXPECT_EQ(ReasonOf(Approve(draft, "workers/ruth", 9).status()), reason::kAuthorityTooLow);
  update.mutable_worker()->set_authority_level(4);
  ASSERT_TRUE(server_.workers->UpdateWorker(Patient().get(), update, &worker).ok());
  EXPECT_TRUE(Approve(draft, "workers/ruth", 0).ok());
}

TEST_F(AuthorityServiceTest, WhatIsReturnedComesBackWithAdviceUnderANewLease) {
  const std::string draft = Draft();
  EXPECT_EQ(ReasonOf(Reply(lease_token_, "It is planned.").status()), reason::kLeaseLost);
  const auto returned = Return(draft, "say what is planned");
  ASSERT_TRUE(returned.ok()) << returned.status();
  EXPECT_EQ(returned->state(), v1::ReplyDraft::RETURNED);
  const v1::ReplyDraft seen = Get(draft);
  EXPECT_EQ(seen.advice(), "say what is planned");
  EXPECT_EQ(seen.decided_by(), "workers/ruth");
  ASSERT_NE(seen.lease_token(), "");
  EXPECT_TRUE(seen.has_lease_expire_time());
  const auto sent = Reply(seen.lease_token(), "It is planned.");
  ASSERT_TRUE(sent.ok()) << sent.status();
  EXPECT_EQ(sent->decision().verdict(), v1::ReplyDecision::SENT);
  EXPECT_EQ(Inquiry(draft).inquiry().state(), v1::Inquiry::COMPLETED);
}

TEST_F(AuthorityServiceTest, NobodyDecidesAndTheAuthorHasItAgain) {
  PutInForce("authority: {deadline: 1s, at_deadline: RELEASE}");
  const std::string draft = Draft();
  ASSERT_TRUE(Await(absl::Seconds(30), [&] { return Get(draft).state() != v1::ReplyDraft::WAITING; }));
  const v1::ReplyDraft released = Get(draft);
  EXPECT_EQ(released.state(), v1::ReplyDraft::RETURNED);
  EXPECT_EQ(released.decided_by(), "");
  EXPECT_THAT(released.advice(), HasSubstr("nobody with the authority decided in time"));
  EXPECT_TRUE(Reply(released.lease_token(), "It is planned.").ok());
}

TEST_F(AuthorityServiceTest, NobodyDecidesAndTheCitizenIsTold) {
  PutInForce(
      "authority:\n  deadline: 1h\n  queues: {roads: {deadline: 1s, at_deadline: HOLDING_REPLY, holding_reply: {en: "
      "We look into it., fr: Nous y travaillons.}}}");
  const std::string draft = Draft();
  ASSERT_TRUE(Await(absl::Seconds(30), [&] { return Get(draft).state() != v1::ReplyDraft::WAITING; }));
  EXPECT_EQ(Get(draft).state(), v1::ReplyDraft::HOLDING_REPLY_SENT);
  const v1::GetInquiryResponse inquiry = Inquiry(draft);
  ASSERT_EQ(inquiry.inquiry().messages_size(), 1);
  EXPECT_EQ(inquiry.inquiry().messages(0).text(), "We look into it.");
  EXPECT_EQ(inquiry.inquiry().state(), v1::Inquiry::LEASED);
  EXPECT_TRUE(Reply(Get(draft).lease_token(), "It is planned.").ok());
}

TEST_F(AuthorityServiceTest, NobodyDecidesAndItGoesToAnotherQueue) {
  PutInForce("authority: {deadline: 1s, at_deadline: REASSIGN, reassign_to: counter}");
  const std::string draft = Draft();
  ASSERT_TRUE(Await(absl::Seconds(30), [&] { return Get(draft).state() != v1::ReplyDraft::WAITING; }));
  EXPECT_EQ(Get(draft).state(), v1::ReplyDraft::REASSIGNED);
  EXPECT_EQ(Inquiry(draft).inquiry().queue(), "queues/counter");
  EXPECT_EQ(Inquiry(draft).inquiry().state(), v1::Inquiry::READY);
}

TEST_F(AuthorityServiceTest, GuidelinesThatForbidItMeanwhileKeepItIn) {
  const std::string draft = Draft("We guarantee it. Vote for us.");
  auto book = guidance::ParseGuidelines(R"(version: 1
official_languages: [en]
guidelines:
  - id: streets
    version: "3.0"
    name: {en: Streets}
    text: {en: Say when.}
    rules:
      - id: no-politics
        check: FORBID_PATTERN
        patterns: ['\bvote for\b']
        reason: {en: No party politics.}
        suggestion: {en: Leave it out.}
)",
                                        "guidelines.yaml");
  ASSERT_TRUE(book.ok()) << book.status();
  server_.guidelines().Activate(*std::move(book));
  const auto approved = Approve(draft, "workers/ruth", 9);
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(approved->decision().verdict(), v1::ReplyDecision::NEEDS_CHANGE);
  EXPECT_EQ(approved->draft().state(), v1::ReplyDraft::WAITING);
  EXPECT_EQ(Get(draft).state(), v1::ReplyDraft::WAITING);
}

TEST_F(AuthorityServiceTest, ListsWhatWaitsPageByPage) {
  const std::vector<std::string> drafts = {Draft(), Draft(), Draft()};
  EXPECT_THAT(Listed({}), ::testing::ElementsAreArray(drafts));
  v1::ListReplyDraftsRequest request;
  request.set_page_size(2);
  v1::ListReplyDraftsResponse page;
  ASSERT_TRUE(server_.authority->ListReplyDrafts(Patient().get(), request, &page).ok());
  EXPECT_EQ(page.drafts_size(), 2);
  request.set_page_token(page.next_page_token());
  EXPECT_THAT(Listed(request), ElementsAre(drafts[2]));
  request.Clear();
  request.set_authority_level(2);
  EXPECT_THAT(Listed(request), IsEmpty());
  request.Clear();
  request.set_queue("queues/counter");
  EXPECT_THAT(Listed(request), IsEmpty());
  ASSERT_TRUE(Return(drafts[1], "shorter").ok());
  EXPECT_THAT(Listed({}), ElementsAre(drafts[0], drafts[2]));
  request.Clear();
  request.set_state(v1::ReplyDraft::RETURNED);
  request.set_author("workers/ann");
  EXPECT_THAT(Listed(request), ElementsAre(drafts[1]));
}

TEST_F(AuthorityServiceTest, RefusesWhatMakesNoSense) {
  EXPECT_TRUE(absl::IsInvalidArgument(Approve("inquiries/1", "workers/ruth", 3).status()));
  const std::string draft = Draft();
  EXPECT_TRUE(absl::IsInvalidArgument(Approve(draft, "ruth", 3).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Return(draft, "").status()));
  std::string other = draft;
  other.back() = other.back() == '0' ? '1' : '0';
  EXPECT_TRUE(absl::IsNotFound(Approve(other, "workers/ruth", 3).status()));
}

}  // namespace
}  // namespace switchboard::frontline
