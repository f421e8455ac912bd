#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/operations/queue_view.h"

namespace switchboard::operations {
namespace {

using ::testing::ElementsAre;

const absl::Time kNow = absl::FromUnixSeconds(1767225600);

triage::QueueSettings SettingsOf(const std::string& id) {
  triage::QueueSettings settings;
  settings.id = id;
  settings.name = {{"en", "Roads"}};
  return settings;
}

queue::QueueFigures FiguresOf(const std::string& name, std::vector<queue::LaneFigures> lanes) {
  queue::QueueFigures figures;
  figures.record.name = name;
  figures.lanes = std::move(lanes);
  return figures;
}

TEST(VisibleQueues, ThoseOfTheConfigurationInItsOrderThenForgottenOnesThatHoldInquiries) {
  triage::Configuration configuration;
  configuration.queues = {SettingsOf("roads"), SettingsOf("general")};
  queue::FiguresSample sample;
  sample.queues = {FiguresOf("empty-and-left-out", {}), FiguresOf("general", {}), FiguresOf("left-out", {{.dead = 1}})};

  EXPECT_THAT(VisibleQueues(configuration, sample), ElementsAre("roads", "general", "left-out"));
}

TEST(FillQueue, SumsLanesByPriority) {
  triage::Configuration configuration;
  configuration.queues = {SettingsOf("roads")};
  configuration.queues[0].calendar = "city-hall";
  configuration.queues[0].resolution.low = absl::Hours(80);
  queue::FiguresSample sample{.time = kNow};
  sample.queues = {FiguresOf(
      "roads",
      {{.lane = queue::Lane(queue::Priority::kUrgent, "en"), .ready = 2, .oldest_ready = kNow - absl::Minutes(5)},
       {.lane = queue::Lane(queue::Priority::kUrgent, "fr"),
        .ready = 1,
        .leased = 4,
        .oldest_ready = kNow - absl::Minutes(9)},
       {.lane = queue::Lane(queue::Priority::kLow, "fr"), .delayed = 7, .dead = 8}})};

  v1::Queue queue;
  FillQueue("roads", configuration, sample, queue);

  EXPECT_EQ(queue.name(), "queues/roads");
  EXPECT_EQ(queue.display_names().at("en"), "Roads");
  EXPECT_EQ(queue.service_levels().at("URGENT").seconds(), 1800);
  EXPECT_EQ(queue.calendar(), "city-hall");
  ASSERT_EQ(queue.resolution_targets().size(), 1U);
  EXPECT_EQ(queue.resolution_targets().at("LOW").seconds(), 80 * 3600);
  EXPECT_EQ(queue.figures().ready(), 3);
  EXPECT_EQ(queue.figures().leased(), 4);
  EXPECT_EQ(queue.figures().delayed(), 7);
  EXPECT_EQ(queue.figures().dead(), 8);
  EXPECT_EQ(queue.figures().oldest_age().seconds(), 540);
  ASSERT_EQ(queue.figures_by_priority_size(), 4);
  EXPECT_EQ(queue.figures_by_priority(0).priority(), v1::URGENT);
  EXPECT_EQ(queue.figures_by_priority(0).ready(), 3);
  EXPECT_EQ(queue.figures_by_priority(3).dead(), 8);
  EXPECT_EQ(queue.figures_by_priority(3).oldest_age().seconds(), 0);
}

TEST(FillQueue, QueueThatNoSampleKnowsIsEmpty) {
  triage::Configuration configuration;
  configuration.queues = {SettingsOf("roads")};

  v1::Queue queue;
  FillQueue("roads", configuration, {.time = kNow}, queue);

  EXPECT_EQ(queue.figures().ready(), 0);
  EXPECT_EQ(queue.figures_by_priority_size(), 4);
  EXPECT_FALSE(queue.paused());
}

TEST(FillHolders, NamesWorkers) {
  v1::Queue queue;
  const queue::LeaseHolder holders[] = {{.worker = "anna", .leases = 3, .next_expiry = kNow}};
  FillHolders(holders, queue);

  ASSERT_EQ(queue.holders_size(), 1);
  EXPECT_EQ(queue.holders(0).worker(), "workers/anna");
  EXPECT_EQ(queue.holders(0).leases(), 3);
  EXPECT_EQ(queue.holders(0).next_expire_time().seconds(), absl::ToUnixSeconds(kNow));
}

}  // namespace
}  // namespace switchboard::operations
