// The engine over a store that misbehaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "absl/synchronization/notification.h"
#include "common/status/errors.h"
#include "services/queue/in_memory_queue_store.h"
#include "tests/support/engine_client.h"
#include "tests/support/fake_clock.h"
#include "tests/support/faulty_queue_store.h"

namespace switchboard::queue {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

// Of sweeps, for one that took long; see Caretaker.
constexpr absl::Duration kLongestRest = absl::Minutes(1);

class QueueEngineFaultsTest : public testing::Test {
 protected:
  void Start(EngineOptions options = {}) {
    client_ = std::make_unique<EngineClient>(store_, clock_, std::move(options));
    ASSERT_TRUE(client_->Start({"roads"}).ok());
  }
  void TearDown() override {
    store_.ReleaseEnqueues();
    store_.FailWrites(absl::OkStatus());
  }
  void Advance(absl::Duration step) {
    clock_.Advance(step);
    client_->engine().ClockMoved();
  }
  // A claim that waits, and that the engine knows to find nothing.
  EngineClient::Waiting WaitIdle() {
    EngineClient::Waiting waiting = client_->ClaimLater(client_->Waits("roads", absl::Minutes(10)));
    EXPECT_THAT(*client_->ClaimNow("roads"), IsEmpty());
    return waiting;
  }

  FakeClock clock_;
  InMemoryQueueStore inner_;
  FaultyQueueStore store_{inner_};
  std::unique_ptr<EngineClient> client_;
};

TEST_F(QueueEngineFaultsTest, ALoneSubmitIsOneCommit) {
  Start();
  ASSERT_TRUE(client_->Submit(PlainSubmission("roads")).ok());
  EXPECT_EQ(store_.enqueues(), 1);
}

TEST_F(QueueEngineFaultsTest, WhatWaitsSharesACommit) {
  Start({.submit_writers = 1});
  store_.HoldEnqueues();
  std::vector<Pending<Accepted>> answers;
  answers.push_back(client_->SubmitLater(PlainSubmission("roads")));
  store_.AwaitHeld(1);
  for (int i = 0; i < 100; ++i) answers.push_back(client_->SubmitLater(PlainSubmission("roads")));
  store_.ReleaseEnqueues();
  for (Pending<Accepted>& answer : answers) EXPECT_TRUE(answer.Get().ok());
  EXPECT_EQ(store_.enqueues(), 2);
}

TEST_F(QueueEngineFaultsTest, AHandedOffInquiryCostsNoClaim) {
  Start();
  EngineClient::Waiting waiting = WaitIdle();
  const int claims = store_.claims();
  ASSERT_TRUE(client_->Submit(PlainSubmission("roads")).ok());
  EXPECT_THAT(*waiting.pending.Get(), SizeIs(1));
  EXPECT_EQ(store_.claims(), claims);
}

TEST_F(QueueEngineFaultsTest, OneThatIsRefusedDoesNotFailItsNeighbours) {
  Start({.submit_writers = 1});
  store_.RefuseText("poison");
  store_.HoldEnqueues();
  Pending<Accepted> first = client_->SubmitLater(PlainSubmission("roads"));
  store_.AwaitHeld(1);
  std::vector<Pending<Accepted>> good;
  for (int i = 0; i < 5; ++i) good.push_back(client_->SubmitLater(PlainSubmission("roads")));
  Pending<Accepted> bad = client_->SubmitLater(PlainSubmission("roads", "poison"));
  for (int i = 0; i < 5; ++i) good.push_back(client_->SubmitLater(PlainSubmission("roads")));
  store_.ReleaseEnqueues();
  EXPECT_TRUE(HasReason(bad.Get().status(), reason::kDatabaseRefused));
  for (Pending<Accepted>& answer : good) EXPECT_TRUE(answer.Get().ok());
}

TEST_F(QueueEngineFaultsTest, OverloadIsRefusedWithATimeToRetryAndLosesNothing) {
  Start({.submit_writers = 1, .max_pending = 10});
  store_.HoldEnqueues();
  std::vector<Pending<Accepted>> answers;
  answers.push_back(client_->SubmitLater(PlainSubmission("roads")));
  store_.AwaitHeld(1);
  for (int i = 0; i < 50; ++i) answers.push_back(client_->SubmitLater(PlainSubmission("roads")));
  store_.ReleaseEnqueues();
  int accepted = 0;
  for (Pending<Accepted>& answer : answers) {
    const absl::Status status = answer.Get().status();
    accepted += status.ok() ? 1 : 0;
    if (status.ok()) continue;
    EXPECT_TRUE(HasReason(status, reason::kOverloaded)) << status;
    EXPECT_TRUE(RetryAfterOf(status).has_value());
  }
  EXPECT_EQ(accepted, 11);
  EXPECT_THAT(*client_->ClaimNow("roads", 100), SizeIs(11));
}

TEST_F(QueueEngineFaultsTest, WhereSamplesTakeLongADecisionStillSeesWhatIsThereNow) {
  Start();
  store_.OnSample([this] { clock_.Advance(absl::Seconds(1)); });
  const auto ready = [this](absl::Duration max_age) {
    const auto sample = client_->engine().Figures(max_age);
    EXPECT_TRUE(sample.ok()) << sample.status();
    int64_t sum = 0;
    for (const LaneFigures& lane : sample->queues[0].lanes) sum += lane.ready;
    return sum;
  };
  EXPECT_EQ(ready(absl::ZeroDuration()), 0);
  ASSERT_TRUE(client_->Submit(PlainSubmission("roads")).ok());
  EXPECT_EQ(ready(absl::Milliseconds(1)), 0) << "a display takes a sample that is new enough for its cost";
  EXPECT_EQ(ready(absl::ZeroDuration()), 1);
}

TEST_F(QueueEngineFaultsTest, ADatabaseThatIsAwayIsSaidSoAtOnce) {
  Start();
  EngineClient::Waiting waiting = WaitIdle();
  store_.FailWrites(Unavailable(reason::kDatabaseUnavailable, "no connection", absl::Seconds(2)));
  EXPECT_TRUE(HasReason(client_->Submit(PlainSubmission("roads")).status(), reason::kDatabaseUnavailable));
  EXPECT_TRUE(HasReason(client_->ClaimNow("roads").status(), reason::kDatabaseUnavailable));
  store_.FailWrites(absl::OkStatus());
  EXPECT_TRUE(client_->Submit(PlainSubmission("roads")).ok());
}

TEST_F(QueueEngineFaultsTest, AClaimWhoseHandOffFailedGetsTheNextInquiry) {
  Start();
  EngineClient::Waiting waiting = WaitIdle();
  store_.RefuseText("poison");
  EXPECT_FALSE(client_->Submit(PlainSubmission("roads", "poison")).ok());
  ASSERT_TRUE(client_->Submit(PlainSubmission("roads", "good")).ok());
  EXPECT_EQ(waiting.pending.Get()->front().inquiry.content.text, "good");
}

TEST_F(QueueEngineFaultsTest, WhatIsHandedToACancelledClaimIsGivenBackUncounted) {
  Start();
  EngineClient::Waiting waiting = WaitIdle();
  store_.HoldEnqueues();
  Pending<Accepted> accepted = client_->SubmitLater(PlainSubmission("roads"));
  store_.AwaitHeld(1);
  client_->engine().CancelClaim(waiting.claim);
  store_.ReleaseEnqueues();
  EXPECT_TRUE(absl::IsCancelled(waiting.pending.Get().status()));
  ASSERT_TRUE(accepted.Get().ok());
  EngineClient::Waiting next = client_->ClaimLater(client_->Waits("roads", absl::Minutes(1)));
  EXPECT_EQ(next.pending.Get()->front().inquiry.attempts, 1);
}

TEST_F(QueueEngineFaultsTest, ASweepThatWasHeldUpPutsTheNextOffByAMinuteAtMost) {
  const absl::Time begin = clock_.Now() + kLongestRest;
  absl::Notification held_up;
  store_.OnSweep([&](absl::Time now) {
    if (now < begin || held_up.HasBeenNotified()) return;
    clock_.Advance(absl::Hours(1));
    held_up.Notify();
  });
  Start();
  ASSERT_TRUE(client_->Submit(PlainSubmission("roads")).ok());
  Advance(kLongestRest);
  ASSERT_TRUE(held_up.WaitForNotificationWithTimeout(absl::Seconds(30)));
  Advance(kLongestRest);
  EXPECT_TRUE(store_.AwaitSweepAt(clock_.Now()));
}

TEST_F(QueueEngineFaultsTest, SweepsGoOnAfterTheWallClockWasSetBack) {
  const absl::Time begin = clock_.Now();
  absl::Notification swept;
  store_.OnSweep([&](absl::Time now) {
    if (now < begin && !swept.HasBeenNotified()) swept.Notify();
  });
  Start();
  ASSERT_TRUE(client_->Submit(PlainSubmission("roads")).ok());
  Advance(kLongestRest);
  ASSERT_TRUE(store_.AwaitSweepAt(begin + kLongestRest));
  clock_.SetNow(begin - absl::Hours(24));
  Advance(absl::ZeroDuration());
  EXPECT_TRUE(swept.WaitForNotificationWithTimeout(absl::Seconds(30)));
}

// Another process takes its position early and commits late, behind what this one has consumed.
class LateCommitTest : public QueueEngineFaultsTest {
 protected:
  void SetUpLateCommit(absl::Duration sweep_interval) {
    late_store_ = std::make_unique<FaultyQueueStore>(inner_);
    late_ = std::make_unique<EngineClient>(*late_store_, clock_, EngineOptions(), /*node=*/2);
    Start({.sweep_interval = sweep_interval});
    ASSERT_TRUE(late_->Start({"roads"}).ok());
    ASSERT_TRUE(late_->Submit(PlainSubmission("roads", "to open the lane")).ok());
    Advance(absl::Milliseconds(200));
    ASSERT_THAT(*client_->ClaimNow("roads", 10), SizeIs(1));
    // The sweep at the start is over now, and the next one is an interval away.
    Advance(std::max(sweep_interval, kLongestRest));
    ASSERT_TRUE(store_.AwaitSweepAt(clock_.Now()));
    late_store_->HoldEnqueues();
    Pending<Accepted> late = late_->SubmitLater(PlainSubmission("roads", "late"));
    late_store_->AwaitHeld(1);
    Advance(absl::Minutes(2));
    ASSERT_TRUE(client_->Submit(PlainSubmission("roads", "early")).ok());
    ASSERT_THAT(*client_->ClaimNow("roads", 10), SizeIs(1));
    late_store_->ReleaseEnqueues();
    ASSERT_TRUE(late.Get().ok());
    late_->engine().Shutdown();  // it shall not help
  }

  std::unique_ptr<FaultyQueueStore> late_store_;
  std::unique_ptr<EngineClient> late_;
};

TEST_F(LateCommitTest, TheSweepFindsWhatWasCommittedBehindTheHint) {
  ASSERT_NO_FATAL_FAILURE(SetUpLateCommit(absl::Seconds(1)));
  EngineClient::Waiting waiting = client_->ClaimLater(client_->Waits("roads", absl::Minutes(10)));
  // A sweep that read before the commit may still be under way, and time that passed meanwhile counts as its cost.
  for (int i = 0; i < 30 && !waiting.pending.ArrivesWithin(absl::Milliseconds(200)); ++i) Advance(absl::Seconds(10));
  const auto leases = waiting.pending.Get();
  ASSERT_TRUE(leases.ok()) << leases.status();
  ASSERT_THAT(*leases, SizeIs(1));
  EXPECT_EQ(leases->front().inquiry.content.text, "late");
}

TEST_F(LateCommitTest, WithoutTheSweepItWouldBeMissed) {
  ASSERT_NO_FATAL_FAILURE(SetUpLateCommit(absl::Minutes(10)));
  for (int i = 0; i < 10; ++i) {
    Advance(absl::Milliseconds(300));
    EXPECT_THAT(*client_->ClaimNow("roads", 10), IsEmpty()) << "the test above proves nothing";
  }
}

// Answers get lost half of the time, on a real clock, under load from many threads.
TEST(QueueEngineLostAnswersTest, EveryAcknowledgedInquiryIsCompletedExactlyOnce) {
  constexpr int kSubmitters = 4;
  constexpr int kEach = 100;
  constexpr int kWorkers = 4;
  SystemClock clock;
  InMemoryQueueStore inner;
  FaultyQueueStore store(inner, /*seed=*/42);
  EngineClient client(store, clock, {.in_doubt_limit = absl::Minutes(1)});
  ASSERT_TRUE(client.Start({"roads"}).ok());
  store.LoseAnswers(0.5);
  absl::Mutex mutex;
  std::set<int64_t> acknowledged;
  std::multiset<int64_t> completed;
  std::vector<std::thread> threads;
  for (int i = 0; i < kSubmitters; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < kEach; ++n) {
        Submission submission = PlainSubmission("roads");
        if (n % 2 == 0) submission.request_id = RandomUuid();
        const auto accepted = client.Submit(std::move(submission));
        ASSERT_TRUE(accepted.ok()) << accepted.status();
        absl::MutexLock lock(&mutex);
        EXPECT_TRUE(acknowledged.insert(accepted->id).second);
      }
    });
  }
  for (int i = 0; i < kWorkers; ++i) {
    threads.emplace_back([&] {
      while (true) {
        const auto leases = client.Claim(client.Waits("roads", absl::Milliseconds(500), 7));
        ASSERT_TRUE(leases.ok()) << leases.status();
        for (const GrantedLease& lease : *leases) {
          ASSERT_TRUE(client.Complete(lease.token).ok());
          absl::MutexLock lock(&mutex);
          completed.insert(lease.inquiry.content.id);
        }
        absl::MutexLock lock(&mutex);
        if (completed.size() >= kSubmitters * kEach) return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(store.lost_answers(), 50);
  EXPECT_THAT(completed, testing::ElementsAreArray(acknowledged));
  for (const int64_t id : acknowledged) {
    const auto history = inner.History(id);
    ASSERT_TRUE(history.ok());
    EXPECT_EQ(std::count_if(history->begin(), history->end(),
                            [](const StoredEvent& event) { return event.kind == EventKind::kCompleted; }),
              1);
  }
}

TEST(QueueEngineDoubtTest, AReplyGoesOutOnceWhereAnswersAreLost) {
  constexpr int kReplies = 100;
  SystemClock clock;
  InMemoryQueueStore inner;
  FaultyQueueStore store(inner, /*seed=*/7);
  EngineClient client(store, clock, {.in_doubt_limit = absl::Minutes(1)});
  ASSERT_TRUE(client.Start({"roads"}).ok());
  for (int i = 0; i < kReplies; ++i) ASSERT_TRUE(client.Submit(PlainSubmission("roads")).ok());
  const auto leases = client.ClaimNow("roads", kReplies);
  ASSERT_TRUE(leases.ok()) << leases.status();
  ASSERT_THAT(*leases, SizeIs(kReplies));
  store.LoseAnswers(0.5);
  for (const GrantedLease& lease : *leases) {
    ReplyRequest request{.lease_token = lease.token, .request_id = RandomUuid(), .disposition = 1};
    request.message.text = "A crew comes on Monday.";
    for (int call = 0; call < 2; ++call) {
      const auto settled = client.engine().Reply(request);
      ASSERT_TRUE(settled.ok()) << settled.status();
      EXPECT_EQ(settled->state, InquiryState::kCompleted);
    }
  }
  std::set<int64_t> answered;
  const auto outbound = inner.ClaimOutbound({.channel = PlainSubmission("roads").content.channel,
                                             .limit = 2 * kReplies,
                                             .token = 1,
                                             .now = clock.Now(),
                                             .lease_until = clock.Now()});
  ASSERT_TRUE(outbound.ok()) << outbound.status();
  for (const OutboundMessage& message : *outbound) {
    EXPECT_TRUE(answered.insert(message.inquiry).second) << "sent twice";
  }
  EXPECT_THAT(answered, SizeIs(kReplies));
}

}  // namespace
}  // namespace switchboard::queue
