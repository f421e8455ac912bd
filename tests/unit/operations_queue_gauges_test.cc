#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/operations/queue_gauges.h"

namespace switchboard::operations {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kSampleTime = absl::FromUnixSeconds(1767225600);

triage::Configuration ConfigurationWith(const std::string& queue) {
  triage::Configuration configuration;
  triage::QueueSettings settings;
  settings.id = queue;
  configuration.queues = {settings};
  return configuration;
}

queue::FiguresSample SampleOf(const std::string& queue, std::vector<queue::LaneFigures> lanes) {
  queue::QueueFigures figures;
  figures.record.name = queue;
  figures.lanes = std::move(lanes);
  return {.time = kSampleTime, .queues = {figures}};
}

TEST(QueueGauges, ShowsEveryPriorityAndState) {
  MetricRegistry registry;
  QueueGauges gauges(registry);

  gauges.Publish(SampleOf("roads", {{.lane = queue::Lane(queue::Priority::kHigh, "en"),
                                     .ready = 5,
                                     .oldest_ready = kSampleTime - absl::Seconds(90)},
                                    {.lane = queue::Lane(queue::Priority::kHigh, "fr"), .ready = 2}}),
                 ConfigurationWith("roads"));

  const std::string scrape = registry.Scrape();
  EXPECT_THAT(scrape, HasSubstr(R"(switchboard_queue_inquiries{priority="HIGH",queue="roads",state="ready"} 7)"));
  EXPECT_THAT(scrape, HasSubstr(R"(switchboard_queue_inquiries{priority="LOW",queue="roads",state="dead"} 0)"));
  EXPECT_THAT(scrape, HasSubstr(R"(switchboard_queue_oldest_age_seconds{priority="HIGH",queue="roads"} 90)"));
  EXPECT_THAT(scrape, HasSubstr(R"(switchboard_queue_oldest_age_seconds{priority="LOW",queue="roads"} 0)"));
}

TEST(QueueGauges, ForgetsQueuesThatAreGone) {
  MetricRegistry registry;
  QueueGauges gauges(registry);
  gauges.Publish(SampleOf("roads", {}), ConfigurationWith("roads"));

  gauges.Publish(SampleOf("roads", {}), ConfigurationWith("water"));

  EXPECT_THAT(registry.Scrape(), Not(HasSubstr("roads")));
}

TEST(QueueGauges, KeepsQueuesThatWereLeftOutButHoldInquiries) {
  MetricRegistry registry;
  QueueGauges gauges(registry);

  gauges.Publish(SampleOf("roads", {{.dead = 1}}), ConfigurationWith("water"));

  EXPECT_THAT(registry.Scrape(),
              HasSubstr(R"(switchboard_queue_inquiries{priority="NORMAL",queue="roads",state="dead"} 1)"));
}

TEST(QueueGauges, ShowsWhatWaitsForConnectorsUntilItIsGone) {
  MetricRegistry registry;
  QueueGauges gauges(registry);
  queue::FiguresSample sample = SampleOf("roads", {});
  sample.outbound = {{.channel = 5, .waiting = 7, .oldest = kSampleTime - absl::Seconds(90)}};

  gauges.Publish(sample, ConfigurationWith("roads"));

  EXPECT_THAT(registry.Scrape(), HasSubstr("switchboard_outbound_messages{channel=\"EMAIL\"} 7\n"));
  EXPECT_THAT(registry.Scrape(), HasSubstr("switchboard_outbound_oldest_age_seconds{channel=\"EMAIL\"} 90\n"));
  EXPECT_THAT(registry.Scrape(), HasSubstr("switchboard_outbound_messages{channel=\"X\"} 0\n"));
  gauges.Publish(SampleOf("roads", {}), ConfigurationWith("roads"));
  EXPECT_THAT(registry.Scrape(), HasSubstr("switchboard_outbound_messages{channel=\"EMAIL\"} 0\n"));
  EXPECT_THAT(registry.Scrape(), HasSubstr("switchboard_outbound_oldest_age_seconds{channel=\"EMAIL\"} 0\n"));
}

}  // namespace
}  // namespace switchboard::operations
