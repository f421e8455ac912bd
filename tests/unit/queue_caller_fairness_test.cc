#include <gtest/gtest.h>

#include <string>

#include "services/queue/caller_fairness.h"

namespace switchboard::queue {
namespace {

absl::Duration At(double seconds) { return absl::Seconds(seconds); }

TEST(CallerFairnessTest, LetsSmallCallersBe) {
  CallerFairness fairness;
  for (int i = 0; i < 29; ++i) EXPECT_EQ(fairness.Admit("alone", 1, At(0)), 0) << i;
}

TEST(CallerFairnessTest, TellsTheFloodFromTheOthers) {
  CallerFairness fairness;
  uint16_t flood = 0;
  for (int i = 0; i < 1000; ++i) {
    flood = fairness.Admit("flood", 1, At(i * 0.001));
    if (i % 100 == 0) {
      EXPECT_EQ(fairness.Admit("quiet", 1, At(i * 0.001)), 0);
    }
  }
  EXPECT_GE(flood, 1);
  EXPECT_LE(flood, kFloodGroups);
}

TEST(CallerFairnessTest, NobodyFloodsWhereAllDoTheSame) {
  CallerFairness fairness;
  for (int i = 0; i < 200; ++i) {
    for (int caller = 0; caller < 20; ++caller) {
      EXPECT_EQ(fairness.Admit("caller" + std::to_string(caller), 1, At(i * 0.01)), 0);
    }
  }
}

TEST(CallerFairnessTest, AFloodThatCalmsDownIsForgiven) {
  CallerFairness fairness;
  EXPECT_NE(fairness.Admit("flood", 1000, At(0)), 0);
  EXPECT_NE(fairness.Admit("flood", 1, At(20)), 0) << "still more than 15 in the decayed count";
  EXPECT_EQ(fairness.Admit("flood", 1, At(60)), 0);
}

TEST(CallerFairnessTest, NeverTellsCallersWithoutNameApart) {
  CallerFairness fairness;
  EXPECT_EQ(fairness.Admit("", 100000, At(0)), 0);
}

TEST(CallerFairnessTest, ForgetsCallersThatAreGone) {
  CallerFairness fairness;
  for (int i = 0; i < 20000; ++i) fairness.Admit("caller" + std::to_string(i), 1, At(i));
  EXPECT_LT(fairness.size(), 3000);
}

}  // namespace
}  // namespace switchboard::queue
