// Migrations: applied once, in order, by many processes at a time, and refused where they do not fit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "common/postgres/migrator.h"
#include "common/status/errors.h"
#include "tests/support/test_postgres.h"

namespace switchboard {
namespace {

constexpr Migration kFirst{1, "0001_things", "CREATE TABLE thing (id int); INSERT INTO thing VALUES (1)"};
constexpr Migration kSecond{2, "0002_more", "ALTER TABLE thing ADD COLUMN name text"};
constexpr Migration kBroken{2, "0002_broken", "INSERT INTO thing VALUES (2); SELECT 1/0"};
constexpr Migration kEdited{1, "0001_things", "CREATE TABLE thing (id bigint)"};

constexpr Migration kOne[] = {kFirst};
constexpr Migration kTwo[] = {kFirst, kSecond};
constexpr Migration kWithBroken[] = {kFirst, kBroken};
constexpr Migration kWithEdited[] = {kEdited};

class PostgresMigratorTest : public ::testing::Test {
 protected:
  std::unique_ptr<Connection> Connect() { return *Connection::Open({.conninfo = conninfo_}); }

  const std::string conninfo_ = TestPostgres::Get().CreateDatabase();
  const std::unique_ptr<Connection> connection_ = Connect();
};

TEST_F(PostgresMigratorTest, AppliesWhatIsMissingOnce) {
  EXPECT_EQ(*Migrator({{"room", kOne}}).Migrate(*connection_), 1);
  EXPECT_EQ(*Migrator({{"room", kTwo}}).Migrate(*connection_), 1);
  EXPECT_EQ(*Migrator({{"room", kTwo}}).Migrate(*connection_), 0);
  EXPECT_TRUE(Migrator({{"room", kTwo}}).Check(*connection_).ok());
}

// A role that is named like the schema looks for names there as soon as the schema exists.
TEST_F(PostgresMigratorTest, FindsItsRecordAgainWhereverNamesAreLookedFor) {
  constexpr Migration kSchema[] = {
      {1, "0001_schema", "CREATE SCHEMA IF NOT EXISTS switchboard; CREATE TABLE switchboard.thing (id int)"}};
  ASSERT_TRUE(connection_->ExecuteScript("SET search_path = switchboard, public").ok());
  EXPECT_EQ(*Migrator({{"room", kSchema}}).Migrate(*connection_), 1);
  const auto again = Migrator({{"room", kSchema}}).Migrate(*connection_);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, 0);
}

TEST_F(PostgresMigratorTest, OlderSchemaIsRefusedWithTheWayOut) {
  EXPECT_EQ(ReasonOf(Migrator({{"room", kOne}}).Check(*connection_)), reason::kSchemaMismatch);
  ASSERT_TRUE(Migrator({{"room", kOne}}).Migrate(*connection_).ok());
  const absl::Status status = Migrator({{"room", kTwo}}).Check(*connection_);
  EXPECT_EQ(ReasonOf(status), reason::kSchemaMismatch);
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("--migrate-only"));
}

TEST_F(PostgresMigratorTest, NewerSchemaIsRefused) {
  ASSERT_TRUE(Migrator({{"room", kTwo}}).Migrate(*connection_).ok());
  EXPECT_EQ(ReasonOf(Migrator({{"room", kOne}}).Check(*connection_)), reason::kSchemaMismatch);
  EXPECT_EQ(ReasonOf(Migrator({{"room", kOne}}).Migrate(*connection_).status()), reason::kSchemaMismatch);
}

TEST_F(PostgresMigratorTest, MigrationThatWasEditedAfterwardsIsRefused) {
  ASSERT_TRUE(Migrator({{"room", kOne}}).Migrate(*connection_).ok());
  EXPECT_EQ(ReasonOf(Migrator({{"room", kWithEdited}}).Check(*connection_)), reason::kSchemaMismatch);
}

TEST_F(PostgresMigratorTest, MigrationThatFailsLeavesNothingOfItself) {
  EXPECT_FALSE(Migrator({{"room", kWithBroken}}).Migrate(*connection_).ok());
  constexpr SqlStatement kCount{"test_count", "SELECT count(*) FROM thing"};
  EXPECT_EQ((*connection_->Execute(kCount))[0].Int64(0), 1);
  EXPECT_TRUE(Migrator({{"room", kTwo}}).Migrate(*connection_).ok());
}

TEST_F(PostgresMigratorTest, ProcessesThatStartTogetherApplyEachMigrationOnce) {
  std::atomic<int> applied{0};
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      const auto count = Migrator({{"room", kTwo}}).Migrate(*Connect());
      count.ok() ? applied += *count : ++failed;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(applied, 2);
  EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace switchboard
