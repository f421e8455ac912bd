// Models are trained beside the daily work, and put in force and taken back in every process without a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/e2e/e2e_server.h"
#include "tests/support/await.h"
#include "tests/support/small_configuration.h"

namespace switchboard::e2e {
namespace {

using ::testing::HasSubstr;

class ModelTest : public ::testing::Test {
 protected:
  ModelTest() : server_(StartServer()), other_({.database = server_->own_conninfo()}) {
    Apply(*server_, kSmallConfiguration);
    const absl::Status started = other_.Start();
    EXPECT_TRUE(started.ok()) << started;
  }

  ProgramResult Client(std::vector<std::string> arguments) {
    return RunClient(server_->address(), std::move(arguments));
  }

  // The model that is in force, as a process tells it; "" for none or several.
  static std::string InForce(const ServerProcess& server) {
    std::string name;
    const auto listed = ClientJson(server, {"model", "list"});
    for (const auto& model : listed[0]["models"]) {
      if (model["in_force"] == true) name += model["name"].get<std::string>();
    }
    return name;
  }

  std::unique_ptr<ServerProcess> server_;
  ServerProcess other_;
  const TemporaryDirectory directory_;
};

TEST_F(ModelTest, IsTrainedActivatedAndRolledBackInEveryProcess) {
  const auto trained = ClientJson(*server_, {"model", "train", "--seed", "2", "--by", "anna"});
  ASSERT_EQ(trained[0]["state"], "DONE") << trained[0];
  EXPECT_EQ(trained[0]["model"], "models/2");
  EXPECT_EQ(trained[0]["started_by"], "anna");
  EXPECT_EQ(InForce(*server_), "models/1") << "it was not asked to be put in force";

  const auto activated = ClientJson(*server_, {"model", "activate", "2"});
  EXPECT_EQ(activated[0]["in_force"], true);
  EXPECT_EQ(activated[0]["evaluation"]["examples"], "20");
  EXPECT_TRUE(Await(absl::Seconds(20), [&] { return absl::StrContains(other_.log(), "configuration 2 is in force"); }));
  EXPECT_EQ(InForce(other_), "models/2");
  EXPECT_EQ(Client({"model", "activate", "2"}).exit_code, 0) << "repeating it does nothing";
  EXPECT_EQ(ClientJson(*server_, {"configuration"})[0]["version"], "2");

  EXPECT_EQ(ClientJson(other_, {"model", "rollback"})[0]["name"], "models/1");
  EXPECT_EQ(InForce(*server_), "models/1");
  EXPECT_EQ(ClientJson(*server_, {"configuration"})[0]["version"], "3");
  EXPECT_EQ(Client({"sort", "how do I renew my passport"}).exit_code, 0);
}

TEST_F(ModelTest, TheSameSeedGivesTheSameModelOfTheSameData) {
  ASSERT_EQ(Client({"model", "train"}).exit_code, 0);
  const auto models = ClientJson(*server_, {"model", "list"})[0]["models"];
  ASSERT_EQ(models.size(), 2u);
  EXPECT_EQ(models[0]["data_hash"], models[1]["data_hash"]);
  EXPECT_EQ(models[0]["size_bytes"], models[1]["size_bytes"]);
  const std::string different = "SELECT count(DISTINCT sha256(model)) FROM switchboard.model";
  EXPECT_EQ(AskPsql(*server_, different), 1);
}

TEST_F(ModelTest, AWorseModelIsPutInForceOnlyWhereThatIsAllowed) {
  // What its evaluation says is all that counts: both were trained on the same examples, so one is made better here.
  ASSERT_EQ(Client({"model", "train", "--seed", "3"}).exit_code, 0);
  const std::string better =
      "WITH made AS (UPDATE switchboard.model SET evaluation = overlay(evaluation PLACING "
      "'\\x000000000000f03f'::bytea FROM 13) WHERE version = 1 RETURNING 1), worse AS (UPDATE switchboard.model SET "
      "evaluation = overlay(evaluation PLACING '\\x000000000000e03f'::bytea FROM 13) WHERE version = 2 RETURNING 1) "
      "SELECT count(*) FROM made, worse";
  ASSERT_EQ(AskPsql(*server_, better), 1);

  const ProgramResult refused = Client({"model", "activate", "2"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("50.0 points less often than model 1"));
  EXPECT_EQ(InForce(*server_), "models/1");
  EXPECT_EQ(Client({"model", "activate", "2", "--allow-worse"}).exit_code, 0);
  EXPECT_EQ(InForce(*server_), "models/2");
}

TEST_F(ModelTest, HeldOutTextsAreTriedOnBothModels) {
  const std::string held_out = directory_.File("held_out.tsv");
  WriteFile(held_out, "potholes\thuge hole in the road surface\npassports\tmy passport has expired again\n");
  const auto trained = ClientJson(*server_, {"model", "train", "--held-out", held_out, "--activate"});
  EXPECT_EQ(trained[0]["state"], "DONE") << trained[0];
  const auto newest = ClientJson(*server_, {"model", "list"})[0]["models"][0];
  EXPECT_EQ(newest["in_force"], true);
  EXPECT_EQ(newest["evaluation"]["held_out_texts"], "2");
  EXPECT_EQ(newest["evaluation"]["held_out_accuracy"], 1.0);
  EXPECT_EQ(newest["evaluation"]["held_out_accuracy_in_force"], 1.0);

  WriteFile(held_out, "football\twho won the match\n");
  const ProgramResult refused = Client({"model", "train", "--held-out", held_out});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("held_out[0].topic"));
}

TEST_F(ModelTest, AModelOfAnotherConfigurationDoesNotFit) {
  Apply(*server_, absl::StrCat(kSmallConfiguration, "# changed\n"));
  const ProgramResult refused = Client({"model", "activate", "models/1"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("train a model for it"));
  EXPECT_EQ(Client({"model", "rollback"}).exit_code, 1) << "there is nothing to go back to";
  EXPECT_EQ(Client({"model", "activate", "99"}).exit_code, 1);
  EXPECT_EQ(Client({"model", "activate", "newest"}).exit_code, 1);
}

}  // namespace
}  // namespace switchboard::e2e
