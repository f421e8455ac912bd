#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/errors.h"
#include "tests/support/edge_server.h"
#include "tests/support/scripted_queue_engine.h"

namespace switchboard::triage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TriageServiceTest : public ::testing::Test {
 protected:
  ScriptedQueueEngine engine_;  // triage asks nothing of it
  EdgeServer server_{engine_};
};

TEST_F(TriageServiceTest, SortTextSaysTopicRouteAndWhatDecided) {
  v1::SortTextRequest request;
  request.set_text("a gas leak at the passport office");
  v1::SortTextResponse response;
  ASSERT_TRUE(server_.sorting->SortText(Patient().get(), request, &response).ok());
  EXPECT_EQ(response.topic_assignment().topic(), "topics/passports");
  EXPECT_EQ(response.topic_assignment().runner_up(), "topics/praise");
  EXPECT_EQ(response.topic_assignment().method(), v1::TopicAssignment::MODEL);
  EXPECT_EQ(response.language(), "en");
  EXPECT_EQ(response.route(), "routes/passports-all");
  EXPECT_EQ(response.queue(), "queues/passports");
  EXPECT_EQ(response.priority(), v1::URGENT);
  EXPECT_THAT(response.urgency_signals(), ElementsAre("gas-leak"));
  ASSERT_EQ(response.factors_size(), 3);
  EXPECT_EQ(response.factors(0).kind(), v1::DecidingFactor::URGENCY);
  EXPECT_EQ(response.factors(1).kind(), v1::DecidingFactor::RULE);
  EXPECT_EQ(response.factors(1).weight(), 0.3);
  EXPECT_EQ(response.factors(2).kind(), v1::DecidingFactor::WORD);
  EXPECT_EQ(response.factors(2).text(), "passport");
}

TEST_F(TriageServiceTest, SortTextRoutesByChannelAndVisibility) {
  v1::SortTextRequest request;
  request.set_text("a pothole");
  v1::SortTextResponse response;
  ASSERT_TRUE(server_.sorting->SortText(Patient().get(), request, &response).ok());
  EXPECT_EQ(response.route(), "routes/potholes-all") << "unspecified is WEB";
  request.set_channel(v1::X);
  ASSERT_TRUE(server_.sorting->SortText(Patient().get(), request, &response).ok());
  EXPECT_EQ(response.route(), "routes/potholes-x") << "X is public";
}

TEST_F(TriageServiceTest, SortTextNamesEveryWrongField) {
  v1::SortTextRequest request;
  request.set_channel(static_cast<v1::Channel>(42));
  request.set_language("french");
  v1::SortTextResponse response;
  const absl::Status status = Said(server_.sorting->SortText(Patient().get(), request, &response));
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  for (const char* field : {"text", "channel", "language"}) {
    EXPECT_THAT(std::string(status.message()), HasSubstr(field));
  }
}

TEST_F(TriageServiceTest, ListTopicsComesInPages) {
  v1::ListTopicsRequest request;
  request.set_page_size(2);
  v1::ListTopicsResponse first;
  ASSERT_TRUE(server_.sorting->ListTopics(Patient().get(), request, &first).ok());
  ASSERT_EQ(first.topics_size(), 2);
  EXPECT_EQ(first.topics(0).name(), "topics/passports");
  EXPECT_EQ(first.topics(0).threshold(), 0.5);
  EXPECT_EQ(first.topics(0).rule_count(), 1);
  EXPECT_EQ(first.topics(1).example_counts().at("en"), 2);

  request.set_page_token(first.next_page_token());
  v1::ListTopicsResponse second;
  ASSERT_TRUE(server_.sorting->ListTopics(Patient().get(), request, &second).ok());
  ASSERT_EQ(second.topics_size(), 1);
  EXPECT_EQ(second.next_page_token(), "");

  server_.triage().Activate(ExampleSnapshot(ExampleConfiguration(), 2));
  const absl::Status stale = Said(server_.sorting->ListTopics(Patient().get(), request, &second));
  EXPECT_TRUE(HasReason(stale, reason::kInvalidPageToken)) << "the list is another one now";
}

TEST_F(TriageServiceTest, ListRoutesShowsThemInOrder) {
  v1::ListRoutesResponse response;
  ASSERT_TRUE(server_.sorting->ListRoutes(Patient().get(), {}, &response).ok());
  ASSERT_EQ(response.routes_size(), 4);
  const v1::Route& route = response.routes(1);
  EXPECT_EQ(route.name(), "routes/potholes-x");
  EXPECT_THAT(route.topics(), ElementsAre("topics/potholes"));
  EXPECT_THAT(route.channels(), ElementsAre(v1::X));
  EXPECT_EQ(route.visibility(), v1::PUBLIC);
  EXPECT_EQ(route.queue(), "queues/roads");
  EXPECT_EQ(route.priority(), v1::HIGH);
  EXPECT_EQ(route.overflow_after().seconds(), 4 * 3600);
  EXPECT_EQ(route.overflow_queue(), "queues/general");
}

TEST_F(TriageServiceTest, ANegativePageSizeIsRefused) {
  v1::ListRoutesRequest request;
  request.set_page_size(-1);
  v1::ListRoutesResponse response;
  EXPECT_EQ(Said(server_.sorting->ListRoutes(Patient().get(), request, &response)).code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace switchboard::triage
