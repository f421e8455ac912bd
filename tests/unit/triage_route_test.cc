#include <gtest/gtest.h>

#include "services/triage/route.h"

namespace switchboard::triage {
namespace {

Configuration Example() {
  Configuration configuration;
  configuration.general_queue = "general";
  configuration.example_languages = {"en", "fr"};
  configuration.queues = {{.id = "general"}, {.id = "roads"}, {.id = "other-languages"}, {.id = "roads-fr"}};
  configuration.queues[1].service_level.urgent = absl::Minutes(5);
  configuration.routes = {
      {.id = "other", .languages = {"other"}, .queue = "other-languages"},
      {.id = "fr-public",
       .topics = {"potholes"},
       .channels = {Channel::kX},
       .languages = {"fr"},
       .areas = {"north"},
       .visibility = Visibility::kPublic,
       .queue = "roads-fr",
       .priority = Priority::kHigh},
      {.id = "roads",
       .topics = {"potholes"},
       .queue = "roads",
       .priority = Priority::kLow,
       .overflow = Overflow{absl::Hours(4), "general"}},
      {.id = "rest", .queue = "roads"},
  };
  return configuration;
}

TEST(RouteFor, FirstMatchWins) {
  const Configuration configuration = Example();
  const RouteInput public_french = {.topic = "potholes",
                                    .channel = Channel::kX,
                                    .language = "fr",
                                    .area = "north",
                                    .visibility = Visibility::kPublic};
  EXPECT_EQ(RouteFor(configuration, public_french).route, "fr-public");
  RouteInput elsewhere = public_french;
  elsewhere.area = "south";
  EXPECT_EQ(RouteFor(configuration, elsewhere).route, "roads");
  EXPECT_EQ(RouteFor(configuration, elsewhere).overflow->queue, "general");
  RouteInput hidden = public_french;
  hidden.visibility = Visibility::kPrivate;
  EXPECT_EQ(RouteFor(configuration, hidden).route, "roads");
  EXPECT_EQ(RouteFor(configuration, {.topic = "praise", .language = "en"}).route, "rest");
}

TEST(RouteFor, UnsureGoesToTheGeneralQueueOfItsLanguage) {
  const Configuration configuration = Example();
  const RouteDecision english = RouteFor(configuration, {.topic = "", .language = "en"});
  EXPECT_EQ(english.route, "");
  EXPECT_EQ(english.queue, "general");
  EXPECT_EQ(RouteFor(configuration, {.topic = "", .language = "es"}).queue, "other-languages");
  EXPECT_EQ(RouteFor(configuration, {.topic = "", .language = "und"}).queue, "general");
}

TEST(RouteFor, UrgencyOnlyEverRaises) {
  const Configuration configuration = Example();
  RouteInput input = {.topic = "potholes", .language = "en", .urgency = Priority::kUrgent};
  const RouteDecision raised = RouteFor(configuration, input);
  EXPECT_EQ(raised.priority, Priority::kUrgent);
  EXPECT_EQ(raised.first_response_within, absl::Minutes(5));
  input.urgency = std::nullopt;
  EXPECT_EQ(RouteFor(configuration, input).priority, Priority::kLow);
  const RouteInput high = {.topic = "potholes",
                           .channel = Channel::kX,
                           .language = "fr",
                           .area = "north",
                           .visibility = Visibility::kPublic,
                           .urgency = Priority::kLow};
  EXPECT_EQ(RouteFor(configuration, high).priority, Priority::kHigh);
}

}  // namespace
}  // namespace switchboard::triage
