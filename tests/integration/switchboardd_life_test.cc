// Starting, stopping, and starting again: what was acknowledged is there afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <thread>

#include "tests/support/running_switchboardd.h"

namespace switchboard {
namespace {

using ::testing::HasSubstr;

v1::SubmitInquiryRequest Request(const std::string& text) {
  v1::SubmitInquiryRequest request;
  request.mutable_inquiry()->set_channel(v1::WEB);
  request.mutable_inquiry()->set_text(text);
  return request;
}

class SwitchboarddLifeTest : public ::testing::Test {
 protected:
  std::unique_ptr<RunningSwitchboardd> Start() {
    return RunningSwitchboardd::Start({"--data-dir=" + directory_.path() + "/data"});
  }

  static std::string Submit(RunningSwitchboardd& server) {
    const auto answer = Call(server.intake(), &v1::IntakeService::Stub::SubmitInquiry, Request("where is my form"));
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->inquiry().name() : "";
  }

  static v1::Inquiry::State StateOf(RunningSwitchboardd& server, const std::string& name) {
    v1::GetInquiryRequest request;
    request.set_name(name);
    const auto answer = Call(server.intake(), &v1::IntakeService::Stub::GetInquiry, request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->inquiry().state() : v1::Inquiry::STATE_UNSPECIFIED;
  }

  const TemporaryDirectory directory_;
};

TEST_F(SwitchboarddLifeTest, EndsCleanlyAndGoesOnWhereItWas) {
  auto first = Start();
  ASSERT_NE(first, nullptr);
  const std::string name = Submit(*first);
  EXPECT_EQ(first->Stop(), 0) << first->process().Stderr();

  auto second = Start();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(StateOf(*second, name), v1::Inquiry::READY);
  EXPECT_EQ(second->Stop(), 0);
}

TEST_F(SwitchboarddLifeTest, SurvivesBeingKilled) {
  auto first = Start();
  ASSERT_NE(first, nullptr);
  const std::string name = Submit(*first);
  first->process().Signal(SIGKILL);
  EXPECT_EQ(first->process().Wait(), -SIGKILL);

  auto second = Start();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(StateOf(*second, name), v1::Inquiry::READY);
}

TEST_F(SwitchboarddLifeTest, AWaitingClaimEndsEmptyWhenTheProcessDrains) {
  auto server = Start();
  ASSERT_NE(server, nullptr);
  absl::StatusOr<v1::ClaimInquiriesResponse> answer = absl::UnknownError("no answer yet");
  std::thread caller([&] {
    v1::ClaimInquiriesRequest request;
    request.add_queues("queues/general");
    request.set_worker("workers/anna");
    request.mutable_wait_duration()->set_seconds(25);
    answer = Call(server->frontline(), &v1::FrontlineService::Stub::ClaimInquiries, request);
  });
  EXPECT_TRUE(Eventually([&] {
    return server->HttpGet("/metrics")
               .find(
                   R"(grpc_server_started_total{grpc_method="ClaimInquiries",grpc_service="switchboard.v1.FrontlineService",grpc_type="unary"} 1)") !=
           std::string::npos;
  }));
  EXPECT_EQ(server->Stop(), 0);
  caller.join();
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->leases_size(), 0);
}

TEST_F(SwitchboarddLifeTest, ASecondSignalEndsItAtOnce) {
  auto server = Start();
  ASSERT_NE(server, nullptr);
  // A stream that its caller never ends holds the drain up.
  grpc::ClientContext context;
  const auto stream = server->intake().StreamInquiries(&context);
  v1::StreamInquiriesRequest request;
  request.set_sequence(1);
  *request.mutable_request() = Request("hello, is anybody there");
  ASSERT_TRUE(stream->Write(request));
  v1::StreamInquiriesResponse response;
  ASSERT_TRUE(stream->Read(&response));

  server->process().Signal(SIGTERM);
  EXPECT_TRUE(Eventually([&] { return server->process().Stderr().find("draining") != std::string::npos; }));
  server->process().Signal(SIGTERM);
  const std::optional<int> code = server->process().Wait(absl::Seconds(10));
  ASSERT_TRUE(code.has_value());
  EXPECT_THAT(*code, ::testing::AnyOf(0, 128 + SIGTERM));
}

TEST_F(SwitchboarddLifeTest, BringsItsPostgresBackThatWasKilled) {
  auto server = Start();
  ASSERT_NE(server, nullptr);
  const std::string name = Submit(*server);
  EXPECT_THAT(server->HttpGet("/readyz"), HasSubstr("ready"));
  const pid_t postgres = std::atoi(ReadFile(directory_.path() + "/data/postgres/postmaster.pid").c_str());
  ASSERT_GT(postgres, 1);

  kill(postgres, SIGKILL);

  EXPECT_TRUE(Eventually([&] {
    v1::GetInquiryRequest request;
    request.set_name(name);
    return Call(server->intake(), &v1::IntakeService::Stub::GetInquiry, request).ok() &&
           Call(server->intake(), &v1::IntakeService::Stub::SubmitInquiry, Request("and now")).ok();
  }));
  EXPECT_TRUE(Eventually([&] { return server->HttpGet("/readyz") == "ready\n"; }));
  EXPECT_EQ(server->Stop(), 0);
}

}  // namespace
}  // namespace switchboard
