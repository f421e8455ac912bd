// Several processes over one database, each hosting a part.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/status/errors.h"
#include "tests/support/running_switchboardd.h"
#include "tests/support/small_configuration.h"
#include "tests/support/test_postgres.h"

namespace switchboard {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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

TEST_F(SwitchboarddProcessesTest, AConfigurationReachesEveryProcessWithinASecond) {
  Apply();
  EXPECT_TRUE(Eventually(
      [&] {
        const auto submitted = Submit();
        return submitted.ok() && submitted->inquiry().queue() == "queues/roads";
      },
      absl::Seconds(1)));
  const auto claimed = Claim(5);
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  EXPECT_EQ(claimed->leases_size(), 1);
}

TEST_F(SwitchboarddProcessesTest, APauseReachesEveryProcessWithinASecond) {
  Apply();
  ASSERT_TRUE(Eventually([&] { return Claim(0).ok(); }, absl::Seconds(2)));
  v1::PauseQueueRequest pause;
  pause.set_name("queues/roads");
  pause.set_reason("lunch");
  ASSERT_TRUE(Call(operations_->operations(), &v1::OperationsService::Stub::PauseQueue, pause).ok());
  EXPECT_TRUE(Eventually([&] { return HasReason(Claim(0).status(), reason::kQueuePaused); }, absl::Seconds(1)));

  v1::ResumeQueueRequest resume;
  resume.set_name("queues/roads");
  ASSERT_TRUE(Call(operations_->operations(), &v1::OperationsService::Stub::ResumeQueue, resume).ok());
  EXPECT_TRUE(Eventually([&] { return Claim(0).ok(); }, absl::Seconds(1)));
}

TEST_F(SwitchboarddProcessesTest, AWaitingClaimHearsOfWorkFromAnotherProcess) {
  Apply();
  ASSERT_TRUE(Eventually([&] {
    const auto submitted = Submit();
    return submitted.ok() && submitted->inquiry().queue() == "queues/roads";
  }));
  const auto claimed = Claim(10);
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  EXPECT_EQ(claimed->leases_size(), 1);
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
