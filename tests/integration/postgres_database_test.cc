// Pools, retries and losses of a Database, its clock and its hints, on a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/synchronization/notification.h"
#include "common/postgres/database.h"
#include "common/postgres/database_clock.h"
#include "common/postgres/notification_listener.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "tests/support/fake_clock.h"
#include "tests/support/test_postgres.h"

namespace switchboard {
namespace {

constexpr SqlStatement kPid{"test_pid", "SELECT pg_backend_pid()"};
constexpr SqlStatement kTerminateOthers{"test_terminate_others",
                                        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"};

class PostgresDatabaseTest : public ::testing::Test {
 protected:
  std::unique_ptr<Database> Open(DatabaseOptions options = {}) {
    options.conninfo = conninfo_;
    return std::make_unique<Database>(std::move(options), clock_);
  }

  void TerminateSessions() {
    auto connection = Connection::Open({.conninfo = conninfo_});
    ASSERT_TRUE(connection.ok());
    ASSERT_TRUE((*connection)->Execute(kTerminateOthers).ok());
  }

  const std::string conninfo_ = TestPostgres::Get().CreateDatabase();
  FakeClock clock_;
};

TEST_F(PostgresDatabaseTest, SessionIsUsedAgain) {
  const auto database = Open();
  const auto first = database->Execute(kDurablePool, kPid);
  const auto second = database->Execute(kDurablePool, kPid);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ((*first)[0].Int64(0), (*second)[0].Int64(0));
}

TEST_F(PostgresDatabaseTest, IdleSessionThatDiedIsReplacedWithoutTheCallerNoticing) {
  const auto database = Open();
  ASSERT_TRUE(database->Execute(kDurablePool, kPid).ok());
  TerminateSessions();
  EXPECT_TRUE(database->Execute(kDurablePool, kPid).ok());
}

TEST_F(PostgresDatabaseTest, FullPoolIsToldAfterTheAcquireTimeout) {
  const auto database = Open({.pools = {{.role = "one", .connections = 1, .acquire_timeout = absl::Milliseconds(10)}}});
  const absl::Status status =
      database->WithConnection("one", [&](Connection&) { return database->Execute("one", kPid).status(); });
  EXPECT_EQ(ReasonOf(status), reason::kDatabaseBusy);
  EXPECT_TRUE(database->Execute("one", kPid).ok());
}

TEST_F(PostgresDatabaseTest, UnknownPoolIsAMistake) {
  EXPECT_EQ(Open()->Execute("nonsense", kPid).status().code(), absl::StatusCode::kInternal);
}

TEST_F(PostgresDatabaseTest, ConflictsAreRetriedABoundedNumberOfTimes) {
  int observed = 0;
  const auto database = Open(
      {.max_conflict_retries = 2, .observer = [&](const char*, absl::Duration, const absl::Status&) { ++observed; }});
  int runs = 0;
  const auto conflict_until = [&runs](int good) {
    return [&runs, good](Connection& connection) {
      return ++runs >= good
                 ? absl::OkStatus()
                 : connection.ExecuteScript("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$").status();
    };
  };

  EXPECT_TRUE(database->Transaction(kDurablePool, conflict_until(3)).ok());
  EXPECT_EQ(runs, 3);
  runs = 0;
  EXPECT_EQ(ReasonOf(database->Transaction(kDurablePool, conflict_until(100))), reason::kDatabaseConflict);
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(observed, 6);
}

TEST_F(PostgresDatabaseTest, UnreachableDatabaseIsTriedOncePerBackoff) {
  FakeClock clock;
  Database database({.conninfo = "host=/nonexistent", .initial_backoff = absl::Milliseconds(100)}, clock);
  const absl::Status first = database.Ping(kDurablePool);
  const absl::Status second = database.Ping(kDurablePool);
  clock.Advance(absl::Milliseconds(100));
  const absl::Status third = database.Ping(kDurablePool);

  EXPECT_EQ(ReasonOf(first), reason::kDatabaseUnavailable);
  EXPECT_EQ(std::string(second.message()), "the database cannot be reached");
  EXPECT_EQ(RetryAfterOf(second), absl::Milliseconds(100));
  EXPECT_EQ(std::string(third.message()), std::string(first.message()));
  EXPECT_EQ(RetryAfterOf(third), absl::Milliseconds(200));
}

TEST_F(PostgresDatabaseTest, ManyThreadsShareFewSessions) {
  const auto database = Open({.pools = {{.role = "few", .connections = 2}}});
  std::atomic<int> served{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) served += database->Execute("few", kPid).ok();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(served, 400);
}

TEST_F(PostgresDatabaseTest, ClockOfTheDatabaseIsToldWhateverTheHostsClockSays) {
  FakeClock host(absl::FromUnixSeconds(0));
  DatabaseClock clock(host);
  EXPECT_EQ(clock.Now(), host.Now());
  const auto connection = *Connection::Open({.conninfo = conninfo_});
  constexpr SqlStatement kNow{"test_now", "SELECT clock_timestamp()"};

  const absl::Time before = (*connection->Execute(kNow))[0].Time(0);
  ASSERT_TRUE(clock.Measure(*connection).ok());
  const absl::Time after = (*connection->Execute(kNow))[0].Time(0);

  EXPECT_GE(clock.Now(), before);
  EXPECT_LE(clock.Now(), after);
  const absl::Time measured = clock.Now();
  host.SetNow(absl::FromUnixSeconds(4000000000));  // the host's clock jumps; nothing happens
  host.Advance(absl::Seconds(5));
  EXPECT_EQ(clock.Now(), measured + absl::Seconds(5));
}

TEST_F(PostgresDatabaseTest, HintsArriveAlsoAfterTheListenerLostItsSession) {
  absl::Mutex mutex;
  std::vector<std::string> heard;
  const auto listener =
      NotificationListener::Start({.conninfo = conninfo_}, {"lane"}, [&](std::string_view, std::string_view payload) {
        absl::MutexLock lock(&mutex);
        heard.emplace_back(payload);
      });
  const auto await = [&](size_t count) {
    absl::MutexLock lock(&mutex);
    const auto enough = [&] { return heard.size() >= count; };
    return mutex.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(10));
  };
  constexpr SqlStatement kNotify{"test_notify", "SELECT pg_notify('lane', $1)"};
  const auto database = Open();

  ASSERT_TRUE(await(1));  // connected: something may have been missed
  ASSERT_TRUE(database->Execute(kDurablePool, kNotify, "one").ok());
  ASSERT_TRUE(await(2));
  TerminateSessions();
  ASSERT_TRUE(await(3));  // connected again
  ASSERT_TRUE(database->Execute(kDurablePool, kNotify, "two").ok());
  ASSERT_TRUE(await(4));
  EXPECT_THAT(heard, ::testing::ElementsAre("", "one", "", "two"));
}

}  // namespace
}  // namespace switchboard
