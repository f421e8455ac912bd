// What every WorkerStore promises.
#include "services/workforce/worker_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/time/clock.h"
#include "services/workforce/in_memory_worker_store.h"
#include "services/workforce/postgres_worker_store.h"
#include "services/workforce/worker_follower.h"
#include "tests/support/test_postgres.h"

namespace switchboard::workforce {
namespace {

// A store, and a second one over the same data as another process would have it (the same one where there are none).
class Stores {
 public:
  virtual ~Stores() = default;
  virtual WorkerStore& store() = 0;
  virtual WorkerStore& other() = 0;
};

class InMemoryStores final : public Stores {
 public:
  WorkerStore& store() override { return store_; }
  WorkerStore& other() override { return store_; }

 private:
  SystemClock clock_;
  InMemoryWorkerStore store_{clock_};
};

class PostgresStores final : public Stores {
 public:
  WorkerStore& store() override { return *store_; }
  WorkerStore& other() override { return *other_; }

 private:
  static void Prepare(Connection& connection) {
    const auto applied = Migrator({WorkerMigrations()}).Migrate(connection);
    ASSERT_TRUE(applied.ok()) << applied.status();
  }

  const std::string conninfo_ = TestPostgres::Get().CreateDatabaseFrom("workers", Prepare);
  const SystemClock clock_;
  Database database_{DatabaseOptions{.conninfo = conninfo_}, clock_};
  Database other_database_{DatabaseOptions{.conninfo = conninfo_}, clock_};
  std::unique_ptr<WorkerStore> store_ = MakePostgresWorkerStore(database_);
  std::unique_ptr<WorkerStore> other_ = MakePostgresWorkerStore(other_database_);
};

struct StoresKind {
  std::string name;
  std::function<std::unique_ptr<Stores>()> make;
};

class WorkerStoreContract : public ::testing::TestWithParam<StoresKind> {
 protected:
  WorkerStore& store() { return stores_->store(); }
  WorkerStore& other() { return stores_->other(); }

  std::vector<WorkerChange> ChangedSince(int64_t revision) {
    auto changes = other().ChangedSince(revision);
    EXPECT_TRUE(changes.ok()) << changes.status();
    return changes.ok() ? *std::move(changes) : std::vector<WorkerChange>();
  }

  std::unique_ptr<Stores> stores_ = GetParam().make();
};

TEST_P(WorkerStoreContract, GivesBackWhatWasPut) {
  const absl::Time until = absl::FromUnixMicros(1'900'000'000'123'456);
  ASSERT_TRUE(store()
                  .Put({.id = "marie.d@city",
                        .languages = {"en", "fr"},
                        .activity = Activity::kBusy,
                        .capacity = 7,
                        .authority_level = 3,
                        .trainings = {{"streets", 2, until}, {"taxes", 1}}})
                  .ok());
  const auto changes = ChangedSince(0);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_FALSE(changes[0].removed);
  const Worker& worker = changes[0].worker;
  EXPECT_EQ(worker.id, "marie.d@city");
  EXPECT_THAT(worker.languages, ::testing::ElementsAre("en", "fr"));
  EXPECT_EQ(worker.activity, Activity::kBusy);
  EXPECT_EQ(worker.capacity, 7);
  EXPECT_EQ(worker.authority_level, 3);
  EXPECT_THAT(worker.trainings,
              ::testing::ElementsAre(Training{"streets", 2, until}, Training{"taxes", 1, absl::InfiniteFuture()}));
  EXPECT_GT(worker.update_time, absl::UnixEpoch());
}

TEST_P(WorkerStoreContract, TellsOnlyWhatChangedEachWorkerOnce) {
  ASSERT_TRUE(store().Put({.id = "anna"}).ok());
  ASSERT_TRUE(store().Put({.id = "ben"}).ok());
  ASSERT_TRUE(store().Put({.id = "anna", .capacity = 2}).ok());
  auto changes = ChangedSince(0);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].worker.id, "ben");
  EXPECT_EQ(changes[1].worker.id, "anna");
  EXPECT_EQ(changes[1].worker.capacity, 2);
  EXPECT_LT(changes[0].worker.revision, changes[1].worker.revision);
  EXPECT_TRUE(ChangedSince(changes[1].worker.revision).empty());
}

TEST_P(WorkerStoreContract, ActivityChangesNothingElse) {
  ASSERT_TRUE(store().Put({.id = "anna", .capacity = 2, .trainings = {{"streets", 1}}}).ok());
  ASSERT_TRUE(store().SetActivity("anna", Activity::kAway).ok());
  const auto changes = ChangedSince(0);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].worker.activity, Activity::kAway);
  EXPECT_EQ(changes[0].worker.capacity, 2);
  EXPECT_EQ(changes[0].worker.trainings.size(), 1U);
  EXPECT_TRUE(absl::IsNotFound(store().SetActivity("ben", Activity::kAway)));
}

TEST_P(WorkerStoreContract, ARemovalIsToldAndTheWorkerMayComeBack) {
  ASSERT_TRUE(store().Put({.id = "anna"}).ok());
  const int64_t before = ChangedSince(0)[0].worker.revision;
  ASSERT_TRUE(store().Remove("anna").ok());
  const auto changes = ChangedSince(before);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_TRUE(changes[0].removed);
  EXPECT_TRUE(absl::IsNotFound(store().Remove("anna")));
  EXPECT_TRUE(absl::IsNotFound(store().SetActivity("anna", Activity::kBusy)));
  ASSERT_TRUE(store().Put({.id = "anna"}).ok());
  EXPECT_FALSE(ChangedSince(changes[0].worker.revision)[0].removed);
}

// Whoever reads while others write hears of every worker, and ends with all of them.
TEST_P(WorkerStoreContract, AFollowerMissesNothingWhileManyWrite) {
  const SystemClock clock;
  WorkerRoster roster;
  WorkerFollower follower(other(), roster, clock);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(store().Put({.id = "w" + std::to_string(writer * 20 + i)}).ok());
      }
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(follower.CatchUp().ok());
  for (std::thread& writer : writers) writer.join();
  EXPECT_TRUE(follower.CatchUp().ok());
  EXPECT_EQ(roster.After("", 100).size(), 60U);
  ASSERT_TRUE(store().Remove("w7").ok());
  EXPECT_TRUE(follower.CatchUp().ok());
  EXPECT_EQ(roster.Find("w7"), nullptr);
  EXPECT_NE(roster.Find("w8"), nullptr);
}

const StoresKind kInMemory{"InMemory", [] { return std::make_unique<InMemoryStores>(); }};
const StoresKind kPostgres{"Postgres", [] { return std::make_unique<PostgresStores>(); }};
INSTANTIATE_TEST_SUITE_P(Stores, WorkerStoreContract, ::testing::Values(kInMemory, kPostgres),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace switchboard::workforce
