#include "services/triage/store/postgres_model_store.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/status/errors.h"
#include "common/time/clock.h"
#include "services/triage/store/postgres_configuration_store.h"
#include "tests/support/test_postgres.h"

namespace switchboard::triage {
namespace {

class PostgresModelStoreTest : public ::testing::Test {
 protected:
  static void Prepare(Connection& connection) {
    const auto applied = Migrator({ConfigurationMigrations()}).Migrate(connection);
    ASSERT_TRUE(applied.ok()) << applied.status();
  }
  // The version of the configuration.
  int64_t Apply(std::string_view yaml, int64_t base, int64_t model = 0) {
    const auto version = configurations_->Apply({.yaml = yaml,
                                                 .model = "bytes",
                                                 .data_hash = "hash",
                                                 .seed = 1,
                                                 .applied_by = "anna",
                                                 .base_version = base,
                                                 .model_version = model});
    EXPECT_TRUE(version.ok()) << version.status();
    return version.ok() ? *version : 0;
  }
  int64_t Add(std::string_view bytes, int64_t configuration = 1) {
    const auto version = models_->Add({.configuration_version = configuration, .seed = 7, .model = bytes});
    EXPECT_TRUE(version.ok()) << version.status();
    return version.ok() ? *version : 0;
  }

  const SystemClock clock_;
  Database database_{DatabaseOptions{.conninfo = TestPostgres::Get().CreateDatabaseFrom("models", Prepare)}, clock_};
  std::unique_ptr<ConfigurationStore> configurations_ = MakePostgresConfigurationStore(database_);
  std::unique_ptr<ModelStore> models_ = MakePostgresModelStore(database_);
};

TEST_F(PostgresModelStoreTest, KeepsTheModelThatCameWithAConfiguration) {
  Apply("a", 0);
  const auto model = models_->Get(1);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_TRUE(model->in_force);
  EXPECT_EQ(model->configuration_version, 1);
  EXPECT_EQ(model->configuration_sha256, configurations_->Current()->sha256);
  EXPECT_EQ(model->data_hash, "hash");
  EXPECT_EQ(model->bytes, 5);
  EXPECT_EQ(model->trained_by, "anna");
  EXPECT_EQ(*models_->Bytes(1), "bytes");
}

TEST_F(PostgresModelStoreTest, AnotherModelIsInForceWithTheSameText) {
  Apply("a", 0);
  const int64_t other = Add("other");
  EXPECT_FALSE(models_->Get(other)->in_force);
  EXPECT_EQ(Apply("a", 1, other), 2);

  EXPECT_EQ(configurations_->Current()->model, "other");
  EXPECT_EQ(configurations_->Current()->model_version, other);
  EXPECT_TRUE(models_->Get(other)->in_force);
  EXPECT_FALSE(models_->Get(1)->in_force);
  EXPECT_EQ(*models_->PreviouslyInForce(), 1);
  EXPECT_EQ(models_->List()->size(), 2u);
}

TEST_F(PostgresModelStoreTest, ALostRaceIsToldFromARepetition) {
  Apply("a", 0);
  const int64_t two = Add("two");
  const int64_t three = Add("three");
  Apply("a", 1, two);
  const ConfigurationChange late{.yaml = "a", .applied_by = "anna", .base_version = 1, .model_version = three};
  EXPECT_EQ(ReasonOf(configurations_->Apply(late).status()), reason::kConfigurationChanged);
  const ConfigurationChange again{.yaml = "a", .applied_by = "anna", .base_version = 1, .model_version = two};
  EXPECT_EQ(*configurations_->Apply(again), 2);
}

TEST_F(PostgresModelStoreTest, NothingToGoBackToUnderAnotherText) {
  Apply("a", 0);
  Apply("b", 1);
  EXPECT_TRUE(absl::IsNotFound(models_->PreviouslyInForce().status()));
}

TEST_F(PostgresModelStoreTest, ForgetsTheOldestButNotTheOneInForce) {
  Apply("a", 0);
  for (int i = 0; i < kKeptModels + 3; ++i) Add("m");
  const auto models = models_->List();
  ASSERT_TRUE(models.ok()) << models.status();
  EXPECT_EQ(models->size(), static_cast<size_t>(kKeptModels) + 1);
  EXPECT_EQ(models->back().version, 1);
  EXPECT_TRUE(models->back().in_force);
  EXPECT_TRUE(absl::IsNotFound(models_->Get(2).status()));
  EXPECT_TRUE(absl::IsNotFound(models_->Bytes(2).status()));
  EXPECT_TRUE(absl::IsNotFound(models_->Get(0).status()));
}

TEST_F(PostgresModelStoreTest, OneTrainingAtATime) {
  ASSERT_TRUE(models_->BeginTraining("t1", "anna").ok());
  EXPECT_EQ(ReasonOf(models_->BeginTraining("t2", "boris")), reason::kTrainingUnderWay);
  ASSERT_TRUE(models_->ReportTraining({.id = "t1", .progress = 0.5}).ok());
  EXPECT_EQ(models_->GetTraining("t1")->progress, 0.5);
  EXPECT_EQ(models_->GetTraining("t1")->started_by, "anna");
  ASSERT_TRUE(models_->ReportTraining({.id = "t1", .state = TrainingState::kDone, .progress = 1, .model = 4}).ok());
  EXPECT_EQ(models_->GetTraining("t1")->state, TrainingState::kDone);
  EXPECT_EQ(models_->GetTraining("t1")->model, 4);
  EXPECT_TRUE(absl::IsAborted(models_->ReportTraining({.id = "t1", .progress = 0.7}))) << "it is over";
  EXPECT_TRUE(models_->BeginTraining("t2", "boris").ok());
  EXPECT_TRUE(absl::IsNotFound(models_->GetTraining("t9").status()));
}

TEST_F(PostgresModelStoreTest, ATrainingThatFellSilentMakesRoom) {
  ASSERT_TRUE(models_->BeginTraining("t1", "anna").ok());
  const auto aged = database_.WithConnection(kDurablePool, [](Connection& connection) {
    return connection
        .Execute(SqlStatement{"age_training", "UPDATE switchboard.training SET updated_at = now() - interval '1 hour'"})
        .status();
  });
  ASSERT_TRUE(aged.ok()) << aged;
  EXPECT_TRUE(models_->BeginTraining("t2", "boris").ok());
  EXPECT_EQ(models_->GetTraining("t1")->state, TrainingState::kFailed);
}

}  // namespace
}  // namespace switchboard::triage
