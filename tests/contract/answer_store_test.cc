// What every AnswerStore promises, in memory and on PostgreSQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/status/errors.h"
#include "common/time/clock.h"
#include "services/guidance/store/postgres_answer_store.h"
#include "tests/support/in_memory_answer_store.h"
#include "tests/support/test_postgres.h"

namespace switchboard::guidance {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OnDatabase final : public AnswerStore {
 public:
  absl::StatusOr<std::vector<size_t>> Changed(absl::Span<const AnswerVersion> versions) override {
    return store_->Changed(versions);
  }
  absl::Status Keep(absl::Span<const AnswerVersion> versions) override { return store_->Keep(versions); }
  absl::StatusOr<AnswerVersion> Get(std::string_view id, int version) override { return store_->Get(id, version); }

 private:
  static void Prepare(Connection& connection) {
    const auto applied = Migrator({AnswerMigrations()}).Migrate(connection);
    ASSERT_TRUE(applied.ok()) << applied.status();
  }

  const std::string conninfo_ = TestPostgres::Get().CreateDatabaseFrom("answers", Prepare);
  const SystemClock clock_;
  Database database_{DatabaseOptions{.conninfo = conninfo_}, clock_};
  std::unique_ptr<AnswerStore> store_ = MakePostgresAnswerStore(database_);
};

struct Kind {
  std::string name;
  std::function<std::unique_ptr<AnswerStore>()> make;
};

class AnswerStoreContract : public ::testing::TestWithParam<Kind> {
 protected:
  const std::unique_ptr<AnswerStore> store_ = GetParam().make();
};

TEST_P(AnswerStoreContract, KeepsWhatAVersionSaid) {
  ASSERT_TRUE(store_->Keep({{"a", 1, "one é"}, {"a", 2, "two"}, {"b", 1, "{\"three\"}"}}).ok());
  ASSERT_TRUE(store_->Keep({{"a", 1, "one é"}, {"c", 1, "four"}}).ok());
  EXPECT_EQ(store_->Get("a", 1)->content, "one é");
  EXPECT_EQ(store_->Get("a", 2)->content, "two");
  EXPECT_EQ(store_->Get("b", 1)->content, "{\"three\"}");
  EXPECT_EQ(store_->Get("c", 1)->content, "four");
  EXPECT_TRUE(absl::IsNotFound(store_->Get("a", 3).status()));
  EXPECT_TRUE(absl::IsNotFound(store_->Get("d", 1).status()));
}

TEST_P(AnswerStoreContract, TellsWhatChangedAndKeepsNothingOfIt) {
  EXPECT_THAT(*store_->Changed({}), IsEmpty());
  EXPECT_TRUE(store_->Keep({}).ok());
  ASSERT_TRUE(store_->Keep({{"a", 1, "one"}, {"b", 1, "two"}}).ok());
  const std::vector<AnswerVersion> next = {{"new", 1, "x"}, {"a", 1, "other"}, {"b", 1, "two"}, {"b", 2, "three"}};
  EXPECT_THAT(*store_->Changed(next), ElementsAre(1U));
  EXPECT_EQ(ReasonOf(store_->Keep(next)), reason::kConfigurationChanged);
  EXPECT_TRUE(absl::IsNotFound(store_->Get("new", 1).status()));
  EXPECT_EQ(store_->Get("a", 1)->content, "one");
}

TEST_P(AnswerStoreContract, OfTwoAtTheSameTimeOneWins) {
  for (int version = 1; version <= 20; ++version) {
    absl::Status first, second;
    std::thread other([&] { first = store_->Keep({{"a", version, "x"}, {"b", version, "x"}}); });
    second = store_->Keep({{"b", version, "y"}, {"a", version, "y"}});
    other.join();
    EXPECT_NE(first.ok(), second.ok()) << first << second;
    EXPECT_EQ(store_->Get("a", version)->content, first.ok() ? "x" : "y");
    EXPECT_EQ(store_->Get("b", version)->content, first.ok() ? "x" : "y");
  }
}

INSTANTIATE_TEST_SUITE_P(Stores, AnswerStoreContract,
                         ::testing::Values(Kind{"InMemory", [] { return std::make_unique<InMemoryAnswerStore>(); }},
                                           Kind{"Postgres", [] { return std::make_unique<OnDatabase>(); }}),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace switchboard::guidance
