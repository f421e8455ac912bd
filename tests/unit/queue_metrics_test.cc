#include "services/queue/queue_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace switchboard::queue {
namespace {

using testing::HasSubstr;
using testing::Not;

class QueueMetricsTest : public testing::Test {
 protected:
  MetricRegistry registry_;
  QueueMetrics metrics_{registry_};
};

TEST_F(QueueMetricsTest, CountsUnderTheWordsOfTheApi) {
  QueueSeries& roads = metrics_.ForQueue("roads");
  roads.CountLeases(LeaseEvent::kStaleRejected);
  roads.CountRedelivery(ReturnReason::kExpired);
  roads.CountDeadLetter(ReturnReason::kReleased);
  roads.ObserveGrant(5, absl::Seconds(3));
  roads.ObserveFirstResponse(5, absl::Seconds(90), true);
  roads.ObserveCompletion(5, 1, absl::Minutes(1), absl::Minutes(2), false);
  roads.ObserveCompletion(5, 1, absl::ZeroDuration(), absl::ZeroDuration(), std::nullopt);
  roads.CountWithdrawal(5);
  roads.CountReview(ReviewEvent::kClaimed);
  roads.CountReview(ReviewEvent::kRefused);
  const std::string text = registry_.Scrape();
  for (const char* line :
       {"switchboard_lease_events_total{event=\"stale_rejected\",queue=\"roads\"} 1",
        "switchboard_reply_reviews_total{event=\"claimed\",queue=\"roads\"} 1",
        "switchboard_reply_reviews_total{event=\"refused\",queue=\"roads\"} 1",
        "switchboard_redeliveries_total{queue=\"roads\",reason=\"expired\"} 1",
        "switchboard_dead_letters_total{queue=\"roads\",reason=\"released\"} 1",
        "switchboard_queue_wait_seconds_count{channel=\"EMAIL\",queue=\"roads\"} 1",
        "switchboard_handle_seconds_sum{channel=\"EMAIL\",queue=\"roads\"} 60",
        "switchboard_resolution_seconds_sum{channel=\"EMAIL\",queue=\"roads\"} 120",
        "switchboard_first_response_seconds_sum{channel=\"EMAIL\",queue=\"roads\"} 90",
        "switchboard_service_level_total{channel=\"EMAIL\",kind=\"first_response\",queue=\"roads\",result=\"met\"} 1",
        "switchboard_service_level_total{channel=\"EMAIL\",kind=\"resolution\",queue=\"roads\",result=\"missed\"} 1",
        "switchboard_service_level_total{channel=\"EMAIL\",kind=\"resolution\",queue=\"roads\",result=\"met\"} 0",
        "switchboard_inquiries_closed_total{channel=\"EMAIL\",disposition=\"ANSWERED\",queue=\"roads\"} 2",
        "switchboard_inquiries_closed_total{channel=\"EMAIL\",disposition=\"WITHDRAWN\",queue=\"roads\"} 1"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
}

TEST_F(QueueMetricsTest, DeliveriesAreThereBeforeTheFirstReport) {
  EXPECT_THAT(registry_.Scrape(),
              HasSubstr("switchboard_delivery_reports_total{channel=\"SMS\",outcome=\"permanent\"} 0\n"));
  metrics_.CountDelivery(10, DeliveryReport::kPermanent);
  metrics_.CountDelivery(1, DeliveryReport::kGivenUp);
  const std::string text = registry_.Scrape();
  EXPECT_THAT(text, HasSubstr("switchboard_delivery_reports_total{channel=\"SMS\",outcome=\"permanent\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("switchboard_delivery_reports_total{channel=\"X\",outcome=\"given_up\"} 1\n"));
}

TEST_F(QueueMetricsTest, NumbersThatTheApiDoesNotKnowAddNoSeries) {
  for (const int number : {-1, 15, 99, 1 << 20}) {
    metrics_.ForQueue("roads").ObserveCompletion(number, number, {}, {}, std::nullopt);
  }
  const std::string text = registry_.Scrape();
  EXPECT_THAT(text,
              HasSubstr("channel=\"CHANNEL_UNSPECIFIED\",disposition=\"DISPOSITION_UNSPECIFIED\",queue=\"roads\"} 4"));
  EXPECT_THAT(text, Not(HasSubstr("99")));
}

TEST_F(QueueMetricsTest, ASeriesIsTheSameEachTime) {
  EXPECT_EQ(&metrics_.ForQueue("roads"), &metrics_.ForQueue("roads"));
}

}  // namespace
}  // namespace switchboard::queue
