// The contract under concurrency: calls from many threads and from two stores over the same data.
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "tests/contract/queue_store_contract.h"

namespace switchboard::queue {
namespace {

// Runs `body` in so many threads at once; the argument counts them.
void InThreads(int count, const std::function<void(int)>& body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(body, i);
  for (std::thread& thread : threads) thread.join();
}

TEST_P(QueueStoreContract, ConcurrentClaimsNeverDouble) {
  constexpr int kInquiries = 600;
  std::vector<NewInquiry> batch;
  for (int i = 0; i < kInquiries; ++i) {
    batch.push_back(Fresh(kRoads, Lane(i % 2 == 0 ? Priority::kNormal : Priority::kUrgent, "en")));
  }
  ASSERT_TRUE(store().Enqueue(batch).ok());
  const std::vector<LaneCursor> lanes = {Cursor(batch[0].place), Cursor(batch[1].place)};
  std::mutex mutex;
  std::multiset<int64_t> handed_out;

  InThreads(6, [&](int thread) {
    QueueStore& mine = thread % 2 == 0 ? store() : other();
    for (int empty = 0; empty < 3;) {
      const auto claimed = mine.Claim(BatchFor(lanes, 7));
      ASSERT_TRUE(claimed.ok()) << claimed.status();
      empty = claimed->empty() ? empty + 1 : 0;
      const std::lock_guard lock(mutex);
      for (const ClaimedInquiry& inquiry : *claimed) handed_out.insert(inquiry.content.id);
    }
  });

  EXPECT_EQ(handed_out.size(), static_cast<size_t>(kInquiries));
  EXPECT_EQ(std::set<int64_t>(handed_out.begin(), handed_out.end()).size(), static_cast<size_t>(kInquiries));
}

TEST_P(QueueStoreContract, ConcurrentSubmissionsOfOneRequestIdAreOneInquiry) {
  constexpr int kThreads = 6;
  constexpr int kRequests = 40;
  // Every thread submits the same request ids, each in another order.
  std::vector<std::vector<NewInquiry>> batches(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int i = 0; i < kRequests; ++i) {
      Uuid request_id;
      request_id.bytes[0] = static_cast<uint8_t>(1 + (i * 7 + thread * 13) % kRequests);
      batches[thread].push_back(WithRequestId(Fresh(), request_id, 5));
    }
  }
  std::atomic<int> stored = 0;

  InThreads(kThreads, [&](int thread) {
    const auto outcomes = (thread % 2 == 0 ? store() : other()).Enqueue(batches[thread]);
    ASSERT_TRUE(outcomes.ok()) << outcomes.status();
    for (const EnqueueOutcome& outcome : *outcomes) stored += outcome.kind == EnqueueOutcome::Kind::kStored;
  });

  EXPECT_EQ(stored, kRequests);
  EXPECT_EQ(Claim({Cursor(batches[0][0].place)}, 1000).size(), static_cast<size_t>(kRequests));
}

TEST_P(QueueStoreContract, OneOfManySettlementsOfALeaseIsDone) {
  for (int round = 0; round < 20; ++round) {
    const NewInquiry inquiry = Enqueued();
    const ClaimedInquiry claimed = ClaimOne(inquiry.place);
    std::atomic<int> done = 0;
    std::vector<Settlement> ways = {Completing(claimed), Completing(claimed), Releasing(claimed),
                                    GivingUp(claimed, "no use")};

    InThreads(4, [&](int thread) {
      const auto outcomes = (thread % 2 == 0 ? store() : other()).Settle({ways[thread]});
      ASSERT_TRUE(outcomes.ok()) << outcomes.status();
      done += outcomes->at(0).kind == SettleOutcome::Kind::kDone;
    });

    EXPECT_EQ(done, 1);
    EXPECT_EQ(KindsOf(inquiry.content.id).size(), 3u);
    store().Withdraw(inquiry.content.id, "", now()).IgnoreError();
  }
}

// Whoever comes first: what the citizen wrote is never closed unread, and there is one dispatch row at most.
TEST_P(QueueStoreContract, AppendingWhileItIsCompletedLeavesItOpenOnce) {
  for (int round = 0; round < 40; ++round) {
    const NewInquiry inquiry = Enqueued();
    const ClaimedInquiry claimed = ClaimOne(inquiry.place);
    const Settlement completing = Completing(claimed);
    const AppendRequest writing = Writing(inquiry.content.id, "more");
    const AppendRequest writing_too = Writing(inquiry.content.id, "and more");
    SettleOutcome settled;

    InThreads(3, [&](int thread) {
      if (thread == 0) {
        const auto outcomes = store().Settle({completing});
        ASSERT_TRUE(outcomes.ok()) << outcomes.status();
        settled = outcomes->at(0);
      } else {
        const auto appended = other().Append(thread == 1 ? writing : writing_too);
        ASSERT_TRUE(appended.ok()) << appended.status();
      }
    });

    EXPECT_EQ(settled.kind, SettleOutcome::Kind::kDone);
    EXPECT_EQ(Get(inquiry.content.id).state, InquiryState::kReady);
    const auto again = Claim({Cursor(inquiry.place)}, 5);
    ASSERT_EQ(again.size(), 1u);
    EXPECT_TRUE(again[0].has_messages);
    EXPECT_EQ(store().Conversation(inquiry.content.id)->size(), 2u);
    EXPECT_FALSE(Settle(Completing(again[0])).reopened);
  }
}

TEST_P(QueueStoreContract, WithdrawalAndWorkersAgree) {
  for (int round = 0; round < 40; ++round) {
    const NewInquiry inquiry = Enqueued();
    std::optional<ClaimedInquiry> claimed;
    WithdrawOutcome withdrawn{};
    const ClaimBatch batch = BatchFor({Cursor(inquiry.place)});

    InThreads(2, [&](int thread) {
      if (thread == 0) {
        const auto taken = store().Claim(batch);
        ASSERT_TRUE(taken.ok()) << taken.status();
        if (!taken->empty()) claimed = taken->at(0);
      } else {
        const auto outcome = other().Withdraw(inquiry.content.id, "", now());
        ASSERT_TRUE(outcome.ok()) << outcome.status();
        withdrawn = *outcome;
      }
    });

    EXPECT_EQ(withdrawn, WithdrawOutcome::kWithdrawn);
    EXPECT_EQ(Get(inquiry.content.id).state, InquiryState::kWithdrawn);
    if (claimed.has_value()) {
      EXPECT_EQ(Settle(Completing(*claimed)).kind, SettleOutcome::Kind::kLeaseLost);
    }
    EXPECT_TRUE(Claim({Cursor(inquiry.place)}).empty());
  }
}

TEST_P(QueueStoreContract, WithdrawalFollowsAnInquiryThatKeepsMoving) {
  for (int round = 0; round < 20; ++round) {
    const NewInquiry inquiry = Enqueued();
    std::atomic<bool> stop = false;

    InThreads(2, [&](int thread) {
      if (thread == 1) {
        const auto outcome = other().Withdraw(inquiry.content.id, "", now());
        EXPECT_TRUE(outcome.ok()) << outcome.status();
        stop = true;
        return;
      }
      while (!stop) {
        const auto claimed = store().Claim(BatchFor({Cursor(inquiry.place)}));
        ASSERT_TRUE(claimed.ok()) << claimed.status();
        if (!claimed->empty()) store().Settle({Releasing(claimed->at(0))}).IgnoreError();
      }
    });

    EXPECT_EQ(Get(inquiry.content.id).state, InquiryState::kWithdrawn);
    EXPECT_TRUE(Claim({Cursor(inquiry.place)}).empty());
  }
}

TEST_P(QueueStoreContract, DueInquiriesAreMovedOnceByManySweepers) {
  constexpr int kInquiries = 60;
  std::vector<NewInquiry> batch;
  for (int i = 0; i < kInquiries; ++i) {
    batch.push_back(Fresh());
    batch.back().overflow = OverflowPlan{now(), kGeneral};
  }
  ASSERT_TRUE(store().Enqueue(batch).ok());
  std::atomic<size_t> moved = 0;

  InThreads(4, [&](int thread) {
    QueueStore& mine = thread % 2 == 0 ? store() : other();
    for (int i = 0; i < 10; ++i) {
      int examined = 0;
      const auto some = mine.RunOverflow(now(), FreshPositions(10), &examined);
      ASSERT_TRUE(some.ok()) << some.status();
      moved += some->size();
    }
  });

  EXPECT_EQ(moved, static_cast<size_t>(kInquiries));
  const auto claimed = Claim({Cursor({kGeneral, batch[0].place.lane, 0})}, 1000);
  EXPECT_EQ(claimed.size(), static_cast<size_t>(kInquiries));
}

}  // namespace
}  // namespace switchboard::queue
