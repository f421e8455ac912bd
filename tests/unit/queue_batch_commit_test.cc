#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/queue/batch_commit.h"
#include "tests/support/fake_clock.h"

namespace switchboard::queue {
namespace {

using testing::ElementsAre;
using Outcomes = std::vector<int>;

absl::Status Unknown() { return Unavailable(reason::kCommitOutcomeUnknown, "lost", absl::Seconds(1)); }
absl::Status Away() { return Unavailable(reason::kDatabaseUnavailable, "away", absl::Seconds(1)); }
absl::Status Refused() { return MakeError(absl::StatusCode::kInternal, reason::kDatabaseRefused, "refused"); }

class BatchCommitTest : public testing::Test {
 protected:
  // Commits 0 … 4 with what `write` does at each try.
  std::vector<absl::StatusOr<int>> Commit(
      absl::FunctionRef<absl::StatusOr<Outcomes>(int attempt, absl::Span<const int>)> write) {
    const std::vector<int> elements = {0, 1, 2, 3, 4};
    int attempt = 0;
    return CommitAll<int, int>(
        scene_, elements, [&](absl::Span<const int> part) { return write(++attempt, part); }, &in_doubt_);
  }
  static Outcomes Echo(absl::Span<const int> part) { return Outcomes(part.begin(), part.end()); }

  FakeClock clock_;
  Pause pause_;
  MetricRegistry registry_;
  QueueMetrics metrics_{registry_};
  CommitScene scene_{clock_, pause_, metrics_, CommitKind::kSubmit, absl::Seconds(10)};
  bool in_doubt_ = false;
};

TEST_F(BatchCommitTest, AnswersEachElement) {
  const auto answers = Commit([](int, absl::Span<const int> part) { return Echo(part); });
  ASSERT_EQ(answers.size(), 5);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(answers[i].value(), i);
  EXPECT_FALSE(in_doubt_);
}

TEST_F(BatchCommitTest, AsksAgainWithTheSameArgumentsWhileTheOutcomeIsUnknown) {
  int tries = 0;
  const auto answers = Commit([&](int attempt, absl::Span<const int> part) -> absl::StatusOr<Outcomes> {
    tries = attempt;
    EXPECT_THAT(part, ElementsAre(0, 1, 2, 3, 4));
    if (attempt == 1) return Unknown();
    if (attempt == 2) return Away();  // says nothing about the first try
    return Echo(part);
  });
  EXPECT_EQ(tries, 3);
  EXPECT_TRUE(in_doubt_);
  EXPECT_TRUE(answers[0].ok());
  EXPECT_THAT(registry_.Scrape(), testing::HasSubstr("db_in_doubt_total{operation=\"submit\"} 1"));
}

TEST_F(BatchCommitTest, SaysUnknownWhenItStaysUnknown) {
  const auto answers = Commit([&](int, absl::Span<const int>) -> absl::StatusOr<Outcomes> {
    clock_.Advance(absl::Seconds(6));
    return Unknown();
  });
  EXPECT_TRUE(IsOutcomeUnknown(answers[4].status()));
}

TEST_F(BatchCommitTest, DoesNotRepeatWhatSurelyDidNotHappen) {
  int tries = 0;
  const auto answers = Commit([&](int attempt, absl::Span<const int>) -> absl::StatusOr<Outcomes> {
    tries = attempt;
    return Away();
  });
  EXPECT_EQ(tries, 1);
  EXPECT_TRUE(HasReason(answers[0].status(), reason::kDatabaseUnavailable));
}

TEST_F(BatchCommitTest, OneThatIsRefusedDoesNotTakeItsNeighboursWithIt) {
  const auto answers = Commit([](int, absl::Span<const int> part) -> absl::StatusOr<Outcomes> {
    for (const int element : part) {
      if (element == 3) return Refused();
    }
    return Echo(part);
  });
  for (int i = 0; i < 5; ++i) EXPECT_EQ(answers[i].ok(), i != 3) << i;
  EXPECT_TRUE(HasReason(answers[3].status(), reason::kDatabaseRefused));
}

TEST_F(BatchCommitTest, RefusesAStoreThatForgetsAnElement) {
  const auto answers = Commit([](int, absl::Span<const int>) -> absl::StatusOr<Outcomes> { return Outcomes{}; });
  EXPECT_TRUE(absl::IsInternal(answers[0].status()));
}

TEST(InDoubtBackoffTest, GrowsUpToABound) {
  EXPECT_EQ(InDoubtBackoff(1), absl::Milliseconds(10));
  EXPECT_EQ(InDoubtBackoff(3), absl::Milliseconds(40));
  EXPECT_EQ(InDoubtBackoff(1000), absl::Milliseconds(500));
}

}  // namespace
}  // namespace switchboard::queue
