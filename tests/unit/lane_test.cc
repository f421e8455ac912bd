#include "services/queue/lane.h"

#include "gtest/gtest.h"

namespace switchboard::queue {
namespace {

TEST(Lane, KeepsWhatItIsMadeOf) {
  const struct {
    Priority priority;
    const char* language;
    uint16_t caller_group;
  } cases[] = {
      {Priority::kUrgent, "en", 0}, {Priority::kLow, "fr", 1},     {Priority::kNormal, "und", 7},
      {Priority::kHigh, "aa", 0},   {Priority::kLow, "zz", 65535},
  };
  for (const auto& each : cases) {
    const Lane lane(each.priority, each.language, each.caller_group);
    EXPECT_EQ(lane.priority(), each.priority);
    EXPECT_EQ(lane.language(), each.language);
    EXPECT_EQ(lane.caller_group(), each.caller_group);
    EXPECT_GT(lane.number(), 0);
    EXPECT_EQ(Lane::FromNumber(lane.number()), lane);
  }
}

TEST(Lane, TakesWhatIsNoLanguageAsUndetermined) {
  for (const char* language : {"", "e", "EN", "engl", "e1", "é", "und"}) {
    EXPECT_EQ(Lane(Priority::kNormal, language), Lane(Priority::kNormal, "und")) << language;
  }
}

TEST(Lane, EqualThreeLetterLanguagesShareALane) {
  EXPECT_EQ(Lane(Priority::kNormal, "haw"), Lane(Priority::kNormal, "haw"));
  EXPECT_NE(Lane(Priority::kNormal, "haw"), Lane(Priority::kNormal, "und"));
  EXPECT_NE(Lane(Priority::kNormal, "haw"), Lane(Priority::kNormal, "ha"));
  EXPECT_EQ(Lane(Priority::kNormal, "haw", 3).caller_group(), 3);
  EXPECT_EQ(Lane(Priority::kNormal, "zzz", 3).priority(), Priority::kNormal);
}

TEST(Lane, ChangesItsPriorityAlone) {
  const Lane lane = Lane(Priority::kLow, "fr", 9).WithPriority(Priority::kUrgent);
  EXPECT_EQ(lane, Lane(Priority::kUrgent, "fr", 9));
}

TEST(Priority, RaisesByOneStepUpToUrgent) {
  EXPECT_EQ(Raised(Priority::kLow), Priority::kNormal);
  EXPECT_EQ(Raised(Priority::kHigh), Priority::kUrgent);
  EXPECT_EQ(Raised(Priority::kUrgent), Priority::kUrgent);
}

}  // namespace
}  // namespace switchboard::queue
