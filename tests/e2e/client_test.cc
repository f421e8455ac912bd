// What people do with the client, against one server: import again after a break, put a configuration in force, pause,
// look into dead letters, write again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string>

#include "common/text/string_view.h"
#include "tests/e2e/e2e_server.h"
#include "tests/support/await.h"
#include "tests/support/program.h"
#include "tests/support/small_configuration.h"

namespace switchboard::e2e {
namespace {

using ::testing::HasSubstr;

int CountOf(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class ClientTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = StartServer({"--reflection=true"}).release();
    Apply(*server_, kSmallConfiguration);
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }

  static ProgramResult Client(std::vector<std::string> arguments) {
    return RunClient(server_->address(), std::move(arguments));
  }

  static ServerProcess* server_;
  Api api_{server_->NewChannel()};
  const TemporaryDirectory directory_;
};

ServerProcess* ClientTest::server_ = nullptr;

TEST_F(ClientTest, AnImportThatWasKilledIsResumedAndStoresNothingTwice) {
  constexpr int kLines = 20000;
  const std::string path = directory_.File("import.jsonl");
  std::ofstream file(path);
  for (int i = 0; i < kLines; ++i) file << R"({"channel":"WEB","text":"Pothole number )" << i << "\"}\n";
  file.close();
  const int64_t before = AskPsql(*server_, "SELECT count(*) FROM switchboard.inquiry");
  const auto stored = [&] { return AskPsql(*server_, "SELECT count(*) FROM switchboard.inquiry") - before; };

  Program import(ClientCommand(server_->address(), {"submit", "-f", path}));
  ASSERT_TRUE(Await(absl::Seconds(30), [&] { return stored() > kLines / 20; }));
  import.Kill();
  const int64_t after_kill = stored();
  EXPECT_LT(after_kill, kLines) << "it was over before it could be killed";
  const auto summary = ClientJson(*server_, {"submit", "-f", path});
  const auto repeated = ClientJson(*server_, {"submit", "-f", path});

  EXPECT_EQ(stored(), kLines);
  ASSERT_EQ(summary.size(), 1u);
  EXPECT_EQ(summary[0]["accepted"], kLines);
  EXPECT_GE(summary[0]["duplicates"].get<int64_t>(), after_kill);
  EXPECT_EQ(repeated[0]["duplicates"], kLines);
}

TEST_F(ClientTest, RejectsGoToAFileWithTheirReasons) {
  const std::string path = directory_.File("mixed.jsonl");
  WriteFile(path,
            "{\"channel\":\"WEB\",\"text\":\"A pothole\"}\n{\"channel\":\"TELEX\",\"text\":\"x\"}\n"
            "{\"channel\":\"WEB\",\"text\":\"\"}\nnot json\n{\"channel\":\"WEB\",\"text\":\"Another pothole\"}\n");

  const auto summary = ClientJson(*server_, {"submit", "-f", path, "--rejects", directory_.File("rejects")}, 4);

  ASSERT_EQ(summary.size(), 1u);
  EXPECT_EQ(summary[0]["accepted"], 2);
  EXPECT_EQ(summary[0]["rejected"], 3);
  const auto rejects = ReadJsonLines(directory_.File("rejects"));
  ASSERT_EQ(rejects.size(), 3u);
  for (const nlohmann::json& reject : rejects) EXPECT_FALSE(reject["message"].get<std::string>().empty()) << reject;
}

TEST_F(ClientTest, AMistakenConfigurationNamesItsPlaceAndChangesNothing) {
  const std::string path = directory_.File("city.yaml");
  WriteFile(path, std::string(kSmallConfiguration) + "colour: red\n");
  const auto before = ClientJson(*server_, {"configuration"});

  const ProgramResult refused = Client({"apply", "-f", path});

  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("colour"));
  EXPECT_THAT(refused.err, ::testing::ContainsRegex("city.yaml:[0-9]+:1"));
  EXPECT_EQ(ClientJson(*server_, {"configuration"}), before);
}

TEST_F(ClientTest, APausedQueueIsResumed) {
  ASSERT_EQ(Client({"queue", "pause", "passports", "--reason", "stock-taking"}).exit_code, 0);
  const ProgramResult shown = Client({"queue", "list"});
  ASSERT_EQ(Client({"submit", "--channel", "WEB", "--text", "I lost my passport"}).exit_code, 0);
  const ProgramResult refused = Client({"work", "-q", "passports", "--count", "1"});
  ASSERT_EQ(Client({"queue", "resume", "passports"}).exit_code, 0);
  EXPECT_TRUE(Await(absl::Seconds(10), [&] {
    return Client({"work", "-q", "passports", "--count", "1"}).exit_code == 0;
  }));

  EXPECT_THAT(shown.out, HasSubstr("stock-taking"));
  EXPECT_EQ(refused.exit_code, 1) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("stock-taking"));
}

TEST_F(ClientTest, WorkEndsWhereNothingThatWaitsIsHandedToTheWorker) {
  ASSERT_EQ(Client({"work", "--until-empty"}).exit_code, 0);
  const auto inquiry = api_.Submit(RoadRequest());
  ASSERT_TRUE(inquiry.ok()) << inquiry.status();
  ASSERT_EQ(Client({"worker", "set", "marie", "-l", "fr"}).exit_code, 0);
  ASSERT_EQ(Client({"worker", "set", "bruno", "-a", "BUSY"}).exit_code, 0);
  const struct {
    const char* worker;
    const char* why;
  } cases[] = {{"marie", "what waits is in en; the worker answers in fr"}, {"bruno", "busy: takes nothing more now"}};
  for (const auto& each : cases) {
    const ProgramResult result = Client({"work", "-q", "roads", "-w", each.worker, "--until-empty"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("0 claimed, 0 completed"));
    EXPECT_EQ(result.err, StrCat("warning: 1 in roads not handed to ", each.worker, ": ", each.why, "\n"));
  }
  ASSERT_EQ(Client({"worker", "delete", "marie"}).exit_code, 0);
  ASSERT_EQ(Client({"worker", "delete", "bruno"}).exit_code, 0);
  EXPECT_THAT(Client({"work", "-q", "roads", "--until-empty"}).out, HasSubstr("1 claimed, 1 completed"));
}

TEST_F(ClientTest, WorkThatCannotBeSettledIsNotClaimed) {
  const auto inquiry = api_.Submit(RoadRequest());
  ASSERT_TRUE(inquiry.ok()) << inquiry.status();
  const ProgramResult result = Client({"work", "-q", "roads", "-n", "1", "-d", "MONITORED"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("MONITORED needs a reason: give --reason"));
  const auto leases = api_.Claim("queues/roads", 10, absl::Seconds(5));
  ASSERT_TRUE(leases.ok()) << leases.status();
  ASSERT_EQ(leases->size(), 1u);
  EXPECT_EQ(leases->front().inquiry().attempts(), 1);
  EXPECT_TRUE(api_.Complete(leases->front().lease_token()).ok());
}

TEST_F(ClientTest, EveryMistakeIsToldOnce) {
  const ProgramResult field = Client({"queue", "pause", "roads", "--reason", " "});
  EXPECT_EQ(field.exit_code, 1);
  EXPECT_EQ(field.err, "error: INVALID_ARGUMENT: reason: has nothing but white space\n");
  const std::string path = directory_.File("mistakes.yaml");
  WriteFile(path, "version: 1\nstreets: []\n");
  const std::string mistake = Client({"apply", "-f", path}).err;
  EXPECT_EQ(CountOf(mistake, "streets: unknown key"), 1) << mistake;
  std::string mistakes = "version: 1\n";
  for (int i = 0; i < 90; ++i) StrAppend(&mistakes, "this-is-no-key-that-a-configuration-has-", i, ": []\n");
  WriteFile(path, mistakes);
  const std::string many = Client({"apply", "-f", path}).err;
  EXPECT_THAT(many, HasSubstr("error: INVALID_ARGUMENT: the configuration has mistakes"));
  EXPECT_EQ(CountOf(many, "configuration-has-0: "), 1) << many;
  // What the message has no room for comes from the details.
  EXPECT_GT(CountOf(many, "this-is-no-key"), 10) << many;
}

TEST_F(ClientTest, SaysWhatIsWrongWithWhatItIsGiven) {
  const std::string empty = directory_.File("empty.yaml");
  WriteFile(empty, "");
  for (const char* option : {"-f", "-g", "-a"}) {
    const ProgramResult applied = Client({"apply", option, empty});
    EXPECT_EQ(applied.exit_code, 1);
    EXPECT_EQ(applied.err, "error: INVALID_ARGUMENT: " + empty + " is empty\n");
  }
  const ProgramResult named = Client({"worker", "set", "bad/name"});
  EXPECT_EQ(named.exit_code, 1);
  EXPECT_THAT(named.err, HasSubstr("an id of at most 128 letters, digits and any of . _ @ : + -"));
}

TEST_F(ClientTest, WhatTheCitizenWritesNextReopensAClosedInquiry) {
  const auto inquiry = api_.Submit(RoadRequest("Please mend the road at the mill"));
  ASSERT_TRUE(inquiry.ok()) << inquiry.status();
  ASSERT_EQ(Client({"work", "--until-empty"}).exit_code, 0);
  const auto closed = ClientJson(*server_, {"inquiry", "show", inquiry->name()});
  ASSERT_EQ(Client({"inquiry", "append", inquiry->name(), "--text", "It is still broken"}).exit_code, 0);
  const auto reopened = ClientJson(*server_, {"inquiry", "show", inquiry->name()});
  const auto leases = api_.Claim(inquiry->queue(), 10, absl::Seconds(5));

  EXPECT_EQ(closed[0]["inquiry"]["state"], "COMPLETED");
  EXPECT_EQ(reopened[0]["inquiry"]["state"], "READY");
  ASSERT_TRUE(leases.ok()) << leases.status();
  ASSERT_EQ(leases->size(), 1u);
  EXPECT_EQ(leases->front().inquiry().name(), inquiry->name());
  ASSERT_EQ(leases->front().inquiry().messages_size(), 1);
  EXPECT_EQ(leases->front().inquiry().messages(0).text(), "It is still broken");
  EXPECT_TRUE(api_.Complete(leases->front().lease_token()).ok());
}

TEST_F(ClientTest, DeadLettersAreShownAndRedriven) {
  const auto inquiry = api_.Submit(RoadRequest("A road that nobody can mend"));
  ASSERT_TRUE(inquiry.ok()) << inquiry.status();
  for (int attempt = 1; attempt <= 3; ++attempt) {
    const auto leases = api_.Claim(inquiry->queue(), 1, absl::Seconds(20));
    ASSERT_TRUE(leases.ok() && leases->size() == 1) << attempt << leases.status();
    ASSERT_EQ(leases->front().inquiry().name(), inquiry->name());
    ASSERT_TRUE(api_.Release(leases->front().lease_token(), absl::ZeroDuration()).ok());
  }
  const auto letters = ClientJson(*server_, {"dead-letters", "list"});
  const auto tried = ClientJson(*server_, {"dead-letters", "redrive", inquiry->name(), "--dry-run"});
  const auto still = ClientJson(*server_, {"inquiry", "show", inquiry->name()});
  const auto redriven = ClientJson(*server_, {"dead-letters", "redrive", inquiry->name()});
  const auto leases = api_.Claim(inquiry->queue(), 1, absl::Seconds(5));

  ASSERT_EQ(letters[0]["dead_letters"].size(), 1u);
  EXPECT_EQ(letters[0]["dead_letters"][0]["inquiry"]["name"], inquiry->name());
  EXPECT_THAT(letters[0]["dead_letters"][0]["reason"].get<std::string>(), HasSubstr("3 times"));
  EXPECT_EQ(tried[0]["redriven_count"], 1);
  EXPECT_EQ(still[0]["inquiry"]["state"], "DEAD_LETTERED");
  EXPECT_EQ(redriven[0]["redriven_count"], 1);
  ASSERT_TRUE(leases.ok() && leases->size() == 1) << leases.status();
  EXPECT_EQ(leases->front().inquiry().attempts(), 1);
  EXPECT_TRUE(api_.Complete(leases->front().lease_token()).ok());
}

TEST_F(ClientTest, TellsWhetherTheServerTakesCalls) {
  EXPECT_EQ(Client({"health"}).exit_code, 0);
  const ProgramResult away = RunClient(StrCat("127.0.0.1:", FreePort()), {"health", "--timeout", "3"});
  EXPECT_EQ(away.exit_code, 3);
  EXPECT_THAT(away.err, HasSubstr("--server"));
}

}  // namespace
}  // namespace switchboard::e2e
