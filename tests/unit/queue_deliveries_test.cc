// What the engine answers to connectors, over the in-memory store, with a clock that only the test moves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/runtime/log.h"
#include "common/status/errors.h"
#include "services/queue/in_memory_queue_store.h"
#include "services/queue/queue_engine.h"
#include "tests/support/engine_client.h"
#include "tests/support/fake_clock.h"
#include "tests/support/faulty_queue_store.h"

namespace switchboard::queue {
namespace {

using testing::HasSubstr;

constexpr int16_t kEmail = 5;

class DeliveriesTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(client_.Start({"roads"}).ok());
    ASSERT_TRUE(client_.Submit(PlainSubmission("roads")).ok());
    const auto leases = client_.ClaimNow("roads");
    ASSERT_TRUE(leases.ok() && leases->size() == 1) << leases.status();
    ReplyRequest request{.lease_token = leases->front().token, .request_id = RandomUuid(), .disposition = 1};
    request.message.text = "A crew comes on Monday.";
    ASSERT_TRUE(client_.engine().Reply(request).ok());
  }

  // The token of what waits, or "".
  std::string ClaimDelivery() {
    const auto granted = client_.engine().ClaimDeliveries(kEmail, 10, absl::Minutes(1));
    EXPECT_TRUE(granted.ok()) << granted.status();
    return granted.ok() && granted->size() == 1 ? granted->front().token : "";
  }
  absl::StatusOr<ReportedDelivery> Report(const std::string& token, DeliveryResult result) {
    return client_.engine().ReportDelivery(token, result, "");
  }

  FakeClock clock_;
  InMemoryQueueStore store_;
  EngineClient client_{store_, clock_};
};

TEST_F(DeliveriesTest, WhatWasDeliveredIsTriedNoMore) {
  const std::string token = ClaimDelivery();
  for (const bool repeated : {false, true}) {
    const auto reported = Report(token, DeliveryResult::kDelivered);
    ASSERT_TRUE(reported.ok()) << reported.status();
    EXPECT_EQ(reported->repeated, repeated);
    EXPECT_EQ(reported->next_attempt, std::nullopt);
  }
  const absl::Status refused = Report(token, DeliveryResult::kTemporaryFailure).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReasonOf(refused), reason::kLeaseLost);
  EXPECT_EQ(ErrorMetadataOf(refused, "reported"), "DELIVERED");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("was reported as DELIVERED before"));
}

TEST_F(DeliveriesTest, ARepetitionNamesTheSameNextAttempt) {
  const std::string token = ClaimDelivery();
  const auto first = Report(token, DeliveryResult::kTemporaryFailure);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(first->next_attempt.has_value());
  clock_.Advance(absl::Seconds(7));
  const auto again = Report(token, DeliveryResult::kTemporaryFailure);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->next_attempt, first->next_attempt);
}

TEST_F(DeliveriesTest, WhatWasDeliveredAfterAllIsNotHandedOutAgain) {
  const std::string token = ClaimDelivery();
  ASSERT_TRUE(Report(token, DeliveryResult::kTemporaryFailure).ok());
  const auto late = Report(token, DeliveryResult::kDelivered);
  ASSERT_TRUE(late.ok()) << late.status();
  EXPECT_FALSE(late->repeated);
  EXPECT_EQ(late->next_attempt, std::nullopt);
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(ClaimDelivery(), "");
}

TEST_F(DeliveriesTest, ASecondWordIsRefusedOnceSomebodyElseHasIt) {
  const std::string token = ClaimDelivery();
  ASSERT_TRUE(Report(token, DeliveryResult::kTechnicalFailure).ok());
  clock_.Advance(absl::Minutes(1));
  const std::string second = ClaimDelivery();
  ASSERT_NE(second, "");
  EXPECT_EQ(ErrorMetadataOf(Report(token, DeliveryResult::kDelivered).status(), "reported"), "TECHNICAL_FAILURE");
  EXPECT_TRUE(Report(second, DeliveryResult::kDelivered).ok());
}

TEST_F(DeliveriesTest, ReportsAreCountedOnce) {
  const auto counted = [&](const std::string& outcome) {
    const std::string text = client_.registry().Scrape();
    const std::string series = "switchboard_delivery_reports_total{channel=\"EMAIL\",outcome=\"" + outcome + "\"} ";
    const size_t at = text.find(series);
    return at == std::string::npos ? -1 : std::stoi(text.substr(at + series.size()));
  };
  std::vector<std::string> logged;
  SetLogSinkForTest([&](std::string_view line) {
    if (line.find("could not be delivered") != std::string_view::npos) logged.emplace_back(line);
  });
  for (int attempt = 1; attempt <= 10; ++attempt) {
    const std::string token = ClaimDelivery();
    for (int call = 0; call < 2; ++call) ASSERT_TRUE(Report(token, DeliveryResult::kTemporaryFailure).ok()) << attempt;
    EXPECT_EQ(counted("temporary"), std::min(attempt, 9));
    clock_.Advance(absl::Hours(2));
  }
  SetLogSinkForTest({});
  EXPECT_EQ(counted("given_up"), 1);
  EXPECT_EQ(counted("permanent"), 0);
  // Which inquiry it was is in the log, once, and nothing that its citizen wrote.
  EXPECT_THAT(logged, testing::ElementsAre(testing::AllOf(HasSubstr("inquiries/"), testing::Not(HasSubstr("Monday")))));
}

TEST_F(DeliveriesTest, FiguresCountWhatWaits) {
  const absl::Time sent = clock_.Now();
  clock_.Advance(absl::Minutes(3));
  const std::string token = ClaimDelivery();
  const auto before = client_.engine().Figures(absl::ZeroDuration());
  ASSERT_TRUE(before.ok()) << before.status();
  ASSERT_EQ(before->outbound.size(), 1U);
  EXPECT_EQ(before->outbound[0].channel, kEmail);
  EXPECT_EQ(before->outbound[0].waiting, 1);
  EXPECT_EQ(before->outbound[0].oldest, sent);
  ASSERT_TRUE(Report(token, DeliveryResult::kDelivered).ok());
  EXPECT_TRUE(client_.engine().Figures(absl::ZeroDuration())->outbound.empty());
}

// The answer to every other report is lost after it took effect: the engine asks again, and counts it all the same.
TEST(DeliveriesDoubtTest, AReportWhoseAnswerIsLostIsCountedOnce) {
  constexpr int kMessages = 50;
  SystemClock clock;
  InMemoryQueueStore inner;
  FaultyQueueStore store(inner, /*seed=*/11);
  EngineClient client(store, clock, {.in_doubt_limit = absl::Minutes(1)});
  ASSERT_TRUE(client.Start({"roads"}).ok());
  for (int i = 0; i < kMessages; ++i) ASSERT_TRUE(client.Submit(PlainSubmission("roads")).ok());
  const auto leases = client.ClaimNow("roads", kMessages);
  ASSERT_TRUE(leases.ok()) << leases.status();
  for (const GrantedLease& lease : *leases) {
    ReplyRequest request{.lease_token = lease.token, .request_id = RandomUuid(), .disposition = 1};
    request.message.text = "A crew comes on Monday.";
    ASSERT_TRUE(client.engine().Reply(request).ok());
  }
  const auto granted = client.engine().ClaimDeliveries(kEmail, kMessages, absl::Minutes(1));
  ASSERT_TRUE(granted.ok()) << granted.status();
  ASSERT_THAT(*granted, testing::SizeIs(kMessages));
  store.LoseAnswers(0.5);
  for (const GrantedDelivery& delivery : *granted) {
    ASSERT_TRUE(client.engine().ReportDelivery(delivery.token, DeliveryResult::kDelivered, "").ok());
  }
  EXPECT_THAT(client.registry().Scrape(),
              HasSubstr("switchboard_delivery_reports_total{channel=\"EMAIL\",outcome=\"delivered\"} 50\n"));
}

}  // namespace
}  // namespace switchboard::queue
