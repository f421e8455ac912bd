#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/workforce/worker.h"

namespace switchboard::workforce {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CertificationOf, HangsOnMajorVersionAndTime) {
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  const Worker worker{.id = "anna",
                      .trainings = {{"streets", 2, now + absl::Seconds(1)}, {"taxes", 1, now}, {"noise", 1}}};
  const struct {
    const char* guideline;
    int major_version;
    Certification expected;
  } kCases[] = {
      {"streets", 2, Certification::kCurrent}, {"streets", 3, Certification::kStale},
      {"streets", 1, Certification::kStale},   {"taxes", 1, Certification::kExpired},
      {"taxes", 2, Certification::kExpired},   {"noise", 1, Certification::kCurrent},
      {"elections", 1, Certification::kNone},
  };
  for (const auto& each : kCases) {
    EXPECT_EQ(CertificationOf(worker, each.guideline, each.major_version, now), each.expected) << each.guideline;
  }
}

TEST(LanguagesInBoth, AreThoseOfWorkerAndClaim) {
  std::vector<std::string> both;
  EXPECT_TRUE(LanguagesInBoth({}, {}, both));
  EXPECT_THAT(both, IsEmpty());
  EXPECT_TRUE(LanguagesInBoth({"fr"}, {}, both));
  EXPECT_THAT(both, ElementsAre("fr"));
  EXPECT_TRUE(LanguagesInBoth({}, {"en"}, both));
  EXPECT_THAT(both, ElementsAre("en"));
  EXPECT_TRUE(LanguagesInBoth({"fr", "en"}, {"de", "en"}, both));
  EXPECT_THAT(both, ElementsAre("en"));
  EXPECT_FALSE(LanguagesInBoth({"fr"}, {"en"}, both));
  EXPECT_TRUE(LanguagesInBoth({"fr"}, {"en", "und"}, both));
  EXPECT_THAT(both, ElementsAre("und"));
}

}  // namespace
}  // namespace switchboard::workforce
