// The life of processes: what reaches all of them, what reflection shows, and how they refuse and end.
#include <gmock/gmock.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <thread>

#include "common/status/errors.h"
#include "tests/e2e/e2e_server.h"
#include "tests/support/await.h"
#include "tests/support/program.h"
#include "tests/support/small_configuration.h"

namespace switchboard::e2e {
namespace {

using ::testing::HasSubstr;

// Two processes on one database.
class TwoProcessesTest : public ::testing::Test {
 protected:
  TwoProcessesTest()
      : first_(StartServer({"--services=intake,operations"})),
        second_(ServerProcessOptions{.database = first_->own_conninfo(),
                                     .arguments = {"--services=triage,frontline,operations"},
                                     .unix_socket = false}) {
    const absl::Status started = second_.Start();
    EXPECT_TRUE(started.ok()) << started;
  }

  std::unique_ptr<ServerProcess> first_;
  ServerProcess second_;
};

TEST_F(TwoProcessesTest, ConfigurationAndPauseReachBothWithoutARestart) {
  Apply(*first_, kSmallConfiguration);
  Api second(second_.NewChannel());
  v1::ListTopicsResponse topics;
  EXPECT_TRUE(Await(absl::Seconds(10), [&] {
    return CallFor(second.triage(), &v1::TriageService::Stub::ListTopics, v1::ListTopicsRequest(), topics).ok() &&
           topics.topics_size() == 2;
  }));
  ASSERT_EQ(RunClient(first_->address(), {"queue", "pause", "roads", "--reason", "snow"}).exit_code, 0);
  EXPECT_TRUE(Await(absl::Seconds(5), [&] {
    return ReasonOf(second.Claim("queues/roads", 1, absl::ZeroDuration()).status()) == reason::kQueuePaused;
  }));
  // A paused queue goes on taking in.
  ASSERT_EQ(
      RunClient(first_->address(), {"submit", "--channel", "WEB", "--text", "There is a huge pothole on my street"})
          .exit_code,
      0);
  ASSERT_EQ(RunClient(first_->address(), {"queue", "resume", "roads"}).exit_code, 0);
  absl::StatusOr<std::vector<v1::Lease>> leases;
  EXPECT_TRUE(Await(absl::Seconds(5), [&] {
    leases = second.Claim("queues/roads", 1, absl::Milliseconds(500));
    return leases.ok() && leases->size() == 1;
  })) << leases.status();
}

TEST(Life, ASecondServerOnTheSameDirectoryIsRefused) {
  const auto server = StartServer();
  const ProgramResult second = RunProgram(
      {ServerProgram(), "--data-dir=" + server->data_dir(), "--listen=127.0.0.1:0", "--metrics-listen=127.0.0.1:0"});
  EXPECT_NE(second.exit_code, 0);
  EXPECT_THAT(second.err, HasSubstr("in use by another process"));
}

TEST(Life, DrainsOnSigterm) {
  const auto server = StartServer();
  Apply(*server, kSmallConfiguration);
  const TemporaryDirectory directory;
  std::string lines;
  for (int i = 0; i < 30000; ++i) lines += "{\"channel\":\"WEB\",\"text\":\"A pothole\"}\n";
  WriteFile(directory.File("many.jsonl"), lines);
  Program import(ClientCommand(server->address(), {"submit", "-f", directory.File("many.jsonl"), "--give-up-after", "2",
                                                   "--results", directory.File("results"), "--json"}));
  ASSERT_TRUE(
      Await(absl::Seconds(30), [&] { return AskPsql(*server, "SELECT count(*) FROM switchboard.inquiry") > 500; }));

  EXPECT_EQ(server->Stop(absl::Seconds(30)), 0) << server->log();
  import.Finish(absl::Seconds(60));
  ASSERT_TRUE(server->Start().ok());
  const int64_t stored = AskPsql(*server, "SELECT count(*) FROM switchboard.inquiry");
  const auto acknowledged = static_cast<int64_t>(ReadJsonLines(directory.File("results")).size());

  EXPECT_GT(acknowledged, 0);
  EXPECT_GE(stored, acknowledged) << "something acknowledged was lost";
}

TEST(Life, RefusesToListenBeyondLoopbackWithoutTls) {
  const ProgramResult refused = RunProgram({ServerProgram(), "--check-config", "--listen=0.0.0.0:7070"});
  const ProgramResult told =
      RunProgram({ServerProgram(), "--check-config", "--listen=0.0.0.0:7070", "--insecure-listen=true"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err,
              ::testing::AllOf(HasSubstr("0.0.0.0:7070"), HasSubstr("tls-certificate"), HasSubstr("insecure-listen")));
  EXPECT_EQ(told.exit_code, 0) << told.err;
}

TEST(Life, ChecksAndPrintsItsOptions) {
  const TemporaryDirectory directory;
  WriteFile(directory.File("good.yaml"), "max_batch: 500\ndatabase: host=db password=hunter2\n");
  WriteFile(directory.File("bad.yaml"), "max_bach: 500\nsweep_interval: soon\n");
  const ProgramResult good = RunProgram({ServerProgram(), "--check-config", "--config=" + directory.File("good.yaml")});
  const ProgramResult bad = RunProgram({ServerProgram(), "--check-config", "--config=" + directory.File("bad.yaml")});
  const ProgramResult printed =
      RunProgram({ServerProgram(), "--print-config", "--config=" + directory.File("good.yaml")},
                 {{"SWITCHBOARD_MAX_CALLS", "77"}});

  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.err, ::testing::AllOf(HasSubstr("max_bach"), HasSubstr("sweep_interval")));
  EXPECT_EQ(printed.exit_code, 0) << printed.err;
  EXPECT_THAT(printed.out, ::testing::AllOf(HasSubstr("500"), HasSubstr("77"), ::testing::Not(HasSubstr("hunter2"))));
}

}  // namespace
}  // namespace switchboard::e2e
