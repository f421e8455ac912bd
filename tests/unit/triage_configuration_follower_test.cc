#include <gtest/gtest.h>

#include <vector>

#include "absl/synchronization/notification.h"
#include "services/triage/store/built_in_snapshot.h"
#include "services/triage/store/configuration_follower.h"
#include "tests/support/fake_clock.h"
#include "tests/support/in_memory_configuration_store.h"

namespace switchboard::triage {
namespace {

constexpr char kYaml[] = R"(
version: 1
defaults: {general_queue: general}
topics:
  - id: potholes
    name: {en: Potholes}
    description: {en: Holes in roads}
    examples: {en: ["a deep hole in the road", "the asphalt is broken", "my tyre burst in a pothole"]}
  - id: passports
    name: {en: Passports}
    description: {en: Travel documents}
    examples: {en: ["renew my passport", "passport application form", "travel document for my child"]}
queues:
  - {id: general, name: {en: General}}
routes:
  - {id: all, queue: general}
)";

class ConfigurationFollowerTest : public ::testing::Test {
 protected:
  ConfigurationFollower::Activate Record() {
    return [this](const std::shared_ptr<const TriageSnapshot>& snapshot) {
      if (!refusal_.ok()) return refusal_;
      active_.push_back(snapshot->configuration_version);
      return absl::OkStatus();
    };
  }

  void Apply(std::string_view yaml) {
    const auto version = store_.CurrentVersion();
    ASSERT_TRUE(store_.Apply({.yaml = yaml, .file_name = "test.yaml", .base_version = *version}).ok());
  }

  InMemoryConfigurationStore store_;
  FakeClock clock_;
  absl::Status refusal_;
  std::vector<int64_t> active_;
  ConfigurationFollower follower_{store_, clock_, Record(), {.poll_interval = absl::Hours(1)}};
};

TEST_F(ConfigurationFollowerTest, BeginsWithTheBuiltInConfiguration) {
  ASSERT_TRUE(follower_.Start().ok());
  EXPECT_EQ(active_, std::vector<int64_t>({0}));
}

TEST_F(ConfigurationFollowerTest, TrainsWhereTheStoredModelDoesNotFit) {
  Apply(kYaml);
  ASSERT_TRUE(follower_.Start().ok());
  EXPECT_EQ(active_, std::vector<int64_t>({1}));
}

TEST_F(ConfigurationFollowerTest, PutsEachVersionInForceOnce) {
  ASSERT_TRUE(follower_.Start().ok());
  Apply(kYaml);
  ASSERT_TRUE(follower_.CatchUp().ok());
  ASSERT_TRUE(follower_.CatchUp().ok());
  EXPECT_EQ(active_, std::vector<int64_t>({0, 1}));
}

TEST_F(ConfigurationFollowerTest, LooksWhenWoken) {
  absl::Notification seen;
  ConfigurationFollower follower(store_, clock_,
                                 [&seen](const std::shared_ptr<const TriageSnapshot>& snapshot) {
                                   if (snapshot->configuration_version == 1) seen.Notify();
                                   return absl::OkStatus();
                                 },
                                 {.poll_interval = absl::Hours(1)});
  ASSERT_TRUE(follower.Start().ok());
  Apply(kYaml);
  follower.Wake();
  seen.WaitForNotification();
}

TEST_F(ConfigurationFollowerTest, KeepsTheOldOneAndTriesAgainLater) {
  ASSERT_TRUE(follower_.Start().ok());
  Apply(kYaml);
  refusal_ = absl::InternalError("no");
  EXPECT_FALSE(follower_.CatchUp().ok());
  refusal_ = absl::OkStatus();
  EXPECT_FALSE(follower_.CatchUp().ok());  // not yet: nothing says that it would work now
  clock_.Advance(absl::Seconds(31));
  EXPECT_TRUE(follower_.CatchUp().ok());
  EXPECT_EQ(active_, std::vector<int64_t>({0, 1}));
}

TEST_F(ConfigurationFollowerTest, TriesAgainAtOnceAfterTheDatabaseWasAway) {
  ASSERT_TRUE(follower_.Start().ok());
  Apply(kYaml);
  refusal_ = absl::UnavailableError("away");
  EXPECT_FALSE(follower_.CatchUp().ok());
  refusal_ = absl::OkStatus();
  EXPECT_TRUE(follower_.CatchUp().ok());
}

TEST_F(ConfigurationFollowerTest, DoesNotStartWithoutTheStore) {
  store_.Fail(absl::UnavailableError("away"));
  EXPECT_EQ(follower_.Start().code(), absl::StatusCode::kUnavailable);
}

TEST(BuiltInSnapshot, TakesEverythingInUnsure) {
  TriageEngine engine;
  engine.Activate(BuiltInSnapshot());
  const auto decision = engine.Decide({.text = "Bonjour, je voudrais renouveler mon passeport, s'il vous plaît."});
  ASSERT_TRUE(decision.ok()) << decision.status();
  EXPECT_EQ(decision->route.queue, "general");
  EXPECT_TRUE(decision->sort.unsure);
  EXPECT_EQ(decision->sort.language, "fr");
}

}  // namespace
}  // namespace switchboard::triage
