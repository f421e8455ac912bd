// A connector by `switchboard deliver` when things go wrong: the server dies, the command hangs, another connector
// takes the reply, and somebody presses Ctrl-C.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "common/text/string_view.h"
#include "tests/e2e/e2e_server.h"
#include "tests/support/await.h"
#include "tests/support/program.h"
#include "tests/support/small_configuration.h"

namespace switchboard::e2e {
namespace {

using ::testing::HasSubstr;

class DeliverTest : public ::testing::Test {
 protected:
  // The same address after a restart.
  static void SetUpTestSuite() {
    server_ = new ServerProcess(ServerProcessOptions());
    const absl::Status started = server_->Start();
    ASSERT_TRUE(started.ok()) << started;
    Apply(*server_, kSmallConfiguration);
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"apply", "-g", SWITCHBOARD_SOURCE_DIR "/deploy/samples/guidelines.yaml"},
          {"worker", "set", "anna", "-t", "streets@1:2999-12-31"}}) {
      const ProgramResult result = RunClient(server_->address(), arguments);
      ASSERT_EQ(result.exit_code, 0) << result.err;
    }
  }
  static void TearDownTestSuite() {
    delete server_;
    server_ = nullptr;
  }

  // The inquiry whose reply waits to be delivered.
  std::string Answered() {
    EXPECT_TRUE(api_.Submit(RoadRequest()).ok());
    const auto leases = api_.Claim("queues/roads", 1, absl::Seconds(10));
    if (!leases.ok() || leases->size() != 1) return "";
    v1::ReplyToInquiryRequest request;
    request.set_lease_token(leases->front().lease_token());
    request.set_text("A crew usually comes within five working days.");
    request.set_disposition(v1::ANSWERED);
    v1::ReplyToInquiryResponse response;
    const absl::Status status =
        CallFor(api_.frontline(), &v1::FrontlineService::Stub::ReplyToInquiry, request, response);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(response.decision().verdict(), v1::ReplyDecision::SENT) << response.DebugString();
    return leases->front().inquiry().name();
  }

  bool IsOnRecord(const std::string& inquiry, v1::Event::Kind kind) {
    v1::GetInquiryRequest request;
    request.set_name(inquiry);
    v1::GetInquiryResponse response;
    const absl::Status status = CallFor(api_.intake(), &v1::IntakeService::Stub::GetInquiry, request, response);
    EXPECT_TRUE(status.ok()) << status;
    return std::any_of(response.events().begin(), response.events().end(),
                       [kind](const v1::Event& event) { return event.kind() == kind; });
  }

  static std::vector<std::string> DeliverCommand(const std::string& command, std::vector<std::string> more) {
    std::vector<std::string> arguments = {"deliver", "-c", "WEB", "--exec", command};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return ClientCommand(server_->address(), std::move(arguments));
  }

  static ServerProcess* server_;
  Api api_{server_->NewChannel()};
  const TemporaryDirectory directory_;
};

ServerProcess* DeliverTest::server_ = nullptr;

TEST_F(DeliverTest, ACommandThatHangsIsStoppedAndReportedInTime) {
  const std::string inquiry = Answered();
  const ProgramResult result = RunProgram(DeliverCommand("sleep 100; echo x", {"--lease", "1", "-n", "1"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, inquiry + " TEMPORARY_FAILURE the command was stopped before it ended\n");
  EXPECT_EQ(AskPsql(*server_, "SELECT count(*) FROM switchboard.outbound WHERE NOT gone AND due_at > now()"), 1);
  AskPsql(*server_, "DELETE FROM switchboard.outbound");
}

TEST_F(DeliverTest, WhatWasDeliveredIsReportedToTheServerThatComesBack) {
  const std::string inquiry = Answered();
  const std::string begun = directory_.File("begun");
  const std::string killed = directory_.File("killed");
  Program deliver(DeliverCommand(
      "echo >> '" + begun + "'; until test -e '" + killed + "'; do sleep 0.05; done; echo post-1", {"-n", "1"}));
  ASSERT_TRUE(Await(absl::Seconds(30), [&] { return std::filesystem::exists(begun); }));
  server_->Kill();
  WriteFile(killed, "");
  EXPECT_TRUE(Await(absl::Seconds(30), [&] { return deliver.err().find("trying again") != std::string::npos; }));
  const absl::Status restarted = server_->Start();
  ASSERT_TRUE(restarted.ok()) << restarted;
  const ProgramResult result = deliver.Finish(absl::Minutes(1));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, inquiry + " DELIVERED post-1\n");
  EXPECT_TRUE(IsOnRecord(inquiry, v1::Event::DELIVERED));
  EXPECT_EQ(RunProgram(DeliverCommand("echo again", {"--until-empty"})).out, "");
}

TEST_F(DeliverTest, AServerThatStaysAwayIsGivenUp) {
  const ProgramResult result = RunProgram({ClientProgram(), "-s", "unix:" + directory_.File("nobody"), "deliver", "-c",
                                           "WEB", "--exec", "true", "--give-up-after", "1"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("trying again for 1 s at most"));
}

TEST_F(DeliverTest, AReportThatComesTooLateIsToldAndTheNextReplyIsDelivered) {
  const std::string first = Answered();
  const std::string second = Answered();
  // The first time it runs, another connector takes the reply over, and dies with it.
  const std::string taken = directory_.File("taken");
  const std::string take_over =
      StrCat("/usr/bin/psql -X -q -d \"", server_->own_conninfo(),
             "\" -c \"UPDATE switchboard.outbound SET lease_until = now() WHERE token <> 0\" && '", ClientProgram(),
             "' -s '", server_->address(), "' deliver -c WEB -n 1 --exec 'kill -9 $PPID'");
  const ProgramResult result = RunProgram(DeliverCommand(
      StrCat("test -e '", taken, "' || { echo > '", taken, "'; ", take_over, " >&2; }; echo post"), {"-n", "2"}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("warning: " + first + " DELIVERED is not on the record, it was too late"));
  EXPECT_EQ(result.out, second + " DELIVERED post\n");
  EXPECT_FALSE(IsOnRecord(first, v1::Event::DELIVERED));
  AskPsql(*server_, "DELETE FROM switchboard.outbound");
}

TEST_F(DeliverTest, CtrlCEndsItOnceWhatIsInHandIsReported) {
  const std::string inquiry = Answered();
  const std::string begun = directory_.File("begun");
  Program deliver(DeliverCommand("echo > '" + begun + "'; sleep 1; echo post", {}));
  ASSERT_TRUE(Await(absl::Seconds(30), [&] { return std::filesystem::exists(begun); }));
  deliver.Signal(SIGINT);
  const ProgramResult result = deliver.Finish(absl::Seconds(30));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, inquiry + " DELIVERED post\n");
  EXPECT_TRUE(IsOnRecord(inquiry, v1::Event::DELIVERED));
}

}  // namespace
}  // namespace switchboard::e2e
