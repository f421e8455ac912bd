#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/errors.h"
#include "google/rpc/error_details.pb.h"
#include "services/operations/configuration_review.h"

namespace switchboard::operations {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

triage::Configuration Small() {
  triage::Configuration configuration;
  configuration.general_queue = "general";
  configuration.example_languages = {"en"};
  configuration.queues.resize(2);
  configuration.queues[0].id = "general";
  configuration.queues[1].id = "roads";
  configuration.topics.resize(1);
  configuration.topics[0].id = "potholes";
  configuration.topics[0].examples["en"] = {"a", "b", "c", "d", "e"};
  configuration.routes.resize(1);
  configuration.routes[0].topics = {"potholes"};
  configuration.routes[0].queue = "roads";
  return configuration;
}

queue::FiguresSample SampleWith(const std::string& queue, queue::LaneFigures lane) {
  queue::QueueFigures figures;
  figures.record.name = queue;
  figures.lanes = {lane};
  return {.queues = {figures}};
}

TEST(MistakesStatus, NamesEveryMistakeWithItsPlace) {
  const triage::ConfigurationError errors[] = {{"city.yaml", 12, 5, "topics[3].id", "is used twice"},
                                               {"city.yaml", 40, 1, "", "unknown key"}};
  const absl::Status status = MistakesStatus(errors);

  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), reason::kInvalidConfiguration);
  EXPECT_THAT(std::string(status.message()), HasSubstr("city.yaml:12:5: topics[3].id: is used twice"));
  google::rpc::BadRequest details;
  ASSERT_TRUE(ReadDetail(status, details));
  ASSERT_EQ(details.field_violations_size(), 2);
  EXPECT_EQ(details.field_violations(0).field(), "topics[3].id");
  EXPECT_EQ(details.field_violations(0).description(), "city.yaml:12:5: is used twice");
  EXPECT_EQ(details.field_violations(1).field(), "yaml");
}

TEST(CheckQueuesInUse, RefusesToLeaveOutAQueueThatHoldsAnything) {
  const struct {
    const char* what;
    queue::LaneFigures lane;
  } kCases[] = {{"ready", {.ready = 1}}, {"leased", {.leased = 1}}, {"delayed", {.delayed = 1}}, {"dead", {.dead = 1}}};
  for (const auto& each : kCases) {
    SCOPED_TRACE(each.what);
    const absl::Status status = CheckQueuesInUse(Small(), SampleWith("water", each.lane));
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(status), reason::kQueueInUse);
    EXPECT_THAT(std::string(status.message()), HasSubstr("water"));
  }
}

TEST(CheckQueuesInUse, AllowsToLeaveOutAnEmptyQueueAndToKeepAFullOne) {
  EXPECT_TRUE(CheckQueuesInUse(Small(), SampleWith("water", {})).ok());
  EXPECT_TRUE(CheckQueuesInUse(Small(), SampleWith("roads", {.ready = 9})).ok());
}

TEST(CheckAuthorityQueues, NamesEveryPlaceThatIsWrong) {
  guidance::GuidelineBook book;
  book.authority.named_queues = {{"roads", "authority.queues.roads", 5, 3},
                                 {"raods", "authority.queues.roads.reassign_to", 5, 20},
                                 {"", "authority.reassign_to", 3, 3}};
  const absl::Status status = CheckAuthorityQueues(book, Small(), "g.yaml");

  EXPECT_EQ(ReasonOf(status), reason::kInvalidConfiguration);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("g.yaml:5:20: authority.queues.roads.reassign_to: the configuration has no queue raods"));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("g.yaml:3:3: authority.reassign_to: is missing; REASSIGN needs"));
  google::rpc::BadRequest details;
  ASSERT_TRUE(ReadDetail(status, details));
  EXPECT_EQ(details.field_violations_size(), 2);
  book.authority.named_queues.resize(1);
  EXPECT_TRUE(CheckAuthorityQueues(book, Small(), "g.yaml").ok());
}

TEST(WarningsAbout, NothingWhereAllIsWell) { EXPECT_THAT(WarningsAbout(Small()), IsEmpty()); }

TEST(WarningsAbout, FindsTopicsWithoutRoutesIdleQueuesAndFewExamples) {
  triage::Configuration configuration = Small();
  configuration.topics.emplace_back().id = "noise";
  configuration.topics.back().examples["en"] = {"loud"};
  configuration.queues.emplace_back().id = "water";

  EXPECT_THAT(WarningsAbout(configuration),
              ElementsAre(HasSubstr("no route mentions topic noise"), HasSubstr("no route leads to queue water"),
                          HasSubstr("topic noise has 1 examples in en")));
}

}  // namespace
}  // namespace switchboard::operations
