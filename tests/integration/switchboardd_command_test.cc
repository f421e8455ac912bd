// What switchboardd says to the person who starts it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "tests/support/running_switchboardd.h"
#include "tests/support/test_postgres.h"

namespace switchboard {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Outcome Ask(std::vector<std::string> flags, std::vector<std::string> environment = {}) {
  flags.insert(flags.begin(), SwitchboarddPath());
  return RunToEnd(std::move(flags), std::move(environment));
}

TEST(SwitchboarddCommand, TellsItsVersion) {
  const Outcome outcome = Ask({"--version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("switchboardd "));
}

TEST(SwitchboarddCommand, Helps) {
  const Outcome outcome = Ask({"--help"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("--data-dir"));
  EXPECT_THAT(outcome.out, HasSubstr("--migrate-only"));
}

TEST(SwitchboarddCommand, FlagsComeBeforeTheEnvironmentAndThatBeforeTheFile) {
  const TemporaryDirectory directory;
  const std::string file = directory.path() + "/switchboardd.yaml";
  std::ofstream(file) << "listen: 127.0.0.1:1\nmax_batch: 10\nmax_calls: 100\n";
  const Outcome outcome = Ask({"--print-config", "--config=" + file, "--listen=127.0.0.1:3"},
                              {"SWITCHBOARD_LISTEN=127.0.0.1:2", "SWITCHBOARD_MAX_BATCH=20"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("127.0.0.1:3"));
  EXPECT_THAT(outcome.out, HasSubstr("max_batch: 20"));
  EXPECT_THAT(outcome.out, HasSubstr("max_calls: 100"));
}

TEST(SwitchboarddCommand, PrintsNoSecrets) {
  const Outcome outcome = Ask({"--print-config", "--database=postgresql://sb:tulip@db/switchboard"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out + outcome.err, Not(HasSubstr("tulip")));
}

TEST(SwitchboarddCommand, NamesEverythingThatIsWrongAtOnce) {
  const Outcome outcome = Ask({"--check-config", "--services=intake,kitchen", "--listen=0.0.0.0:7070",
                               "--submit-writers=0", "--log-level=loud"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("kitchen"));
  EXPECT_THAT(outcome.err, HasSubstr("insecure-listen"));
  EXPECT_THAT(outcome.err, HasSubstr("submit-writers"));
  EXPECT_THAT(outcome.err, HasSubstr("log-level"));
}

TEST(SwitchboarddCommand, RefusesUnknownFlagsAndNamesTheNearest) {
  const Outcome outcome = Ask({"--check-config", "--data-dri=/tmp/x"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("data-dir"));
}

TEST(SwitchboarddCommand, ListensBeyondLoopbackWhereToldTo) {
  EXPECT_EQ(Ask({"--check-config", "--listen=0.0.0.0:7070", "--insecure-listen"}).code, 0);
}

TEST(SwitchboarddCommand, RefusesADatabaseThatDoesNotWaitForItsDisk) {
  const std::string database = "--database=" + TestPostgres::Get().CreateDatabase();  // runs without fsync
  const Outcome refused = Ask({"--migrate-only", database});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("--allow-data-loss"));
  EXPECT_EQ(Ask({"--migrate-only", database, "--allow-data-loss"}).code, 0);
}

TEST(SwitchboarddCommand, RefusesADatabaseThatWasNotMigrated) {
  const std::string database = "--database=" + TestPostgres::Get().CreateDatabase();
  const Outcome refused = Ask({"--listen=127.0.0.1:0", "--metrics-listen=127.0.0.1:0", database, "--allow-data-loss"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("--migrate-only"));
}

TEST(SwitchboarddCommand, SaysWhichDatabaseItCannotReachWithoutItsPassword) {
  const Outcome refused = Ask({"--migrate-only", "--database=host=127.0.0.1 port=1 password=tulip dbname=switchboard"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, Not(HasSubstr("tulip")));
  EXPECT_THAT(refused.err, HasSubstr("127.0.0.1"));
}

}  // namespace
}  // namespace switchboard
