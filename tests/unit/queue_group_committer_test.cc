#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "services/queue/group_committer.h"

namespace switchboard::queue {
namespace {

using testing::ElementsAre;
using Committer = GroupCommitter<int>;
using Urgency = Committer::Urgency;
using Verdict = Committer::Verdict;

// Keeps what was committed, and can hold the writers.
class GroupCommitterTest : public testing::Test {
 protected:
  ~GroupCommitterTest() override { Release(); }

  void Make(GroupCommitLimits limits) {
    committer_ = std::make_unique<Committer>("test", limits, [this](std::vector<int> batch) { Commit(batch); });
    committer_->Start();
  }
  Verdict Add(int element, int64_t bytes = 1, Urgency urgency = Urgency::kOrdinary) {
    return committer_->TryAdd(element, bytes, urgency);
  }
  void Hold() {
    absl::MutexLock lock(&mutex_);
    held_ = true;
  }
  void Release() {
    absl::MutexLock lock(&mutex_);
    held_ = false;
  }
  // Waits until so many commits have begun.
  void AwaitBegun(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto begun = [this, count]() { return batches_.size() >= count; };
    mutex_.Await(absl::Condition(&begun));
  }
  std::vector<std::vector<int>> batches() {
    absl::MutexLock lock(&mutex_);
    return batches_;
  }

 private:
  void Commit(const std::vector<int>& batch) {
    absl::MutexLock lock(&mutex_);
    batches_.push_back(batch);
    const auto free = [this]() { return !held_; };
    mutex_.Await(absl::Condition(&free));
  }

  absl::Mutex mutex_;
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::vector<int>> batches_ ABSL_GUARDED_BY(mutex_);

 protected:
  std::unique_ptr<Committer> committer_;
};

TEST_F(GroupCommitterTest, WritesALoneElementAtOnce) {
  Make({});
  EXPECT_EQ(Add(1), Verdict::kTaken);
  AwaitBegun(1);
  EXPECT_THAT(batches(), ElementsAre(ElementsAre(1)));
}

TEST_F(GroupCommitterTest, GathersWhatComesDuringACommit) {
  Hold();
  Make({});
  Add(1);
  AwaitBegun(1);
  Add(2);
  Add(3);
  Add(4);
  Release();
  committer_->Close();
  EXPECT_THAT(batches(), ElementsAre(ElementsAre(1), ElementsAre(2, 3, 4)));
}

TEST_F(GroupCommitterTest, KeepsSeveralCommitsInFlight) {
  Hold();
  Make({.writers = 2});
  Add(1);
  AwaitBegun(1);
  Add(2);
  AwaitBegun(2);
  EXPECT_THAT(batches(), ElementsAre(ElementsAre(1), ElementsAre(2)));
}

TEST_F(GroupCommitterTest, LeavesWhatComesToACommitUnderWay) {
  Hold();
  Make({.writers = 2, .precedence = absl::Hours(1)});
  Add(1);
  AwaitBegun(1);
  Add(2);
  Add(3);
  Release();
  committer_->Close();
  EXPECT_THAT(batches(), ElementsAre(ElementsAre(1), ElementsAre(2, 3)));
}

TEST_F(GroupCommitterTest, DoesNotWaitForACommitThatHangs) {
  Hold();
  Make({.writers = 2, .precedence = absl::Milliseconds(10)});
  Add(1);
  AwaitBegun(1);
  Add(2);  // nothing comes after it
  AwaitBegun(2);
  EXPECT_THAT(batches(), ElementsAre(ElementsAre(1), ElementsAre(2)));
}

TEST_F(GroupCommitterTest, GathersForAWhileWhereNobodyIsInAHurry) {
  Make({.writers = 2, .large_batch = 3, .pace = absl::Hours(1)});
  Add(1);
  AwaitBegun(1);  // at once
  Add(2);
  Add(3);
  EXPECT_EQ(batches().size(), 1u);
  Add(4);
  AwaitBegun(2);
  Add(5);
  committer_->Close();
  EXPECT_THAT(batches(), ElementsAre(ElementsAre(1), ElementsAre(2, 3, 4), ElementsAre(5)));
}

TEST_F(GroupCommitterTest, GathersNoLongerThanAsked) {
  Make({.pace = absl::Milliseconds(10)});
  Add(1);
  AwaitBegun(1);
  Add(2);
  AwaitBegun(2);
}

TEST_F(GroupCommitterTest, LeavesWhatComesToALargeCommitUnderWay) {
  Hold();
  Make({.writers = 2, .large_batch = 2});
  std::vector<Committer::Offer> offers = {{.element = 1}, {.element = 2}};
  committer_->TryAddAll(absl::MakeSpan(offers));
  AwaitBegun(1);
  Add(3);
  Add(4);
  Release();
  committer_->Close();
  EXPECT_THAT(batches(), ElementsAre(ElementsAre(1, 2), ElementsAre(3, 4)));
}

TEST_F(GroupCommitterTest, ALargeCommitOfAFloodMakesOnlyTheFloodWait) {
  Hold();
  Make({.writers = 2, .large_batch = 2});
  std::vector<Committer::Offer> offers = {{.element = 1, .urgency = Urgency::kPatient},
                                          {.element = 2, .urgency = Urgency::kPatient}};
  committer_->TryAddAll(absl::MakeSpan(offers));
  AwaitBegun(1);
  Add(3, 1, Urgency::kPatient);
  Add(4);
  AwaitBegun(2);
  Add(5, 1, Urgency::kPatient);
  Release();
  committer_->Close();
  EXPECT_THAT(batches(), ElementsAre(ElementsAre(1, 2), ElementsAre(4), ElementsAre(3, 5)));
}

TEST_F(GroupCommitterTest, TakesManyTogether) {
  Make({});
  std::vector<Committer::Offer> offers;
  for (int i = 0; i < 5; ++i) offers.push_back({i, 1});
  committer_->TryAddAll(absl::MakeSpan(offers));
  committer_->Close();
  EXPECT_THAT(batches(), ElementsAre(ElementsAre(0, 1, 2, 3, 4)));
}

TEST_F(GroupCommitterTest, CutsBatchesByCountAndBytes) {
  Hold();
  Make({.max_batch = 3, .max_batch_bytes = 10});
  Add(0);
  AwaitBegun(1);
  for (int i = 1; i <= 4; ++i) Add(i);
  Add(5, 9);
  Add(6, 9);
  Add(7, 100);
  Release();
  committer_->Close();
  EXPECT_THAT(batches(),
              ElementsAre(ElementsAre(0), ElementsAre(1, 2, 3), ElementsAre(4, 5), ElementsAre(6), ElementsAre(7)));
}

TEST_F(GroupCommitterTest, RefusesWhatFindsNoRoom) {
  Hold();
  Make({.max_pending = 2, .max_pending_bytes = 10});
  Add(0);
  AwaitBegun(1);
  EXPECT_EQ(Add(1, 8), Verdict::kTaken);
  EXPECT_EQ(Add(2, 3), Verdict::kFull) << "bytes";
  EXPECT_EQ(Add(2, 2), Verdict::kTaken);
  EXPECT_EQ(Add(3, 0), Verdict::kFull) << "count";
  EXPECT_EQ(Add(4, 0, Urgency::kUnbounded), Verdict::kTaken);
}

TEST_F(GroupCommitterTest, FloodsLeaveRoomForTheOthersAndWaitBehindThem) {
  Hold();
  Make({.max_batch = 10, .max_pending = 40});
  Add(0);
  AwaitBegun(1);
  int taken = 0;
  for (int i = 100; i < 140; ++i) taken += Add(i, 1, Urgency::kPatient) == Verdict::kTaken ? 1 : 0;
  EXPECT_EQ(taken, 20);
  for (int i = 1; i <= 12; ++i) EXPECT_EQ(Add(i), Verdict::kTaken);
  Release();
  committer_->Close();
  EXPECT_THAT(batches()[1], ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 100));
  EXPECT_THAT(batches()[2], ElementsAre(10, 11, 12, 101, 102, 103, 104, 105, 106, 107));
}

TEST_F(GroupCommitterTest, CloseWritesWhatWaitsAndTakesNoMore) {
  Hold();
  Make({});
  Add(1);
  AwaitBegun(1);
  Add(2);
  Release();
  committer_->Close();
  EXPECT_EQ(Add(3), Verdict::kClosed);
  EXPECT_THAT(batches(), ElementsAre(ElementsAre(1), ElementsAre(2)));
}

}  // namespace
}  // namespace switchboard::queue
