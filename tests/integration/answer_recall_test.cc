// Recalls over the real engine with the in-memory store: what is refused, what is told, and in which language.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "services/answers/recall_desk.h"
#include "tests/support/edge_server.h"
#include "tests/support/in_memory_answer_store.h"

namespace switchboard::answers {
namespace {

constexpr char kGuidelines[] = R"(version: 1
official_languages: [en, fr]
guidelines:
  - id: streets
    version: "1.0"
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

class AnswerRecallTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_.guidelines().Activate(*guidance::ParseGuidelines(kGuidelines, "g.yaml"));
    PutInForce(1);
  }

  void PutInForce(int version) {
    const std::string yaml = "version: 1\nanswers:\n  - {id: report, version: " + std::to_string(version) +
                             ", topics: [potholes], title: {en: T}, text: {en: A crew comes in five days.}}\n";
    const auto library = guidance::ParseAnswers(yaml, "a.yaml");
    ASSERT_TRUE(library.ok()) << library.status();
    const guidance::Answer& answer = (*library)->answers[0];
    ASSERT_TRUE(store_.Keep({{answer.id, answer.version, guidance::WriteAnswer(answer)}}).ok());
    server_.answers().Activate(*library);
  }

  // An inquiry that was answered with the version.
  std::string AnsweredWith(int version, v1::Channel channel = v1::X) {
    v1::SubmitInquiryRequest submit;
    submit.mutable_inquiry()->set_text("a pothole");
    submit.mutable_inquiry()->set_channel(channel);
    v1::SubmitInquiryResponse submitted;
    EXPECT_TRUE(server_.intake->SubmitInquiry(Patient().get(), submit, &submitted).ok());
    v1::ClaimInquiriesRequest claim;
    claim.add_queues("queues/roads");
    claim.set_worker("workers/ann");
    claim.mutable_wait_duration()->set_seconds(10);
    v1::ClaimInquiriesResponse claimed;
    EXPECT_TRUE(server_.staff->ClaimInquiries(Patient().get(), claim, &claimed).ok());
    EXPECT_EQ(claimed.leases_size(), 1);
    v1::ReplyToInquiryRequest reply;
    reply.set_lease_token(claimed.leases(0).lease_token());
    reply.set_text("A crew comes.");
    reply.set_disposition(v1::ANSWERED);
    reply.add_answers_used("answers/report@" + std::to_string(version));
    v1::ReplyToInquiryResponse replied;
    const absl::Status status = Said(server_.staff->ReplyToInquiry(Patient().get(), reply, &replied));
    EXPECT_TRUE(status.ok()) << status;
    return submitted.inquiry().name();
  }

  static RecallOrder OrderFor(int version) {
    return {.id = "report", .version = version, .reason = "wrong", .worker = "rita", .max_count = 1000};
  }

  InMemoryEngine engine_;
  EdgeServer server_{*engine_};
  guidance::InMemoryAnswerStore store_;
  std::optional<int> registered_level_;
  absl::Status may_send_;
  absl::Status may_send_by_email_;
  std::string asked_;  // of which leg was asked last
  RecallDesk desk_{
      *engine_,
      store_,
      server_.guidelines(),
      server_.answers(),
      {.level_of = [this](const std::string&) { return registered_level_; },
       .may_send =
           [this](const std::string& worker, std::string_view topic, std::string_view channel, bool is_public) {
             asked_ = StrCat(worker, " ", topic, " ", channel, is_public ? " in public" : " in private");
             return channel == "EMAIL" ? may_send_by_email_ : may_send_;
           }}};
};

TEST_F(AnswerRecallTest, NeedsAVersionThatWasAndWordsToSay) {
  EXPECT_TRUE(absl::IsNotFound(desk_.Recall(OrderFor(9)).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(desk_.Recall(OrderFor(1)).status()));
  server_.guidelines().Activate(nullptr);
  EXPECT_TRUE(HasReason(desk_.Recall(OrderFor(1)).status(), reason::kNoConfiguration));
  EXPECT_TRUE(engine_->RecalledAnswers()->empty());
}

TEST_F(AnswerRecallTest, WhatGuidelinesRefuseIsLeftForOtherWords) {
  const std::string inquiry = AnsweredWith(1);
  RecallOrder order = OrderFor(1);
  order.corrections = {{"en", "We guarantee that a crew comes in five days."}};
  const auto refused = desk_.Recall(order);
  ASSERT_TRUE(refused.ok()) << refused.status();
  EXPECT_EQ(refused->corrected, 0);
  EXPECT_EQ(refused->remaining, 1);
  ASSERT_EQ(refused->refused.size(), 1U);
  EXPECT_EQ(InquiryName(refused->refused[0].inquiry), inquiry);
  EXPECT_EQ(refused->refused[0].decision.verdict, guidance::ReplyVerdict::kNeedsAuthority);
  EXPECT_TRUE(server_.answers().recalled()->contains("report@1"));

  order.authority_level = 3;
  order.dry_run = true;
  EXPECT_EQ(desk_.Recall(order)->corrected, 1);
  EXPECT_EQ(desk_.Recall(order)->remaining, 1);
  order.dry_run = false;
  EXPECT_EQ(desk_.Recall(order)->corrected, 1);
  EXPECT_EQ(desk_.Recall(order)->corrected, 0);
  EXPECT_EQ(desk_.Recall(order)->remaining, 0);
}

TEST_F(AnswerRecallTest, ARegisteredLevelCountsWhateverIsSaid) {
  AnsweredWith(1);
  RecallOrder order = OrderFor(1);
  order.corrections = {{"en", "We guarantee that a crew comes in five days."}};
  order.authority_level = 9;
  registered_level_ = 2;
  EXPECT_EQ(desk_.Recall(order)->corrected, 0);
  order.authority_level = 0;
  registered_level_ = 3;
  EXPECT_EQ(desk_.Recall(order)->corrected, 1);
}

TEST_F(AnswerRecallTest, WhoMayNotSendRecallsNothing) {
  AnsweredWith(1);
  PutInForce(2);
  may_send_ = MakeError(absl::StatusCode::kFailedPrecondition, reason::kNotCertified, "never certified");
  EXPECT_TRUE(HasReason(desk_.Recall(OrderFor(1)).status(), reason::kNotCertified));
  EXPECT_EQ(*engine_->CountUncorrected("report@1"), 1);
  EXPECT_TRUE(engine_->RecalledAnswers()->empty());
  may_send_ = absl::OkStatus();
  EXPECT_EQ(desk_.Recall(OrderFor(1))->corrected, 1);
  EXPECT_EQ(asked_, "rita potholes X in public");
}

TEST_F(AnswerRecallTest, WhatTheWorkerMayNotSendIsLeftForAnother) {
  AnsweredWith(1, v1::EMAIL);
  AnsweredWith(1);
  PutInForce(2);
  may_send_by_email_ = MakeError(absl::StatusCode::kFailedPrecondition, reason::kNotCertified, "never certified");
  const auto result = desk_.Recall(OrderFor(1));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->corrected, 1);
  EXPECT_EQ(result->remaining, 1);
  EXPECT_TRUE(HasReason(desk_.Recall(OrderFor(1)).status(), reason::kNotCertified));
  may_send_by_email_ = absl::OkStatus();
  EXPECT_EQ(desk_.Recall(OrderFor(1))->remaining, 0);
}

// The later version is wrong as well: whoever read its text in a correction is told so, too.
TEST_F(AnswerRecallTest, ACorrectionIsCorrectedInItsTurn) {
  AnsweredWith(1);
  PutInForce(2);
  EXPECT_EQ(desk_.Recall(OrderFor(1))->corrected, 1);
  AnsweredWith(2);
  PutInForce(3);
  const auto result = desk_.Recall(OrderFor(2));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->corrected, 2);
  EXPECT_EQ(result->remaining, 0);
}

TEST_F(AnswerRecallTest, WordsOfTheCallersOwnCiteNothing) {
  AnsweredWith(1);
  PutInForce(2);
  RecallOrder order = OrderFor(1);
  order.corrections = {{"en", "A crew comes in a week."}};
  EXPECT_EQ(desk_.Recall(order)->corrected, 1);
  EXPECT_EQ(*engine_->CountUncorrected("report@2"), 0);
}

TEST_F(AnswerRecallTest, GoesOnWhereItStopped) {
  for (int i = 0; i < 5; ++i) AnsweredWith(1);
  PutInForce(2);
  RecallOrder order = OrderFor(1);
  order.max_count = 2;
  for (const auto& [corrected, remaining] : {std::pair(2, 3), std::pair(2, 1), std::pair(1, 0), std::pair(0, 0)}) {
    const auto result = desk_.Recall(order);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->corrected, corrected);
    EXPECT_EQ(result->remaining, remaining);
  }
  const auto delivered = engine_->ClaimDeliveries(v1::X, 100, absl::Minutes(1));
  ASSERT_EQ(delivered->size(), 10U);
  EXPECT_EQ(delivered->back().message.text, "A crew comes in five days.");
}

TEST_F(AnswerRecallTest, StopsWhereTheCallerHasGone) {
  AnsweredWith(1);
  PutInForce(2);
  RecallOrder order = OrderFor(1);
  order.given_up = [] { return true; };
  EXPECT_TRUE(absl::IsCancelled(desk_.Recall(order).status()));
  EXPECT_EQ(*engine_->CountUncorrected("report@1"), 1);
}

}  // namespace
}  // namespace switchboard::answers
