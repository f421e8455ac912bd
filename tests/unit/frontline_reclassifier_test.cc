#include <gtest/gtest.h>

#include "common/status/errors.h"
#include "services/frontline/reclassifier.h"
#include "tests/support/example_triage.h"

namespace switchboard::frontline {
namespace {

queue::StoredInquiry Inquiry() {
  queue::StoredInquiry inquiry;
  inquiry.content.channel = static_cast<int16_t>(triage::Channel::kX);
  inquiry.content.visibility = static_cast<int16_t>(triage::Visibility::kPublic);
  inquiry.content.language = "en";
  inquiry.priority = queue::Priority::kNormal;
  return inquiry;
}

TEST(RouteAgain, TakesTheRouteOfTheNewTopic) {
  const auto route = RouteAgain(Inquiry(), "potholes", ExampleConfiguration());
  ASSERT_TRUE(route.ok());
  EXPECT_EQ(route->queue, "roads");
  EXPECT_EQ(route->priority, triage::Priority::kHigh);
}

TEST(RouteAgain, WhatWasUrgentStaysUrgent) {
  queue::StoredInquiry inquiry = Inquiry();
  inquiry.content.urgency_signals = "gas-leak";
  EXPECT_EQ(RouteAgain(inquiry, "passports", ExampleConfiguration())->priority, triage::Priority::kUrgent);
}

TEST(RouteAgain, ASignalThatIsForgottenKeepsItAsPressingAsItIs) {
  queue::StoredInquiry inquiry = Inquiry();
  inquiry.content.urgency_signals = "no-longer-there";
  inquiry.priority = queue::Priority::kHigh;
  EXPECT_EQ(RouteAgain(inquiry, "passports", ExampleConfiguration())->priority, triage::Priority::kHigh);
}

TEST(RouteAgain, ATopicThatDoesNotExistIsNotFound) {
  const auto route = RouteAgain(Inquiry(), "dragons", ExampleConfiguration());
  EXPECT_EQ(route.status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(HasReason(route.status(), reason::kNotFound));
}

}  // namespace
}  // namespace switchboard::frontline
