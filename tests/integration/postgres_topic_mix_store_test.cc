#include "services/triage/store/postgres_topic_mix_store.h"

#include <gtest/gtest.h>

#include <string>

#include "common/time/clock.h"
#include "services/triage/store/postgres_configuration_store.h"
#include "tests/support/test_postgres.h"

namespace switchboard::triage {
namespace {

class PostgresTopicMixStoreTest : public ::testing::Test {
 protected:
  static void Prepare(Connection& connection) {
    const auto applied = Migrator({ConfigurationMigrations()}).Migrate(connection);
    ASSERT_TRUE(applied.ok()) << applied.status();
  }
  // Moves what was counted so far so many days back.
  void Age(int days) {
    const auto aged = database_.WithConnection(kDurablePool, [days](Connection& connection) {
      return connection
          .Execute(SqlStatement{"age_topic_mix", "UPDATE switchboard.topic_mix SET day = day - $1::integer"},
                   Params::Of(days))
          .status();
    });
    ASSERT_TRUE(aged.ok()) << aged;
  }

  const SystemClock clock_;
  Database database_{DatabaseOptions{.conninfo = TestPostgres::Get().CreateDatabaseFrom("topic_mix", Prepare)}, clock_};
  std::unique_ptr<TopicMixStore> store_ = MakePostgresTopicMixStore(database_);
};

TEST_F(PostgresTopicMixStoreTest, AddsUpAndTellsThePeriodsApart) {
  ASSERT_TRUE(store_->Add({{"", 1}, {"forgotten", 9}}).ok());
  Age(40);
  ASSERT_TRUE(store_->Add({{"", 3}, {"roads", 10}}).ok());
  Age(5);
  ASSERT_TRUE(store_->Add({{"", 2}, {"roads", 4}}).ok());
  ASSERT_TRUE(store_->Add({{"roads", 1}, {"waste", 7}}).ok());
  ASSERT_TRUE(store_->Add({}).ok());
  const auto mix = store_->Mix();
  ASSERT_TRUE(mix.ok()) << mix.status();
  EXPECT_EQ(mix->recent, (TopicCounts{{"", 2}, {"roads", 5}, {"waste", 7}}));
  EXPECT_EQ(mix->before, (TopicCounts{{"", 3}, {"roads", 10}}));
}

}  // namespace
}  // namespace switchboard::triage
