// What only a real database can do to a store: lose the answer to a commit, commit late, cache a plan made for an empty
// table, end sessions.
#include <atomic>
#include <regex>
#include <thread>

#include "common/status/errors.h"
#include "services/queue/node_registry.h"
#include "services/queue/sql.h"
#include "tests/contract/queue_store_contract.h"
#include "tests/support/queue_database.h"

namespace switchboard::queue {
namespace {

constexpr SqlStatement kOtherSessions{"test_other_sessions",
                                      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                                      "AND pid <> pg_backend_pid() AND wait_event = $1"};
constexpr SqlStatement kEndOtherSessions{"test_end_other_sessions",
                                         "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                                         "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                                         "AND wait_event = $1"};

class PostgresQueueStoreFaults : public QueueStoreTest {
 protected:
  void SetUp() override {
    admin_ = Connect();
    const std::vector<std::string> names = {"roads", "general"};
    ASSERT_TRUE(store_.RegisterQueues(names).ok());
    Warm();
  }

  std::unique_ptr<Connection> Connect() {
    auto connection = Connection::Open({.conninfo = conninfo_});
    EXPECT_TRUE(connection.ok()) << connection.status();
    return *std::move(connection);
  }

  // Opens sessions and lists the lane, so that what is provoked later hits the statement that is meant.
  void Warm() { EXPECT_TRUE(store_.Enqueue({Fresh(kGeneral), Fresh()}).ok()); }

  void Run(const std::string& sql) {
    const auto rows = admin_->ExecuteScript(sql);
    ASSERT_TRUE(rows.ok()) << rows.status();
  }

  // Runs `call` until its session waits for `wait_event`, and ends that session. False when it ended without waiting.
  template <typename Call>
  bool LoseSessionDuring(const char* wait_event, Call call) {
    std::atomic<bool> ended = false;
    std::thread thread([&] {
      call();
      ended = true;
    });
    bool waits = false;
    while (!waits && !ended) waits = admin_->Execute(kOtherSessions, wait_event).value()[0].Int64(0) > 0;
    if (waits) admin_->Execute(kEndOtherSessions, wait_event).IgnoreError();
    thread.join();
    return waits;
  }

  // Commits take effect but are not answered, as with a standby that must confirm and does not exist.
  void HoldAnswers(bool hold) {
    Run(hold ? "ALTER SYSTEM SET synchronous_standby_names = 'nobody'"
             : "ALTER SYSTEM RESET synchronous_standby_names");
    Run("SELECT pg_reload_conf()");
    if (!hold) return;
    // Another process of the server puts it in force, a moment later: try until a commit does wait.
    const auto commit = [this] {
      Connect()->ExecuteScript("SELECT pg_logical_emit_message(true, 'test', '')").IgnoreError();
    };
    while (!LoseSessionDuring("SyncRep", commit)) continue;
  }

  void TearDown() override { HoldAnswers(false); }

  const std::string conninfo_ = CreateQueueDatabase();
  SystemClock system_clock_;
  Database database_{QueueDatabaseOptions(conninfo_), system_clock_};
  PostgresQueueStore store_{database_, ids_};
  std::unique_ptr<Connection> admin_;
};

TEST_F(PostgresQueueStoreFaults, AnEnqueueWhoseAnswerIsLostIsFoundByItsRepetition) {
  NewInquiry handed_off = Fresh();
  handed_off.hand_off = HandOff{"anna", ids_.NextPosition(), now() + kLease};
  const std::vector<NewInquiry> batch = {WithRequestId(Fresh(), Uuid{{1}}, 5), Fresh(), handed_off};
  absl::Status lost;
  HoldAnswers(true);

  EXPECT_TRUE(LoseSessionDuring("SyncRep", [&] { lost = store_.Enqueue(batch).status(); }));

  HoldAnswers(false);
  EXPECT_TRUE(IsOutcomeUnknown(lost)) << lost;
  const auto outcomes = store_.Enqueue(batch);
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  for (const EnqueueOutcome& outcome : *outcomes) EXPECT_EQ(outcome.kind, EnqueueOutcome::Kind::kStored);
  EXPECT_EQ(store_.Claim(BatchFor({Cursor(batch[0].place, absl::Hours(1), batch[0].place.position - 1)}, 10))->size(),
            2u);
}

TEST_F(PostgresQueueStoreFaults, AnEnqueueThatDidNotHappenIsDoneByItsRepetition) {
  const std::vector<NewInquiry> batch = {WithRequestId(Fresh(), Uuid{{1}}, 5), Fresh()};
  absl::Status lost;
  const auto blocker = Connect();
  const absl::Status blocked = blocker->Transaction([&](Connection& connection) {
    const auto locked = connection.ExecuteScript("LOCK TABLE switchboard.request");
    EXPECT_TRUE(LoseSessionDuring("relation", [&] { lost = store_.Enqueue(batch).status(); }));
    return locked.status();
  });
  ASSERT_TRUE(blocked.ok()) << blocked;

  EXPECT_TRUE(IsOutcomeUnknown(lost)) << lost;
  EXPECT_TRUE(absl::IsNotFound(store_.Get(batch[1].content.id).status()));
  const auto outcomes = store_.Enqueue(batch);
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ(outcomes->at(0).kind, EnqueueOutcome::Kind::kStored);
  EXPECT_EQ(store_.Get(batch[1].content.id)->state, InquiryState::kReady);
}

TEST_F(PostgresQueueStoreFaults, AClaimThatCannotReadWhatItLeasedIsGivenToItsRepetition) {
  PostgresQueueStore intake{database_, ids_};  // of another process
  const NewInquiry inquiry = Fresh();
  ASSERT_TRUE(intake.Enqueue({inquiry}).ok());
  ClaimBatch batch = BatchFor({Cursor(inquiry.place, absl::Hours(24), inquiry.place.position - 1)});
  absl::Status lost;
  const absl::Status blocked = Connect()->Transaction([&](Connection& connection) {
    const auto locked = connection.ExecuteScript("LOCK TABLE switchboard.inquiry");
    EXPECT_TRUE(LoseSessionDuring("relation", [&] { lost = store_.Claim(batch).status(); }));
    return locked.status();
  });
  ASSERT_TRUE(blocked.ok()) << blocked;

  EXPECT_TRUE(IsOutcomeUnknown(lost)) << lost;
  batch.repeated = true;
  const auto claimed = store_.Claim(batch);
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  ASSERT_EQ(claimed->size(), 1u);
  EXPECT_EQ(claimed->at(0).attempts, 1);
  EXPECT_EQ(claimed->at(0).content.text, inquiry.content.text);
}

TEST_F(PostgresQueueStoreFaults, ACompletionThatIsHalfToldIsFoundByItsRepetition) {
  const NewInquiry inquiry = Fresh();
  ASSERT_TRUE(store_.Enqueue({inquiry}).ok());
  const auto claimed = store_.Claim(BatchFor({Cursor(inquiry.place)}, 10));
  ASSERT_EQ(claimed->size(), 2u);
  std::vector<Settlement> batch = {Completing(claimed->at(0)), Completing(claimed->at(1))};
  batch[1].lease.token += 1;
  absl::Status lost;
  // Only what looks for a lost lease needs this table.
  const absl::Status blocked = Connect()->Transaction([&](Connection& connection) {
    const auto locked = connection.ExecuteScript("LOCK TABLE switchboard.dead_letter");
    EXPECT_TRUE(LoseSessionDuring("relation", [&] { lost = store_.Settle(batch).status(); }));
    return locked.status();
  });
  ASSERT_TRUE(blocked.ok()) << blocked;

  EXPECT_TRUE(IsOutcomeUnknown(lost)) << lost;
  const auto outcomes = store_.Settle(batch);
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ(outcomes->at(0).kind, SettleOutcome::Kind::kRepeated);
  EXPECT_EQ(outcomes->at(1).kind, SettleOutcome::Kind::kLeaseLost);
}

TEST_F(PostgresQueueStoreFaults, ASettlementWhoseAnswerIsLostIsFoundByItsRepetition) {
  const NewInquiry inquiry = Fresh();
  ASSERT_TRUE(store_.Enqueue({inquiry}).ok());
  const auto claimed = store_.Claim(BatchFor({Cursor(inquiry.place)}, 10));
  ASSERT_EQ(claimed->size(), 2u);
  const std::vector<Settlement> batch = {Completing(claimed->at(0)), Releasing(claimed->at(1))};
  absl::Status lost;
  HoldAnswers(true);

  EXPECT_TRUE(LoseSessionDuring("SyncRep", [&] { lost = store_.Settle(batch).status(); }));

  HoldAnswers(false);
  EXPECT_TRUE(IsOutcomeUnknown(lost)) << lost;
  const auto outcomes = store_.Settle(batch);
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  EXPECT_EQ(outcomes->at(0).kind, SettleOutcome::Kind::kRepeated);
  EXPECT_EQ(outcomes->at(1).kind, SettleOutcome::Kind::kRepeated);
  EXPECT_EQ(store_.History(claimed->at(0).content.id)->size(), 3u);
  EXPECT_EQ(store_.History(claimed->at(1).content.id)->size(), 3u);
}

TEST_F(PostgresQueueStoreFaults, AMessageWhoseAnswerIsLostIsWrittenOnce) {
  const NewInquiry inquiry = Fresh();
  ASSERT_TRUE(store_.Enqueue({inquiry}).ok());
  ASSERT_TRUE(store_.Withdraw(inquiry.content.id, "", now()).ok());
  const AppendRequest writing = Writing(inquiry.content.id, "more");
  absl::Status lost;
  HoldAnswers(true);

  EXPECT_TRUE(LoseSessionDuring("SyncRep", [&] { lost = store_.Append(writing).status(); }));

  HoldAnswers(false);
  EXPECT_TRUE(IsOutcomeUnknown(lost)) << lost;
  EXPECT_EQ(store_.Append(writing)->kind, AppendOutcome::Kind::kReopened);
  EXPECT_EQ(store_.Conversation(inquiry.content.id)->size(), 1u);
}

TEST_F(PostgresQueueStoreFaults, SessionsThatEndedInIdlenessAreReplaced) {
  Run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
      "WHERE datname = current_database() AND pid <> pg_backend_pid()");

  EXPECT_TRUE(store_.Enqueue({Fresh()}).ok());
  EXPECT_TRUE(store_.ListQueues().ok());
}

// A transaction that took its positions early and commits late.
TEST_F(PostgresQueueStoreFaults, ACommitThatComesLateIsFoundBehindTheHint) {
  const NewInquiry late = Fresh(kGeneral);
  const NewInquiry first = Fresh(kGeneral);
  const NewInquiry second = Fresh(kGeneral);
  const auto blocker = Connect();
  std::thread slow;
  const absl::Status blocked = blocker->Transaction([&](Connection& connection) -> absl::Status {
    // Holds up the late one alone: its request id is being stored by somebody who has not decided yet.
    const auto taken = connection.ExecuteScript(
        "INSERT INTO switchboard.request (request_id, id, content_hash, expires, tenant, shard) "
        "SELECT '01000000-0000-0000-0000-000000000000', 64 + shard, 1, now(), 1, shard "
        "FROM generate_series(0, 63) AS shard");
    if (!taken.ok()) return taken.status();
    slow = std::thread([&] {
      NewInquiry held_up = WithRequestId(late, Uuid{{1}}, 5);
      EXPECT_TRUE(store_.Enqueue({held_up}).ok());
    });
    while (admin_->Execute(kOtherSessions, "transactionid").value()[0].Int64(0) == 0) std::this_thread::yield();
    EXPECT_TRUE(store_.Enqueue({first, second}).ok());
    EXPECT_EQ(store_.Claim(BatchFor({Cursor(first.place)}, 2))->size(), 2u);
    return absl::CancelledError();
  });
  slow.join();
  const int64_t hint = first.place.position;

  EXPECT_EQ(store_.Claim(BatchFor({Cursor(first.place, absl::Hours(1), hint)}, 5))->size(), 1u);
  const auto sweep = store_.SweepLane(kGeneral, first.place.lane, hint, now(), 10);
  ASSERT_TRUE(sweep.ok()) << sweep.status();
  EXPECT_EQ(sweep->first_ready, late.place.position);
}

TEST_F(PostgresQueueStoreFaults, ClaimsDoNotWaitForTheDiskAndTheOthersDo) {
  const auto setting_of = [&](std::string_view pool) {
    std::string setting;
    EXPECT_TRUE(database_
                    .WithConnection(pool,
                                    [&](Connection& connection) -> absl::Status {
                                      const auto rows = connection.ExecuteScript("SHOW synchronous_commit");
                                      if (rows.ok()) setting = std::string((*rows)[0].Text(0));
                                      return rows.status();
                                    })
                    .ok());
    return setting;
  };
  EXPECT_EQ(setting_of(kRelaxedPool), "off");
  EXPECT_EQ(setting_of(kDurablePool), "on");
}

TEST_F(PostgresQueueStoreFaults, ConflictingIdsAreToldFromRepetitions) {
  const NewInquiry mine = Fresh();
  NewInquiry theirs = Fresh();
  theirs.content.id = mine.content.id;
  theirs.content.text = "another text";
  ASSERT_TRUE(store_.Enqueue({mine}).ok());

  EXPECT_TRUE(absl::IsInternal(store_.Enqueue({theirs}).status()));
  EXPECT_EQ(store_.Get(mine.content.id)->content.text, mine.content.text);
}

TEST_F(PostgresQueueStoreFaults, ATextWithNulIsRefusedAndNothingIsStored) {
  const NewInquiry good = Fresh();
  NewInquiry bad = Fresh();
  bad.content.text = std::string("a\0b", 3);

  EXPECT_TRUE(absl::IsInvalidArgument(store_.Enqueue({good, bad}).status()));
  EXPECT_TRUE(absl::IsNotFound(store_.Get(good.content.id).status()));
}

TEST_F(PostgresQueueStoreFaults, RetentionDropsWeeksWhereEverythingIsClosed) {
  const NewInquiry open = Fresh();
  ASSERT_TRUE(store_.Enqueue({open}).ok());
  ASSERT_TRUE(store_.CreatePartitions(now()).ok());
  clock_.Advance(absl::Hours(24 * 7));
  const NewInquiry closed = Fresh();
  ASSERT_TRUE(store_.Enqueue({closed}).ok());
  ASSERT_TRUE(store_.Withdraw(closed.content.id, "", now()).ok());
  ASSERT_TRUE(store_.CreatePartitions(now()).ok());
  clock_.Advance(absl::Hours(24 * 14));
  ASSERT_TRUE(store_.CreatePartitions(now()).ok());

  EXPECT_EQ(store_.DropPartitions(now()).value_or(-1), 1);

  EXPECT_TRUE(absl::IsNotFound(store_.Get(closed.content.id).status()));
  EXPECT_EQ(store_.Get(open.content.id)->state, InquiryState::kReady);
  EXPECT_EQ(store_.DropPartitions(now()).value_or(-1), 0);
  EXPECT_EQ(store_.Tallies(now())->size(), 2u);
}

// Plans are kept. One that was made while everything was empty must still look rows up by key when there are millions.
TEST_F(PostgresQueueStoreFaults, PlansMadeForEmptyTablesUseTheIndex) {
  Run("TRUNCATE switchboard.dispatch, switchboard.inquiry, switchboard.event, switchboard.request, "
      "switchboard.message");
  Run("ANALYZE");
  const std::pair<std::string_view, SqlStatement> statements[] = {
      {kDurablePool, sql::kClaim},          {kDurablePool, sql::kContents},       {kDurablePool, sql::kSettle},
      {kDurablePool, sql::kComplete},       {kDurablePool, sql::kExtend},         {kDurablePool, sql::kSweepLane},
      {kDurablePool, sql::kFindSettled},    {kDurablePool, sql::kFindKnown},      {kDurablePool, sql::kReclassify},
      {kDurablePool, sql::kPromoteDelayed}, {kDurablePool, sql::kRunOverflow},    {kDurablePool, sql::kWithdraw},
      {kDurablePool, sql::kAppendMessage},  {kLookUpPool, sql::kListInquiries},   {kLookUpPool, sql::kGetInquiry},
      {kLookUpPool, sql::kHistory},         {kLookUpPool, sql::kListDeadLetters}, {kLookUpPool, sql::kConversations}};
  const std::regex scan("(Seq Scan|Index Scan|Bitmap Heap Scan).* on (\\w+)");
  for (const auto& entry : statements) {
    const SqlStatement& statement = entry.second;
    int parameters = 0;
    while (std::string(statement.text).find("$" + std::to_string(parameters + 1)) != std::string::npos) ++parameters;
    std::string nulls = "NULL";
    for (int i = 1; i < parameters; ++i) nulls += ", NULL";
    const absl::Status explained = database_.WithConnection(entry.first, [&](Connection& connection) -> absl::Status {
      const auto prepared = connection.ExecuteScript(std::string("PREPARE test_plan AS ") + statement.text);
      if (!prepared.ok()) return prepared.status();
      const auto plan = connection.ExecuteScript("EXPLAIN (COSTS OFF) EXECUTE test_plan (" + nulls + ")");
      connection.ExecuteScript("DEALLOCATE test_plan").IgnoreError();
      if (!plan.ok()) return plan.status();
      for (size_t i = 0; i < plan->size(); ++i) {
        const std::string line((*plan)[i].Text(0));
        if (!std::regex_search(line, scan)) continue;
        const std::string next = i + 1 < plan->size() ? std::string((*plan)[i + 1].Text(0)) : "";
        EXPECT_NE(next.find("Index Cond"), std::string::npos) << statement.name << ": " << line;
      }
      return absl::OkStatus();
    });
    EXPECT_TRUE(explained.ok()) << statement.name << ": " << explained;
  }
}

TEST_F(PostgresQueueStoreFaults, AClaimIsAHotUpdate) {
  std::vector<NewInquiry> batch;
  for (int i = 0; i < 200; ++i) batch.push_back(Fresh());
  ASSERT_TRUE(store_.Enqueue(batch).ok());
  ASSERT_EQ(store_.Claim(BatchFor({Cursor(batch[0].place)}, 200))->size(), 200u);

  // The versions that claims wrote: those that are heap-only tuples have no index entry of their own.
  Run("CREATE EXTENSION IF NOT EXISTS pageinspect");
  const auto rows = admin_->ExecuteScript(
      "SELECT count(*) FILTER (WHERE t_infomask2 & 32768 <> 0), count(*) FROM generate_series(0, "
      "pg_relation_size('switchboard.dispatch') / 8192 - 1) AS page, "
      "heap_page_items(get_raw_page('switchboard.dispatch', page::int)) WHERE lp_flags = 1");
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_GE((*rows)[0].Int64(0), 190);
}

TEST_F(PostgresQueueStoreFaults, NodeNumbersAreTakenOnce) {
  auto first = NodeLease::Take(database_);
  auto second = NodeLease::Take(database_);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE((*first)->number(), (*second)->number());
  EXPECT_TRUE((*first)->Renew().ok());
  EXPECT_TRUE((*first)->GiveBack().ok());
  EXPECT_TRUE(absl::IsFailedPrecondition((*first)->Renew()));

  // One that was silent for too long loses its number to the next.
  Run("UPDATE switchboard.node SET expires = now() + interval '1 hour', holder = gen_random_uuid() "
      "WHERE node <> " +
      std::to_string((*second)->number()));
  EXPECT_TRUE(absl::IsResourceExhausted(NodeLease::Take(database_).status()));
  Run("UPDATE switchboard.node SET expires = now() - interval '1 second' WHERE node = " +
      std::to_string((*second)->number()));
  auto third = NodeLease::Take(database_);
  ASSERT_TRUE(third.ok()) << third.status();
  EXPECT_EQ((*third)->number(), (*second)->number());
  EXPECT_TRUE(HasReason((*second)->Renew(), reason::kLeaseLost));
  EXPECT_TRUE((*third)->Renew().ok());
}

}  // namespace
}  // namespace switchboard::queue
