// The engine over PostgreSQL, as one process and as two, on real clocks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "common/status/errors.h"
#include "services/queue/postgres_queue_store.h"
#include "tests/support/engine_client.h"
#include "tests/support/faulty_queue_store.h"
#include "tests/support/queue_database.h"

namespace switchboard::queue {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr SqlStatement kCutOffOthers{
    "test_cut_off_others",
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"};

// One process: sessions, node number and engine of its own.
class Process {
 public:
  Process(const std::string& conninfo, uint8_t node, EngineOptions options = {})
      : database_(QueueDatabaseOptions(conninfo), clock_),
        ids_(clock_, node),
        store_(database_, ids_),
        faulty_(store_, node),
        client_(faulty_, clock_, std::move(options), node) {}

  EngineClient& client() { return client_; }
  EngineClient* operator->() { return &client_; }
  PostgresQueueStore& store() { return store_; }
  FaultyQueueStore& faulty() { return faulty_; }

 private:
  SystemClock clock_;
  Database database_;
  IdGenerator ids_;
  PostgresQueueStore store_;
  FaultyQueueStore faulty_;
  EngineClient client_;
};

// Submits and works until everything that was acknowledged is settled, and keeps the books.
class Ledger {
 public:
  void Submit(EngineClient& client, int count) {
    for (int i = 0; i < count; ++i) {
      Submission submission = PlainSubmission("roads");
      submission.request_id = RandomUuid();
      submission.content_hash = 7;
      // What a caller does: the same request until there is an answer.
      absl::StatusOr<Accepted> accepted = client.Submit(submission);
      while (!accepted.ok()) accepted = client.Submit(submission);
      absl::MutexLock lock(&mutex_);
      EXPECT_TRUE(acknowledged_.insert(accepted->id).second) << "two request ids, one inquiry";
    }
  }

  void Work(EngineClient& client, size_t total) {
    while (!IsDone(total)) {
      const auto leases = client.Claim(client.Waits("roads", absl::Milliseconds(300), 10));
      if (!leases.ok()) continue;
      for (const GrantedLease& lease : *leases) Complete(client, lease);
    }
  }

  void Check(QueueStore& store) {
    absl::MutexLock lock(&mutex_);
    for (const int64_t id : acknowledged_) {
      const auto history = store.History(id);
      ASSERT_TRUE(history.ok()) << history.status();
      int completions = 0;
      for (const StoredEvent& event : *history) completions += event.kind == EventKind::kCompleted ? 1 : 0;
      EXPECT_EQ(completions, 1);
      EXPECT_EQ(store.Get(id)->state, InquiryState::kCompleted);
    }
    const auto figures = store.Sample();
    ASSERT_TRUE(figures.ok());
    for (const LaneFigures& lane : *figures) EXPECT_EQ(lane.ready + lane.leased + lane.delayed + lane.dead, 0);
  }

 private:
  bool IsDone(size_t total) {
    absl::MutexLock lock(&mutex_);
    return completed_.size() >= total;
  }
  void Complete(EngineClient& client, const GrantedLease& lease) {
    absl::StatusOr<Settled> settled = client.Complete(lease.token);
    while (!settled.ok() && !HasReason(settled.status(), reason::kLeaseLost)) settled = client.Complete(lease.token);
    if (!settled.ok()) return;
    absl::MutexLock lock(&mutex_);
    EXPECT_TRUE(completed_.insert(lease.inquiry.content.id).second) << "completed twice";
  }

  absl::Mutex mutex_;
  std::set<int64_t> acknowledged_ ABSL_GUARDED_BY(mutex_);
  std::set<int64_t> completed_ ABSL_GUARDED_BY(mutex_);
};

class QueueEnginePostgresTest : public testing::Test {
 protected:
  std::unique_ptr<Process> StartProcess(uint8_t node, EngineOptions options = {}) {
    auto process = std::make_unique<Process>(conninfo_, node, std::move(options));
    const absl::Status started = process->client().Start({"roads", "taxes"});
    EXPECT_TRUE(started.ok()) << started;
    return process;
  }

  const std::string conninfo_ = CreateQueueDatabase();
};

TEST_F(QueueEnginePostgresTest, LifeOfAnInquiry) {
  auto process = StartProcess(1);
  EngineClient& client = process->client();
  const auto accepted = client.Submit(PlainSubmission("roads"));
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  const auto leases = client.ClaimNow("roads");
  ASSERT_TRUE(leases.ok()) << leases.status();
  ASSERT_THAT(*leases, SizeIs(1));
  EXPECT_EQ(leases->front().inquiry.content.text, "there is a hole in the road");
  ASSERT_TRUE(client.Extend(leases->front().token, absl::Hours(1)).ok());
  ASSERT_TRUE(client.Complete(leases->front().token).ok());
  EXPECT_TRUE(client.Complete(leases->front().token)->repeated);
  EXPECT_EQ(client.engine().Get(accepted->id)->state, InquiryState::kCompleted);
}

TEST_F(QueueEnginePostgresTest, AWaitingWorkerIsHandedTheInquiryInItsOwnCommit) {
  auto process = StartProcess(1);
  EngineClient& client = process->client();
  ASSERT_TRUE(client.Submit(PlainSubmission("roads")).ok());
  ASSERT_TRUE(client.Complete(client.ClaimNow("roads")->front().token).ok());
  auto waiting = client.ClaimLater(client.Waits("roads", absl::Seconds(30)));
  ASSERT_THAT(*client.ClaimNow("roads"), IsEmpty());
  const int claims = process->faulty().claims();
  const auto accepted = client.Submit(PlainSubmission("roads"));
  const auto leases = waiting.pending.Get();
  ASSERT_THAT(*leases, SizeIs(1));
  EXPECT_EQ(leases->front().inquiry.content.id, accepted->id);
  EXPECT_LE(process->faulty().claims(), claims + 1) << "at most a probe came between";
  EXPECT_TRUE(client.Complete(leases->front().token).ok());
}

TEST_F(QueueEnginePostgresTest, ExpiredLeasesComeBackInTime) {
  auto process = StartProcess(1);
  EngineClient& client = process->client();
  ASSERT_TRUE(client.Submit(PlainSubmission("roads")).ok());
  const auto lost = client.Claim(
      {.queues = {"roads"}, .worker = "anna", .lease_duration = absl::Seconds(1), .wait_until = absl::InfinitePast()});
  ASSERT_THAT(*lost, SizeIs(1));
  const auto again = client.Claim(client.Waits("roads", absl::Seconds(10)));
  ASSERT_THAT(*again, SizeIs(1));
  EXPECT_EQ(again->front().inquiry.attempts, 2);
  EXPECT_TRUE(HasReason(client.Complete(lost->front().token).status(), reason::kLeaseLost));
}

TEST_F(QueueEnginePostgresTest, ReleasedTransferredAndDeadInquiriesAreWhereTheyShouldBe) {
  auto process = StartProcess(1);
  EngineClient& client = process->client();
  ASSERT_TRUE(client.Submit(PlainSubmission("roads")).ok());
  const std::string token = client.ClaimNow("roads")->front().token;
  ASSERT_TRUE(client.Settle({.lease_token = token, .kind = EventKind::kTransferred, .queue = "taxes"}).ok());
  for (int attempt = 1; attempt <= 3; ++attempt) {
    const auto leases = client.ClaimNow("taxes");
    ASSERT_THAT(*leases, SizeIs(1)) << attempt;
    EXPECT_EQ(leases->front().inquiry.attempts, attempt);
    ASSERT_TRUE(client
                    .Settle({.lease_token = leases->front().token,
                             .kind = EventKind::kReleased,
                             .delay = absl::Milliseconds(attempt == 1 ? 50 : 0)})
                    .ok());
    if (attempt == 1) {
      const auto waited = client.Claim(client.Waits("taxes", absl::Seconds(10)));
      ASSERT_THAT(*waited, SizeIs(1));
      ASSERT_TRUE(
          client
              .Settle(
                  {.lease_token = waited->front().token, .kind = EventKind::kReleased, .delay = absl::ZeroDuration()})
              .ok());
      ++attempt;
    }
  }
  const auto dead = client.engine().ListDeadLetters(std::nullopt, 0, 10);
  ASSERT_THAT(*dead, SizeIs(1));
  EXPECT_EQ(dead->front().reason, "released 3 times");
  const auto redriven = client.engine().Redrive({.queue = *client.engine().NumberOf("taxes")}, std::nullopt, 10, false);
  ASSERT_TRUE(redriven.ok()) << redriven.status();
  EXPECT_THAT(redriven->ids, SizeIs(1));
  EXPECT_THAT(*client.ClaimNow("taxes"), SizeIs(1));
}

TEST_F(QueueEnginePostgresTest, WhatTheCitizenAddsReopensIt) {
  auto process = StartProcess(1);
  EngineClient& client = process->client();
  const int64_t id = client.Submit(PlainSubmission("roads"))->id;
  ASSERT_TRUE(client.Complete(client.ClaimNow("roads")->front().token).ok());
  ASSERT_TRUE(client.engine().Append(id, {.author = 1, .visibility = 2, .text = "still there"}, {}, 1).ok());
  const auto leases = client.ClaimNow("roads");
  ASSERT_THAT(*leases, SizeIs(1));
  ASSERT_THAT(leases->front().messages, SizeIs(1));
  EXPECT_EQ(leases->front().messages[0].text, "still there");
}

TEST_F(QueueEnginePostgresTest, FiguresCountWhatIsWhere) {
  auto process = StartProcess(1);
  EngineClient& client = process->client();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.Submit(PlainSubmission("roads")).ok());
  ASSERT_TRUE(client.Complete(client.ClaimNow("roads")->front().token).ok());
  ASSERT_THAT(*client.ClaimNow("roads"), SizeIs(1));
  const auto figures = client.engine().Figures(absl::ZeroDuration());
  ASSERT_TRUE(figures.ok()) << figures.status();
  const QueueFigures& roads = figures->queues[0];
  EXPECT_EQ(roads.record.name, "roads");
  ASSERT_THAT(roads.lanes, SizeIs(1));
  EXPECT_EQ(roads.lanes[0].ready, 1);
  EXPECT_EQ(roads.lanes[0].leased, 1);
  EXPECT_EQ(roads.received_total, 3);
  EXPECT_EQ(roads.completed_total, 1);
}

TEST_F(QueueEnginePostgresTest, WorkCrossesProcessesByPollAndByHint) {
  auto intake = StartProcess(1);
  auto frontline = StartProcess(2);
  EngineClient& worker = frontline->client();
  auto polled = worker.ClaimLater(worker.Waits("roads", absl::Seconds(30)));
  const auto first = (*intake)->Submit(PlainSubmission("roads"));
  EXPECT_EQ(polled.pending.Get()->front().inquiry.content.id, first->id);
  auto hinted = worker.ClaimLater(worker.Waits("roads", absl::Seconds(30)));
  const auto second = (*intake)->Submit(PlainSubmission("roads"));
  worker.engine().Hint((*intake)->engine().TakeFreshQueues());
  EXPECT_EQ(hinted.pending.Get()->front().inquiry.content.id, second->id);
}

TEST_F(QueueEnginePostgresTest, ALeaseOutlivesItsProcess) {
  auto first = StartProcess(1);
  ASSERT_TRUE((*first)->Submit(PlainSubmission("roads")).ok());
  const std::string token = (*first)->ClaimNow("roads")->front().token;
  first.reset();
  auto second = StartProcess(2);
  EXPECT_THAT(*(*second)->ClaimNow("roads"), IsEmpty());
  EXPECT_TRUE((*second)->Complete(token).ok());
}

TEST_F(QueueEnginePostgresTest, TwoProcessesShareTheWorkAndNothingIsLostOrDoubled) {
  constexpr int kEach = 300;
  auto first = StartProcess(1);
  auto second = StartProcess(2);
  Ledger ledger;
  std::vector<std::thread> threads;
  for (Process* process : {first.get(), second.get()}) {
    threads.emplace_back([&ledger, process] { ledger.Submit(process->client(), kEach); });
    threads.emplace_back([&ledger, process] { ledger.Submit(process->client(), kEach); });
    threads.emplace_back([&ledger, process] { ledger.Work(process->client(), 4 * kEach); });
    threads.emplace_back([&ledger, process] { ledger.Work(process->client(), 4 * kEach); });
  }
  for (std::thread& thread : threads) thread.join();
  ledger.Check(first->store());
}

TEST_F(QueueEnginePostgresTest, LostAnswersLoseNothing) {
  constexpr int kEach = 100;
  auto process = StartProcess(1, {.in_doubt_limit = absl::Minutes(1)});
  process->faulty().LoseAnswers(0.5);
  Ledger ledger;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back([&] { ledger.Submit(process->client(), kEach); });
  for (int i = 0; i < 3; ++i) threads.emplace_back([&] { ledger.Work(process->client(), 3 * kEach); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(process->faulty().lost_answers(), 20);
  ledger.Check(process->store());
}

TEST_F(QueueEnginePostgresTest, SessionsThatAreCutOffLoseNothing) {
  constexpr int kEach = 200;
  auto process = StartProcess(1, {.in_doubt_limit = absl::Minutes(1)});
  auto connection = Connection::Open({.conninfo = conninfo_});
  ASSERT_TRUE(connection.ok());
  Ledger ledger;
  std::atomic<bool> finished = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) threads.emplace_back([&] { ledger.Submit(process->client(), kEach); });
  for (int i = 0; i < 3; ++i) threads.emplace_back([&] { ledger.Work(process->client(), 3 * kEach); });
  std::thread cutter([&] {
    absl::Mutex mutex;
    absl::MutexLock lock(&mutex);
    while (!mutex.AwaitWithTimeout(absl::Condition(
                                       +[](std::atomic<bool>* done) { return done->load(); }, &finished),
                                   absl::Milliseconds(100))) {
      EXPECT_TRUE((*connection)->Execute(kCutOffOthers).ok());
    }
  });
  for (std::thread& thread : threads) thread.join();
  finished = true;
  cutter.join();
  // What the last cut hit may still be under a lease that nobody holds; everything acknowledged is settled all the
  // same.
  ledger.Check(process->store());
}

}  // namespace
}  // namespace switchboard::queue
