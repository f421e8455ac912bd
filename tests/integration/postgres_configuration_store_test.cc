#include "services/triage/store/postgres_configuration_store.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "common/postgres/notification_listener.h"
#include "common/status/errors.h"
#include "common/time/clock.h"
#include "tests/support/test_postgres.h"

namespace switchboard::triage {
namespace {

class PostgresConfigurationStoreTest : public ::testing::Test {
 protected:
  static void Prepare(Connection& connection) {
    const auto applied = Migrator({ConfigurationMigrations()}).Migrate(connection);
    ASSERT_TRUE(applied.ok()) << applied.status();
  }

  const std::string conninfo_ = TestPostgres::Get().CreateDatabaseFrom("configuration", Prepare);
  const SystemClock clock_;
  Database database_{DatabaseOptions{.conninfo = conninfo_}, clock_};
  std::unique_ptr<ConfigurationStore> store_ = MakePostgresConfigurationStore(database_);
};

TEST_F(PostgresConfigurationStoreTest, BeginsWithNone) {
  EXPECT_EQ(*store_->CurrentVersion(), 0);
  EXPECT_TRUE(absl::IsNotFound(store_->Current().status()));
}

TEST_F(PostgresConfigurationStoreTest, GivesBackWhatWasApplied) {
  const std::string model("\0\xff model", 8);
  const auto version = store_->Apply(
      {.yaml = "version: 1 # é", .file_name = "city.yaml", .model = model, .applied_by = "anna", .base_version = 0});
  ASSERT_TRUE(version.ok()) << version.status();
  EXPECT_EQ(*version, 1);

  const auto current = store_->Current();
  ASSERT_TRUE(current.ok()) << current.status();
  EXPECT_EQ(current->version, 1);
  EXPECT_EQ(current->yaml, "version: 1 # é");
  EXPECT_EQ(current->file_name, "city.yaml");
  EXPECT_EQ(current->model, model);
  EXPECT_EQ(current->applied_by, "anna");
  EXPECT_EQ(current->sha256.size(), 64u);
  EXPECT_LT(absl::AbsDuration(absl::Now() - current->applied_at), absl::Minutes(5));
}

TEST_F(PostgresConfigurationStoreTest, CountsUp) {
  for (int64_t version = 1; version <= 15; ++version) {
    const auto applied = store_->Apply({.yaml = std::to_string(version), .model = "m", .base_version = version - 1});
    ASSERT_TRUE(applied.ok()) << applied.status();
    EXPECT_EQ(*applied, version);
  }
  EXPECT_EQ(*store_->CurrentVersion(), 15);
  EXPECT_EQ(store_->Current()->model, "m");
}

TEST_F(PostgresConfigurationStoreTest, RefusesWhatWasCheckedAgainstAnOlderOne) {
  ASSERT_TRUE(store_->Apply({.yaml = "a", .applied_by = "anna", .base_version = 0}).ok());
  const auto late = store_->Apply({.yaml = "b", .applied_by = "boris", .base_version = 0});
  EXPECT_EQ(late.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ReasonOf(late.status()), reason::kConfigurationChanged);
  EXPECT_EQ(store_->Current()->yaml, "a");
}

TEST_F(PostgresConfigurationStoreTest, FindsThatARepetitionHadBeenStored) {
  const ConfigurationChange change{.yaml = "a", .applied_by = "anna", .base_version = 0};
  ASSERT_TRUE(store_->Apply(change).ok());
  const auto again = store_->Apply(change);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, 1);
  EXPECT_EQ(*store_->CurrentVersion(), 1);
}

TEST_F(PostgresConfigurationStoreTest, OneOfManyAtOnceWins) {
  std::vector<std::thread> threads;
  std::atomic<int> won{0};
  std::atomic<int> refused{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const auto applied = store_->Apply({.yaml = std::to_string(i), .base_version = 0});
      if (applied.ok()) ++won;
      if (HasReason(applied.status(), reason::kConfigurationChanged)) ++refused;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(refused, 3);
}

TEST_F(PostgresConfigurationStoreTest, TellsTheOthers) {
  absl::Notification listening;
  absl::Notification told;
  const auto listener = NotificationListener::Start({.conninfo = conninfo_}, {kConfigurationChannel},
                                                    [&](std::string_view, std::string_view payload) {
                                                      if (payload.empty()) listening.Notify();
                                                      if (payload == "1") told.Notify();
                                                    });
  listening.WaitForNotification();
  ASSERT_TRUE(store_->Apply({.yaml = "a", .base_version = 0}).ok());
  told.WaitForNotification();
}

}  // namespace
}  // namespace switchboard::triage
