// Several processes over one database, each hosting a part.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "common/status/errors.h"
#include "switchboard/v1/workers.grpc.pb.h"
#include "tests/support/running_switchboardd.h"
#include "tests/support/small_configuration.h"
#include "tests/support/test_postgres.h"

namespace switchboard {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The promise is a second, and a busy machine gets more: nothing is timed here.
constexpr absl::Duration kReach = absl::Seconds(10);

class SwitchboarddProcessesTest : public ::testing::Test {
 protected:
  std::unique_ptr<RunningSwitchboardd> Host(const std::string& services) {
    return RunningSwitchboardd::Start({"--services=" + services, "--database=" + database_, "--allow-data-loss"});
  }

  void SetUp() override {
    ASSERT_EQ(RunToEnd({SwitchboarddPath(), "--migrate-only", "--allow-data-loss", "--database=" + database_}).code, 0);
    intake_ = Host("intake,triage");
    frontline_ = Host("frontline");
    operations_ = Host("operations");
    ASSERT_TRUE(intake_ && frontline_ && operations_);
  }

  // In force everywhere when it returns.
  void ApplyEverywhere() {
    Apply();
    ASSERT_TRUE(Eventually([&] { return !absl::IsNotFound(Claim(0).status()); }, kReach));
  }

  void Apply() {
    v1::ApplyConfigurationRequest request;
    request.set_yaml(kSmallConfiguration);
    const auto applied = Call(operations_->operations(), &v1::OperationsService::Stub::ApplyConfiguration, request);
    ASSERT_TRUE(applied.ok()) << applied.status();
  }

  absl::StatusOr<v1::SubmitInquiryResponse> Submit() {
    v1::SubmitInquiryRequest request;
    request.mutable_inquiry()->set_channel(v1::SMS);
    request.mutable_inquiry()->set_text("a pothole again");
    return Call(intake_->intake(), &v1::IntakeService::Stub::SubmitInquiry, request);
  }

  absl::StatusOr<v1::ClaimInquiriesResponse> Claim(int wait_seconds) {
    v1::ClaimInquiriesRequest request;
    request.add_queues("queues/roads");
    request.set_worker("workers/anna");
    request.mutable_wait_duration()->set_seconds(wait_seconds);
    return Call(frontline_->frontline(), &v1::FrontlineService::Stub::ClaimInquiries, request);
  }

  const std::string database_ = TestPostgres::Get().CreateDatabase();
  std::unique_ptr<RunningSwitchboardd> intake_;
  std::unique_ptr<RunningSwitchboardd> frontline_;
  std::unique_ptr<RunningSwitchboardd> operations_;
};

TEST_F(SwitchboarddProcessesTest, AConfigurationReachesEveryProcess) {
  ApplyEverywhere();
  EXPECT_TRUE(Eventually(
      [&] {
        const auto submitted = Submit();
        return submitted.ok() && submitted->inquiry().queue() == "queues/roads";
      },
      kReach));
  const auto claimed = Claim(5);
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  EXPECT_EQ(claimed->leases_size(), 1);
}

TEST_F(SwitchboarddProcessesTest, APauseReachesEveryProcess) {
  Apply();
  ASSERT_TRUE(Eventually([&] { return Claim(0).ok(); }, kReach));
  v1::PauseQueueRequest pause;
  pause.set_name("queues/roads");
  pause.set_reason("lunch");
  ASSERT_TRUE(Call(operations_->operations(), &v1::OperationsService::Stub::PauseQueue, pause).ok());
  EXPECT_TRUE(Eventually([&] { return HasReason(Claim(0).status(), reason::kQueuePaused); }, kReach));

  v1::ResumeQueueRequest resume;
  resume.set_name("queues/roads");
  ASSERT_TRUE(Call(operations_->operations(), &v1::OperationsService::Stub::ResumeQueue, resume).ok());
  EXPECT_TRUE(Eventually([&] { return Claim(0).ok(); }, kReach));
}

TEST_F(SwitchboarddProcessesTest, AWaitingClaimHearsOfWorkFromAnotherProcess) {
  ApplyEverywhere();
  ASSERT_TRUE(Eventually([&] {
    const auto submitted = Submit();
    return submitted.ok() && submitted->inquiry().queue() == "queues/roads";
  }));
  const auto claimed = Claim(10);
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  EXPECT_EQ(claimed->leases_size(), 1);
}

// One worker claims by way of two processes at the same moment, over and over.
TEST_F(SwitchboarddProcessesTest, AWorkersCapacityHoldsAcrossProcesses) {
  constexpr int kRounds = 60;
  constexpr int kCapacity = 2;
  ApplyEverywhere();
  const auto second = Host("frontline");
  ASSERT_TRUE(second);
  v1::UpdateWorkerRequest update;
  update.mutable_worker()->set_name("workers/anna");
  update.mutable_worker()->set_capacity(kCapacity);
  const auto workers = v1::WorkerService::NewStub(frontline_->channel());
  ASSERT_TRUE(Call(*workers, &v1::WorkerService::Stub::UpdateWorker, update).ok());
  const auto others = v1::WorkerService::NewStub(second->channel());
  v1::GetWorkerRequest get;
  get.set_name("workers/anna");
  ASSERT_TRUE(Call(*others, &v1::WorkerService::Stub::GetWorker, get).ok());
  for (int i = 0; i < kRounds * kCapacity; ++i) {
    ASSERT_TRUE(Eventually([&] {
      const auto submitted = Submit();
      return submitted.ok() && submitted->inquiry().queue() == "queues/roads";
    }));
  }

  v1::ClaimInquiriesRequest claim;
  claim.add_queues("queues/roads");
  claim.set_worker("workers/anna");
  claim.set_max_inquiries(kCapacity);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<std::string> tokens[2];
    const auto claim_from = [&](size_t i) {
      v1::FrontlineService::Stub& stub = i == 0 ? frontline_->frontline() : second->frontline();
      const auto claimed = Call(stub, &v1::FrontlineService::Stub::ClaimInquiries, claim);
      EXPECT_TRUE(claimed.ok()) << claimed.status();
      if (!claimed.ok()) return;
      for (const v1::Lease& lease : claimed->leases()) tokens[i].push_back(lease.lease_token());
    };
    std::thread at_the_same_time(claim_from, 1);
    claim_from(0);
    at_the_same_time.join();
    EXPECT_LE(tokens[0].size() + tokens[1].size(), static_cast<size_t>(kCapacity)) << "in round " << round;
    for (const auto& held : tokens) {
      for (const std::string& token : held) {
        v1::CompleteInquiryRequest complete;
        complete.set_lease_token(token);
        complete.set_disposition(v1::ANSWERED);
        EXPECT_TRUE(Call(frontline_->frontline(), &v1::FrontlineService::Stub::CompleteInquiry, complete).ok());
      }
    }
  }
}

// Taken in by one process, answered by way of another: both know who is there.
TEST_F(SwitchboarddProcessesTest, ACitizenWhoWritesAgainReachesTheSameWorkerIfThere) {
  ApplyEverywhere();
  const auto workers = v1::WorkerService::NewStub(frontline_->channel());
  v1::UpdateWorkerRequest update;
  update.mutable_worker()->set_name("workers/anna");
  ASSERT_TRUE(Call(*workers, &v1::WorkerService::Stub::UpdateWorker, update).ok());
  const auto claim_as = [&](const std::string& worker, int wait_seconds) {
    v1::ClaimInquiriesRequest request;
    request.add_queues("queues/roads");
    request.set_worker(worker);
    request.mutable_wait_duration()->set_seconds(wait_seconds);
    const auto claimed = Call(frontline_->frontline(), &v1::FrontlineService::Stub::ClaimInquiries, request);
    EXPECT_TRUE(claimed.ok()) << claimed.status();
    return claimed.ok() && claimed->leases_size() > 0 ? claimed->leases(0) : v1::Lease();
  };
  const auto complete = [&](const v1::Lease& lease) {
    v1::CompleteInquiryRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_disposition(v1::ANSWERED);
    EXPECT_TRUE(Call(frontline_->frontline(), &v1::FrontlineService::Stub::CompleteInquiry, request).ok());
  };
  // What state an inquiry that anna closed is in once its citizen has written again.
  std::string inquiry;
  const auto reopened = [&] {
    if (!inquiry.empty()) complete(claim_as("workers/anna", 10));
    EXPECT_TRUE(Eventually([&] {
      const auto submitted = Submit();
      return submitted.ok() && submitted->inquiry().queue() == "queues/roads";
    }));
    const v1::Lease lease = claim_as("workers/anna", 10);
    complete(lease);
    inquiry = lease.inquiry().name();
    v1::AppendMessageRequest request;
    request.set_name(inquiry);
    request.mutable_message()->set_text("it is back");
    const auto appended = Call(intake_->intake(), &v1::IntakeService::Stub::AppendMessage, request);
    EXPECT_TRUE(appended.ok()) << appended.status();
    return appended.ok() ? appended->inquiry().state() : v1::Inquiry::STATE_UNSPECIFIED;
  };
  ASSERT_TRUE(Eventually([&] { return reopened() == v1::Inquiry::DELAYED; }));
  EXPECT_EQ(claim_as("workers/ben", 0).inquiry().name(), "");
  const v1::Lease again = claim_as("workers/anna", 10);
  EXPECT_EQ(again.inquiry().name(), inquiry);
  EXPECT_EQ(again.inquiry().messages_size(), 1);
  complete(again);
  inquiry.clear();

  // Who takes no more work is not waited for; the process that was told so knows at once.
  const auto both = Host("intake,triage,frontline");
  ASSERT_TRUE(both);
  ASSERT_TRUE(Submit().ok());
  const v1::Lease last = claim_as("workers/anna", 10);
  complete(last);
  v1::SetWorkerActivityRequest busy;
  busy.set_name("workers/anna");
  busy.set_activity(v1::Worker::BUSY);
  const auto told = v1::WorkerService::NewStub(both->channel());
  ASSERT_TRUE(Call(*told, &v1::WorkerService::Stub::SetWorkerActivity, busy).ok());
  v1::AppendMessageRequest request;
  request.set_name(last.inquiry().name());
  request.mutable_message()->set_text("it is back");
  const auto appended = Call(both->intake(), &v1::IntakeService::Stub::AppendMessage, request);
  ASSERT_TRUE(appended.ok()) << appended.status();
  EXPECT_EQ(appended->inquiry().state(), v1::Inquiry::READY);
  EXPECT_EQ(claim_as("workers/ben", 10).inquiry().name(), last.inquiry().name());
}

TEST_F(SwitchboarddProcessesTest, EachHostsOnlyWhatItWasTold) {
  EXPECT_EQ(Call(frontline_->intake(), &v1::IntakeService::Stub::SubmitInquiry, {}).status().code(),
            absl::StatusCode::kUnimplemented);
}

TEST_F(SwitchboarddProcessesTest, OnlyOperationsShowsTheGaugesOfTheDatabase) {
  Apply();
  constexpr char kGauge[] = "switchboard_queue_inquiries{";
  EXPECT_TRUE(Eventually([&] { return operations_->HttpGet("/metrics").find(kGauge) != std::string::npos; }));
  EXPECT_THAT(intake_->HttpGet("/metrics"), Not(HasSubstr(kGauge)));
  EXPECT_THAT(frontline_->HttpGet("/metrics"), Not(HasSubstr(kGauge)));
}

}  // namespace
}  // namespace switchboard
