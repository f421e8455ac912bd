// Statements, values and errors of one session, on a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/postgres/connection.h"
#include "common/postgres/server_check.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "tests/support/test_postgres.h"

namespace switchboard {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class PostgresConnectionTest : public ::testing::Test {
 protected:
  std::unique_ptr<Connection> Connect(SessionOptions options = {}) {
    options.conninfo = conninfo_;
    auto connection = Connection::Open(options);
    EXPECT_TRUE(connection.ok()) << connection.status();
    return *std::move(connection);
  }

  // Ends a session from another one, as an administrator or a failover would.
  void Terminate(int backend_pid) {
    constexpr SqlStatement kTerminate{"test_terminate", "SELECT pg_terminate_backend($1, 5000)"};
    ASSERT_TRUE(Connect()->Execute(kTerminate, backend_pid).ok());
  }

  const std::string conninfo_ = TestPostgres::Get().CreateDatabase();
};

TEST_F(PostgresConnectionTest, ValuesComeBackAsTheyWent) {
  constexpr SqlStatement kEcho{"test_echo",
                               "SELECT $1::text, $2::bigint, $3::boolean, $4::float8, $5::timestamptz, $6::bytea, "
                               "$7::text, $8::text[], $9::bigint[], $10::bytea[]"};
  const std::string text = "Où est \"la\" {virgule}, \\ ? 🚧";
  const std::string bytes("\0\x01\xff\\", 4);
  const absl::Time time = absl::FromUnixMicros(1767225600123456);
  PgArray texts, numbers, blobs;
  for (const char* element : {"a", "", "b,c", "NULL", "{\"\\}"}) texts.Add(element);
  texts.Add(text);
  for (const int64_t number : {int64_t{1}, int64_t{-2}, INT64_MAX}) numbers.Add(number);
  blobs.AddBytes(bytes);
  Params params = Params::Of(text, INT64_MIN, true, 0.1, time);
  params.AddBytes(bytes);
  params.AddNull();
  params.Add(texts);
  params.Add(numbers);
  params.Add(blobs);

  const auto rows = Connect()->Execute(kEcho, params);

  ASSERT_TRUE(rows.ok()) << rows.status();
  const Row row = (*rows)[0];
  EXPECT_EQ(row.Text(0), text);
  EXPECT_EQ(row.Int64(1), INT64_MIN);
  EXPECT_TRUE(row.Bool(2));
  EXPECT_EQ(row.Double(3), 0.1);
  EXPECT_EQ(row.Time(4), time);
  EXPECT_EQ(row.Bytes(5), bytes);
  EXPECT_TRUE(row.IsNull(6));
  EXPECT_EQ(row.OptionalText(6), std::nullopt);
  EXPECT_THAT(row.TextArray(7), ElementsAre("a", "", "b,c", "NULL", "{\"\\}", text));
  EXPECT_THAT(row.Int64Array(8), ElementsAre(1, -2, INT64_MAX));
}

TEST_F(PostgresConnectionTest, EveryTypeIsReadAndSoIsNull) {
  constexpr SqlStatement kValues{
      "test_values",
      "SELECT 'où'::text, -2::smallint, -3::integer, $1::bigint, true, false, 0.5::real, 0.1::float8, "
      "'2026-01-01 00:00:00.000001Z'::timestamptz, 'infinity'::timestamptz, '-infinity'::timestamptz, "
      "'\\x00ff'::bytea, NULL::text, NULL::bigint, NULL::timestamptz, ''::text"};

  const auto rows = Connect()->Execute(kValues, INT64_MIN);

  ASSERT_TRUE(rows.ok()) << rows.status();
  const Row row = (*rows)[0];
  EXPECT_EQ(row.Text(0), "où");
  EXPECT_EQ(row.Int64(1), -2);
  EXPECT_EQ(row.Int(2), -3);
  EXPECT_EQ(row.Int64(3), INT64_MIN);
  EXPECT_TRUE(row.Bool(4));
  EXPECT_FALSE(row.Bool(5));
  EXPECT_EQ(row.Double(6), 0.5);
  EXPECT_EQ(row.Double(7), 0.1);
  EXPECT_EQ(row.Time(8), absl::FromUnixMicros(1767225600000001));
  EXPECT_EQ(row.Time(9), absl::InfiniteFuture());
  EXPECT_EQ(row.Time(10), absl::InfinitePast());
  EXPECT_EQ(row.Bytes(11), std::string("\0\xff", 2));
  EXPECT_EQ(row.OptionalText(12), std::nullopt);
  EXPECT_EQ(row.Int64(13), 0);
  EXPECT_EQ(row.OptionalTime(14), std::nullopt);
  EXPECT_EQ(row.OptionalText(15), "");
}

TEST_F(PostgresConnectionTest, TimesOfAllPrecisionsAreRead) {
  constexpr SqlStatement kTimes{"test_times",
                                "SELECT '2026-01-01 00:00:00Z'::timestamptz, '2026-01-01 00:00:00.5Z'::timestamptz, "
                                "'infinity'::timestamptz, '2026-06-01 12:00:00.000001+02'::timestamptz, "
                                "'12026-01-01 00:00:00.25Z'::timestamptz"};
  const auto rows = Connect()->Execute(kTimes);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ((*rows)[0].Time(0), absl::FromUnixSeconds(1767225600));
  EXPECT_EQ((*rows)[0].Time(1), absl::FromUnixMillis(1767225600500));
  EXPECT_EQ((*rows)[0].Time(2), absl::InfiniteFuture());
  EXPECT_EQ((*rows)[0].Time(3), absl::FromUnixMicros(1780308000000001));
  EXPECT_EQ((*rows)[0].Time(4),
            absl::FromCivil(absl::CivilSecond(12026, 1, 1), absl::UTCTimeZone()) + absl::Milliseconds(250));
}

TEST_F(PostgresConnectionTest, NulInATextIsRefusedAndNothingIsSent) {
  constexpr SqlStatement kText{"test_text", "SELECT $1::text"};
  const auto connection = Connect();
  EXPECT_EQ(connection->Execute(kText, std::string("a\0b", 3)).status().code(), absl::StatusCode::kInvalidArgument);
  PgArray array;
  array.Add(std::string_view("a\0b", 3));
  EXPECT_EQ(connection->Execute(kText, array).status().code(), absl::StatusCode::kInvalidArgument);
}

struct ErrorCase {
  const char* name;
  const char* sql;
  absl::StatusCode code;
  std::string_view reason;
};

TEST_F(PostgresConnectionTest, ServerErrorsBecomeStatusesThatQuoteNoValues) {
  const ErrorCase cases[] = {
      {"unique", "INSERT INTO thing VALUES (1, 'secret')", absl::StatusCode::kAlreadyExists,
       reason::kConstraintViolated},
      {"check", "INSERT INTO thing VALUES (-1, 'secret')", absl::StatusCode::kFailedPrecondition,
       reason::kConstraintViolated},
      {"data", "SELECT 'secret'::bigint", absl::StatusCode::kInvalidArgument, reason::kDatabaseRefused},
      {"mistake", "SELECT * FROM missing WHERE 'secret' = 'secret'", absl::StatusCode::kInternal,
       reason::kDatabaseRefused},
      {"timeout", "SET statement_timeout = 20; SELECT pg_sleep(10)", absl::StatusCode::kDeadlineExceeded,
       reason::kDatabaseTimeout},
      {"conflict", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$", absl::StatusCode::kAborted,
       reason::kDatabaseConflict},
      {"disk full", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '53100'; END $$", absl::StatusCode::kUnavailable,
       reason::kDatabaseFull},
      {"privilege", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '42501'; END $$", absl::StatusCode::kInternal,
       reason::kDatabaseRefused},
      {"too many sessions", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '53300'; END $$",
       absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable},
      {"connection of the server's own", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '08001'; END $$",
       absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable},
      {"outcome unknown", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40003'; END $$",
       absl::StatusCode::kUnavailable, reason::kCommitOutcomeUnknown},
  };
  ASSERT_TRUE(Connect()
                  ->ExecuteScript("CREATE TABLE thing (id bigint PRIMARY KEY CHECK (id > 0), text text);"
                                  "INSERT INTO thing VALUES (1, 'first')")
                  .ok());
  for (const ErrorCase& c : cases) {
    const auto connection = Connect();
    const absl::Status status = connection->ExecuteScript(c.sql).status();
    EXPECT_TRUE(connection->IsOpen()) << c.name;
    EXPECT_EQ(status.code(), c.code) << c.name << ": " << status;
    EXPECT_EQ(ReasonOf(status), c.reason) << c.name;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("secret"))) << c.name;
  }
}

TEST_F(PostgresConnectionTest, ConstraintIsNamedInTheMetadata) {
  const auto connection = Connect();
  ASSERT_TRUE(connection->ExecuteScript("CREATE TABLE t (id int CONSTRAINT only_once UNIQUE)").ok());
  const absl::Status status = connection->ExecuteScript("INSERT INTO t VALUES (1), (1)").status();
  EXPECT_EQ(ErrorMetadataOf(status, "constraint"), "only_once");
}

TEST_F(PostgresConnectionTest, SessionFoundDeadIsToldFromOneLostUnderWay) {
  constexpr SqlStatement kOne{"test_one", "SELECT 1"};
  const auto connection = Connect();
  ASSERT_TRUE(connection->Execute(kOne).ok());
  Terminate(connection->BackendPid());
  connection->DetectLoss();
  EXPECT_FALSE(connection->IsOpen());
  EXPECT_EQ(ReasonOf(connection->Execute(kOne).status()), reason::kDatabaseUnavailable);
}

TEST_F(PostgresConnectionTest, LossWhileAStatementThatCommitsIsUnderWayIsAnUnknownOutcome) {
  constexpr SqlStatement kSuicide{"test_suicide", "SELECT pg_terminate_backend(pg_backend_pid())"};
  const absl::Status status = Connect()->Execute(kSuicide).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(IsOutcomeUnknown(status)) << status;
}

// What cannot be sent leaves nobody sure of the session.
TEST_F(PostgresConnectionTest, AStatementThatCannotBeSentEndsTheSession) {
  constexpr SqlStatement kOne{"test_many", "SELECT 1"};
  const auto connection = Connect();
  Params params;
  for (int i = 0; i < 70'000; ++i) params.Add(1);  // more than the protocol can count
  EXPECT_TRUE(IsOutcomeUnknown(connection->Execute(kOne, params).status()));
  EXPECT_FALSE(connection->IsOpen());
}

TEST_F(PostgresConnectionTest, LossInsideATransactionChangedNothing) {
  constexpr SqlStatement kSuicide{"test_suicide", "SELECT pg_terminate_backend(pg_backend_pid())"};
  const absl::Status status =
      Connect()->Transaction([&](Connection& connection) { return connection.Execute(kSuicide).status(); });
  EXPECT_EQ(ReasonOf(status), reason::kDatabaseUnavailable) << status;
}

TEST_F(PostgresConnectionTest, LossDuringCommitIsAnUnknownOutcome) {
  const auto connection = Connect();
  // A deferred trigger runs inside COMMIT.
  ASSERT_TRUE(
      connection
          ->ExecuteScript(
              "CREATE TABLE t (id int);"
              "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
              "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END $$;"
              "CREATE CONSTRAINT TRIGGER d AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE "
              "FUNCTION die()")
          .ok());
  const absl::Status status =
      connection->Transaction([](Connection& c) { return c.ExecuteScript("INSERT INTO t VALUES (1)").status(); });
  EXPECT_TRUE(IsOutcomeUnknown(status)) << status;
}

TEST_F(PostgresConnectionTest, TransactionsCommitOrLeaveNothing) {
  constexpr SqlStatement kCount{"test_count", "SELECT count(*) FROM t"};
  const auto connection = Connect();
  ASSERT_TRUE(connection->ExecuteScript("CREATE TABLE t (id int)").ok());
  const auto insert = [](Connection& c) { return c.ExecuteScript("INSERT INTO t VALUES (1)").status(); };

  EXPECT_TRUE(connection->Transaction(insert).ok());
  EXPECT_FALSE(connection
                   ->Transaction([&](Connection& c) {
                     EXPECT_TRUE(insert(c).ok());
                     return absl::CancelledError("changed my mind");
                   })
                   .ok());
  EXPECT_EQ((*connection->Execute(kCount))[0].Int64(0), 1);
}

TEST_F(PostgresConnectionTest, BodyThatOverlooksAnErrorDoesNotCommit) {
  const auto connection = Connect();
  const absl::Status status = connection->Transaction([](Connection& c) {
    c.ExecuteScript("SELECT 1/0").IgnoreError();
    return absl::OkStatus();
  });
  EXPECT_FALSE(status.ok());
}

// The driver rolls back by itself after some errors, and no statement that follows may commit alone.
TEST_F(PostgresConnectionTest, NothingIsWrittenAfterAnErrorThatWasOverlooked) {
  constexpr SqlStatement kInsert{"test_insert", "INSERT INTO t VALUES (1)"};
  const auto connection = Connect();
  ASSERT_TRUE(connection->ExecuteScript("CREATE TABLE t (id int)").ok());
  const absl::Status status = connection->Transaction([&](Connection& c) {
    c.ExecuteScript("SELECT 1/0").IgnoreError();
    EXPECT_FALSE(c.Execute(kInsert).ok());
    EXPECT_FALSE(c.ExecuteScript("INSERT INTO t VALUES (2)").ok());
    CopyRows rows;
    rows.BeginRow(1);
    rows.AddInteger(3);
    EXPECT_FALSE(c.Load({{{"test_load", "COPY t FROM STDIN (FORMAT binary)"}, rows}}).ok());
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_EQ((*connection->ExecuteScript("SELECT count(*) FROM t"))[0].Int64(0), 0);
}

class PostgresLoadTest : public PostgresConnectionTest {
 protected:
  static constexpr SqlStatement kThings{"test_load_things", "COPY thing FROM STDIN (FORMAT binary)"};
  static constexpr SqlStatement kNotes{"test_load_notes", "COPY note FROM STDIN (FORMAT binary)"};
  static constexpr SqlStatement kReadThings{"test_read_things", "SELECT * FROM thing ORDER BY id"};

  static CopyRows Things(std::initializer_list<int64_t> ids) {
    CopyRows rows;
    for (const int64_t id : ids) {
      rows.BeginRow(9);
      rows.AddBigint(id);
      rows.AddInteger(-4);
      rows.AddSmallint(-2);
      rows.AddReal(0.5F);
      rows.AddBoolean(true);
      rows.AddText("où \"\\");
      rows.AddTimestamptz(absl::FromUnixMicros(1767225600123456));
      rows.AddUuid("0123456789abcdef");
      rows.AddNull();
    }
    return rows;
  }

  static CopyRows Notes(std::string_view text) {
    CopyRows rows;
    rows.BeginRow(1);
    rows.AddText(text);
    return rows;
  }

  int64_t CountOf(const char* table) {
    return (*connection_->ExecuteScript(StrCat("SELECT count(*) FROM ", table)))[0].Int64(0);
  }

  void SetUp() override {
    ASSERT_TRUE(connection_
                    ->ExecuteScript("CREATE TABLE thing (id bigint CONSTRAINT thing_once PRIMARY KEY, i integer, "
                                    "s smallint, r real, b boolean, t text, at timestamptz, u uuid, n text);"
                                    "CREATE TABLE note (text text)")
                    .ok());
  }

  const std::unique_ptr<Connection> connection_ = Connect();
};

TEST_F(PostgresLoadTest, WritesEveryTypeAsItWas) {
  ASSERT_TRUE(connection_->Load({{kThings, Things({7})}}).ok());

  const auto rows = connection_->Execute(kReadThings);
  ASSERT_TRUE(rows.ok()) << rows.status();
  const Row row = (*rows)[0];
  EXPECT_EQ(row.Int64(0), 7);
  EXPECT_EQ(row.Int(1), -4);
  EXPECT_EQ(row.Int(2), -2);
  EXPECT_EQ(row.Double(3), 0.5);
  EXPECT_TRUE(row.Bool(4));
  EXPECT_EQ(row.Text(5), "où \"\\");
  EXPECT_EQ(row.Time(6), absl::FromUnixMicros(1767225600123456));
  EXPECT_EQ(row.Text(7), "30313233-3435-3637-3839-616263646566");
  EXPECT_TRUE(row.IsNull(8));
}

TEST_F(PostgresLoadTest, WritesAllStepsAndSkipsThoseWithoutRows) {
  const std::string long_text(1 << 20, 'x');
  ASSERT_TRUE(connection_->Load({{kThings, Things({1, 2})}, {kThings, CopyRows()}, {kNotes, Notes(long_text)}}).ok());
  EXPECT_TRUE(connection_->Load({{kThings, CopyRows()}}).ok());

  EXPECT_EQ(CountOf("thing"), 2);
  EXPECT_EQ((*connection_->ExecuteScript("SELECT text FROM note"))[0].Text(0), long_text);
}

TEST_F(PostgresLoadTest, OneRefusedRowLeavesNothingOfAnyStepAndTheSessionInOrder) {
  const absl::Status status =
      connection_->Load({{kNotes, Notes(std::string(1 << 20, 'x'))}, {kThings, Things({1, 1})}, {kNotes, Notes("b")}});

  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << status;
  EXPECT_EQ(ErrorMetadataOf(status, "constraint"), "thing_once");
  EXPECT_EQ(CountOf("thing"), 0);
  EXPECT_EQ(CountOf("note"), 0);
  EXPECT_TRUE(connection_->Load({{kThings, Things({1})}}).ok());
}

TEST_F(PostgresLoadTest, RefusalWhileRowsAreStillOnTheirWayIsTold) {
  CopyRows rows;
  for (int i = 0; i < 2000; ++i) {
    rows.BeginRow(2);  // one too many
    rows.AddText("a");
    rows.AddText(std::string(1000, 'x'));
  }
  EXPECT_EQ(connection_->Load({{kNotes, rows}, {kThings, Things({1})}}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CountOf("thing"), 0);
  EXPECT_EQ(connection_->Load({{kNotes, Notes(std::string_view("a\0b", 3))}}).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(PostgresLoadTest, IsPartOfTheTransactionThatIsOpen) {
  EXPECT_FALSE(connection_
                   ->Transaction([](Connection& c) {
                     EXPECT_TRUE(c.Load({{kThings, Things({1})}}).ok());
                     return absl::CancelledError("changed my mind");
                   })
                   .ok());
  EXPECT_EQ(CountOf("thing"), 0);
}

TEST_F(PostgresLoadTest, IsCommittedWithTheStatementsAroundIt) {
  EXPECT_TRUE(connection_
                  ->Transaction([](Connection& c) {
                    EXPECT_TRUE(c.ExecuteScript("INSERT INTO note VALUES ('before')").ok());
                    EXPECT_TRUE(c.Load({{kThings, Things({1})}}).ok());
                    EXPECT_EQ((*c.Execute(kReadThings)).size(), 1u);
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(CountOf("thing"), 1);
  EXPECT_EQ(CountOf("note"), 1);
}

TEST_F(PostgresLoadTest, RefusedInsideATransactionLeavesNothingOfIt) {
  const absl::Status status = connection_->Transaction([](Connection& c) {
    EXPECT_TRUE(c.ExecuteScript("INSERT INTO note VALUES ('before')").ok());
    c.Load({{kThings, Things({1, 1})}}).IgnoreError();
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << status;
  EXPECT_EQ(CountOf("note"), 0);
  EXPECT_TRUE(connection_->Load({{kThings, Things({1})}}).ok());
}

TEST_F(PostgresLoadTest, LossUnderWayIsAnUnknownOutcome) {
  ASSERT_TRUE(connection_
                  ->ExecuteScript("CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
                                  "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); "
                                  "RETURN NEW; END $$;"
                                  "CREATE TRIGGER d BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION die()")
                  .ok());
  const absl::Status status = connection_->Load({{kThings, Things({1})}, {kNotes, Notes("a")}});
  EXPECT_TRUE(IsOutcomeUnknown(status)) << status;
  EXPECT_FALSE(connection_->IsOpen());
}

TEST_F(PostgresConnectionTest, RelaxedSessionsDoNotWaitForTheDiskAndTheOthersDo) {
  constexpr SqlStatement kShow{"test_show", "SELECT current_setting('synchronous_commit')"};
  EXPECT_EQ((*Connect({.relaxed_commit = true})->Execute(kShow))[0].Text(0), "off");
  EXPECT_EQ((*Connect()->Execute(kShow))[0].Text(0), "on");
}

TEST_F(PostgresConnectionTest, ServerThatCouldLoseInquiriesIsRefused) {
  const auto connection = Connect();  // the test server runs with fsync=off
  EXPECT_TRUE(CheckServer(*connection).ok()) << CheckServer(*connection);
  const absl::Status status = CheckDurability(*connection);
  EXPECT_EQ(ReasonOf(status), reason::kNotDurable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("fsync"));
}

TEST(PostgresConnectionOpen, UnreachableServerIsUnavailableAndThePasswordStaysSecret) {
  const auto connection = Connection::Open({.conninfo = "host=/nonexistent user=me password=hunter2"});
  EXPECT_EQ(connection.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(connection.status().message()), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace switchboard
