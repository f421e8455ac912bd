#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/metrics/metric_registry.h"
#include "common/status/errors.h"
#include "google/rpc/error_details.pb.h"
#include "services/intake/draft.h"
#include "tests/support/example_triage.h"
#include "tests/support/fake_clock.h"

namespace switchboard::intake {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

constexpr size_t kMostText = 1000;

v1::SubmitInquiryRequest Request(const std::string& text, v1::Channel channel = v1::EMAIL) {
  v1::SubmitInquiryRequest request;
  request.mutable_inquiry()->set_text(text);
  request.mutable_inquiry()->set_channel(channel);
  return request;
}

std::vector<std::string> WrongFields(const absl::Status& status) {
  google::rpc::BadRequest bad_request;
  std::vector<std::string> fields;
  if (ReadDetail(status, bad_request)) {
    for (const auto& violation : bad_request.field_violations()) fields.push_back(violation.field());
  }
  return fields;
}

class DraftTest : public ::testing::Test {
 protected:
  DraftTest() { engine_.Activate(ExampleSnapshot()); }

  absl::StatusOr<Draft> Read(const v1::SubmitInquiryRequest& request) {
    Draft draft;
    absl::Status read = ReadDraft(request, engine_.snapshot()->configuration.get(), kMostText, draft);
    if (!read.ok()) return read;
    return draft;
  }
  queue::Submission Route(const v1::SubmitInquiryRequest& request) {
    auto draft = Read(request);
    EXPECT_TRUE(draft.ok()) << draft.status();
    const absl::Status sorted = SortAndRoute(*draft, triage_);
    EXPECT_TRUE(sorted.ok()) << sorted;
    return std::move(draft->submission);
  }

  FakeClock clock_;
  MetricRegistry registry_;
  triage::TriageMetrics metrics_{registry_};
  triage::TriageEngine engine_;
  triage::CountedTriage triage_{engine_, clock_, metrics_};
};

TEST_F(DraftTest, EveryWrongFieldIsNamedAtOnce) {
  v1::SubmitInquiryRequest request = Request(" ", static_cast<v1::Channel>(99));
  v1::Inquiry& inquiry = *request.mutable_inquiry();
  inquiry.set_visibility(static_cast<v1::Visibility>(7));
  inquiry.set_language("english");
  inquiry.set_topic("topics/nothing-of-ours");
  inquiry.set_area("North");
  inquiry.set_external_id(std::string(257, 'x'));
  inquiry.set_author(std::string("a\0b", 3));
  request.set_request_id("once");
  const absl::Status status = Read(request).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(WrongFields(status), UnorderedElementsAre("inquiry.text", "inquiry.channel", "inquiry.visibility",
                                                        "inquiry.language", "inquiry.topic", "inquiry.area",
                                                        "inquiry.external_id", "inquiry.author", "request_id"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("Channel has no number 99"));
}

TEST_F(DraftTest, ARequestWithoutAnInquiryIsRefused) {
  EXPECT_THAT(WrongFields(Read({}).status()), UnorderedElementsAre("inquiry"));
}

TEST_F(DraftTest, ASureOneGoesWhereItsTopicLeads) {
  const queue::Submission submission = Route(Request("my passport is late"));
  EXPECT_EQ(submission.queue, "passports");
  EXPECT_EQ(submission.priority, queue::Priority::kNormal);
  EXPECT_EQ(submission.content.topic, "passports");
  EXPECT_EQ(submission.content.runner_up, "praise");
  EXPECT_EQ(submission.content.route, "passports-all");
  EXPECT_EQ(submission.content.topic_method, v1::TopicAssignment::MODEL);
  EXPECT_EQ(submission.content.visibility, v1::PRIVATE);
  EXPECT_FALSE(submission.content.unsure);
}

TEST_F(DraftTest, AnUnsureOneGoesToTheGeneralQueueWithItsGuess) {
  const queue::Submission submission = Route(Request("where is my refund"));
  EXPECT_EQ(submission.queue, "general");
  EXPECT_TRUE(submission.content.unsure);
  EXPECT_EQ(submission.content.topic, "");
  EXPECT_EQ(submission.content.runner_up, "passports");
  EXPECT_FLOAT_EQ(submission.content.confidence, 0.4F);
}

TEST_F(DraftTest, OneThatBelongsToNothingHasNoGuess) {
  const queue::Submission submission = Route(Request("what is the capital of Australia"));
  EXPECT_EQ(submission.queue, "general");
  EXPECT_EQ(submission.content.runner_up, "");
}

TEST_F(DraftTest, TheRouteSeesChannelVisibilityAndOverflow) {
  const queue::Submission submission = Route(Request("a pothole", v1::X));
  EXPECT_EQ(submission.content.route, "potholes-x");
  EXPECT_EQ(submission.priority, queue::Priority::kHigh);
  EXPECT_EQ(submission.overflow_after, absl::Hours(4));
  EXPECT_EQ(submission.overflow_queue, "general");

  v1::SubmitInquiryRequest hidden = Request("a pothole", v1::X);
  hidden.mutable_inquiry()->set_visibility(v1::PRIVATE);
  EXPECT_EQ(Route(hidden).content.route, "potholes-all");
}

TEST_F(DraftTest, UrgencyIsWrittenDown) {
  const queue::Submission submission = Route(Request("a gas leak below the pothole"));
  EXPECT_EQ(submission.priority, queue::Priority::kUrgent);
  EXPECT_EQ(submission.content.urgency_signals, "gas-leak");
}

TEST_F(DraftTest, TheCallersTopicCounts) {
  v1::SubmitInquiryRequest request = Request("where is my refund");
  request.mutable_inquiry()->set_topic("topics/potholes");
  const queue::Submission submission = Route(request);
  EXPECT_EQ(submission.content.topic, "potholes");
  EXPECT_EQ(submission.content.topic_method, v1::TopicAssignment::CALLER);
  EXPECT_EQ(submission.content.confidence, 1);
  EXPECT_EQ(submission.queue, "roads");
}

TEST_F(DraftTest, TheCallersPriorityStandsAboveRouteAndUrgency) {
  v1::SubmitInquiryRequest request = Request("a gas leak near the pothole");
  const queue::Submission found = Route(request);
  ASSERT_EQ(found.priority, queue::Priority::kUrgent);
  request.mutable_inquiry()->set_priority(v1::LOW);
  const queue::Submission given = Route(request);
  EXPECT_EQ(given.priority, queue::Priority::kLow);
  EXPECT_EQ(given.content.urgency_signals, "");
  EXPECT_EQ(given.content.topic, found.content.topic);
  EXPECT_NE(given.content_hash, found.content_hash);
  request.mutable_inquiry()->set_priority(static_cast<v1::Priority>(9));
  EXPECT_THAT(WrongFields(Read(request).status()), UnorderedElementsAre("inquiry.priority"));
}

TEST_F(DraftTest, ATopicThatWentOutOfForceMeanwhileIsTheCallersMistake) {
  v1::SubmitInquiryRequest request = Request("a pothole");
  request.mutable_inquiry()->set_topic("topics/potholes");
  auto draft = Read(request);
  triage::Configuration smaller = ExampleConfiguration();
  smaller.topics.erase(smaller.topics.begin() + 1);
  engine_.Activate(ExampleSnapshot(smaller, 2));
  EXPECT_THAT(WrongFields(SortAndRoute(*draft, triage_)), UnorderedElementsAre("inquiry.topic"));
}

TEST_F(DraftTest, TheSameContentHasTheSameHashWhateverIsInForce) {
  const uint64_t before = Read(Request("a pothole"))->submission.content_hash;
  v1::SubmitInquiryRequest spelled_out = Request("a pothole");
  spelled_out.mutable_inquiry()->set_visibility(v1::PRIVATE);
  EXPECT_EQ(Read(spelled_out)->submission.content_hash, before);
  spelled_out.mutable_inquiry()->set_language("en");
  EXPECT_NE(Read(spelled_out)->submission.content_hash, before);
}

TEST_F(DraftTest, NothingIsSortedBeforeAConfigurationIsInForce) {
  triage::TriageEngine empty;
  const triage::CountedTriage triage(empty, clock_, metrics_);
  Draft draft;
  ASSERT_TRUE(ReadDraft(Request("a pothole"), nullptr, kMostText, draft).ok());
  EXPECT_TRUE(HasReason(SortAndRoute(draft, triage), reason::kNoConfiguration));
}

TEST_F(DraftTest, SortingIsCountedButNotWhereSomebodyOnlyAsks) {
  Route(Request("a pothole"));
  v1::SubmitInquiryRequest asking = Request("a pothole");
  asking.set_validate_only(true);
  Route(asking);
  EXPECT_THAT(registry_.Scrape(), HasSubstr("switchboard_sorted_total{method=\"MODEL\",topic=\"potholes\"} 1"));
}

}  // namespace
}  // namespace switchboard::intake
