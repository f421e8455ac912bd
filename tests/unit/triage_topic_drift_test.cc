#include <gtest/gtest.h>

#include "services/triage/topic_drift.h"

namespace switchboard::triage {
namespace {

TEST(DriftOf, SaysNothingOfFew) {
  EXPECT_FALSE(DriftOf({}).has_value());
  EXPECT_FALSE(DriftOf({.recent = {{"roads", 199}}, .before = {{"roads", 5000}}}).has_value());
  EXPECT_FALSE(DriftOf({.recent = {{"roads", 5000}}, .before = {{"roads", 199}}}).has_value());
}

TEST(DriftOf, TheSameMixIsNoDrift) {
  const auto drift = DriftOf(
      {.recent = {{"", 50}, {"roads", 100}, {"waste", 50}}, .before = {{"", 500}, {"roads", 1000}, {"waste", 500}}});
  ASSERT_TRUE(drift.has_value());
  EXPECT_DOUBLE_EQ(drift->unsure_recent, 0.25);
  EXPECT_DOUBLE_EQ(drift->unsure_before, 0.25);
  EXPECT_DOUBLE_EQ(drift->distance, 0);
}

TEST(DriftOf, CountsWhatChangedItsTopic) {
  // Of what was sorted: two thirds roads before, now a third roads and a third of a new topic.
  const auto drift = DriftOf({.recent = {{"", 300}, {"roads", 100}, {"waste", 100}, {"dragons", 100}},
                              .before = {{"", 100}, {"roads", 2000}, {"waste", 1000}}});
  ASSERT_TRUE(drift.has_value());
  EXPECT_DOUBLE_EQ(drift->unsure_recent, 0.5);
  EXPECT_NEAR(drift->unsure_before, 100.0 / 3100, 1e-12);
  EXPECT_NEAR(drift->distance, 1.0 / 3, 1e-12);
}

TEST(DriftOf, NothingSortedIsAllUnsure) {
  const auto drift = DriftOf({.recent = {{"", 300}}, .before = {{"roads", 300}}});
  ASSERT_TRUE(drift.has_value());
  EXPECT_EQ(drift->unsure_recent, 1);
  EXPECT_EQ(drift->distance, 0);
}

TEST(TopicTally, GivesWhatWasCountedOnce) {
  TopicTally tally;
  tally.Count("roads");
  tally.Count("roads");
  tally.Count("");
  const TopicCounts counted = tally.Take();
  EXPECT_EQ(counted, (TopicCounts{{"", 1}, {"roads", 2}}));
  EXPECT_TRUE(tally.Take().empty());
  tally.Add(counted);
  tally.Count("roads");
  EXPECT_EQ(tally.Take(), (TopicCounts{{"", 1}, {"roads", 3}}));
}

}  // namespace
}  // namespace switchboard::triage
