// The main job on the real binary and a real private PostgreSQL: take in, sort, route, hand out, count.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "common/ids/uuid.h"
#include "common/status/errors.h"
#include "google/rpc/error_details.pb.h"
#include "tests/support/running_switchboardd.h"
#include "tests/support/small_configuration.h"

namespace switchboard {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Frontline = v1::FrontlineService::Stub;
using Intake = v1::IntakeService::Stub;
using Operations = v1::OperationsService::Stub;

class SwitchboarddMainJobTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = new TemporaryDirectory();
    server_ = RunningSwitchboardd::Start({"--data-dir=" + directory_->path() + "/data"}).release();
    ASSERT_NE(server_, nullptr);
  }
  static void TearDownTestSuite() {
    if (server_ != nullptr) {
      EXPECT_EQ(server_->Stop(), 0) << server_->process().Stderr();
    }
    delete server_;
    delete directory_;
  }

  static v1::SubmitInquiryRequest Request(const std::string& text) {
    v1::SubmitInquiryRequest request;
    request.mutable_inquiry()->set_channel(v1::EMAIL);
    request.mutable_inquiry()->set_text(text);
    return request;
  }

  static v1::Inquiry Submit(const v1::SubmitInquiryRequest& request) {
    const auto answer = Call(server_->intake(), &Intake::SubmitInquiry, request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? answer->inquiry() : v1::Inquiry();
  }

  static absl::StatusOr<v1::ClaimInquiriesResponse> Claim(const std::string& queue, int count = 1) {
    v1::ClaimInquiriesRequest request;
    request.add_queues("queues/" + queue);
    request.set_worker("workers/anna");
    request.set_max_inquiries(count);
    request.mutable_wait_duration()->set_seconds(10);
    return Call(server_->frontline(), &Frontline::ClaimInquiries, request);
  }

  static absl::Status Complete(const std::string& token) {
    v1::CompleteInquiryRequest request;
    request.set_lease_token(token);
    request.set_disposition(v1::ANSWERED);
    return Call(server_->frontline(), &Frontline::CompleteInquiry, request).status();
  }

  static v1::GetInquiryResponse Get(const std::string& name) {
    v1::GetInquiryRequest request;
    request.set_name(name);
    const auto answer = Call(server_->intake(), &Intake::GetInquiry, request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *answer : v1::GetInquiryResponse();
  }

  static absl::StatusOr<v1::ApplyConfigurationResponse> Apply(const std::string& yaml) {
    v1::ApplyConfigurationRequest request;
    request.set_yaml(yaml);
    request.set_file_name("city.yaml");
    request.set_applied_by("boris");
    return Call(server_->operations(), &Operations::ApplyConfiguration, request);
  }

  static v1::Queue GetQueue(const std::string& id) {
    v1::GetQueueRequest request;
    request.set_name("queues/" + id);
    const auto answer = Call(server_->operations(), &Operations::GetQueue, request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *answer : v1::Queue();
  }

  static TemporaryDirectory* directory_;
  static RunningSwitchboardd* server_;
};

TemporaryDirectory* SwitchboarddMainJobTest::directory_ = nullptr;
RunningSwitchboardd* SwitchboarddMainJobTest::server_ = nullptr;

// The first test of the suite: nothing was applied yet.
TEST_F(SwitchboarddMainJobTest, AFreshServerRefusesNothing) {
  const v1::Inquiry inquiry = Submit(Request("Il y a un nid de poule devant chez moi."));
  EXPECT_EQ(inquiry.queue(), "queues/general");
  EXPECT_TRUE(inquiry.topic_assignment().unsure());
  EXPECT_TRUE(absl::IsNotFound(Call(server_->operations(), &Operations::GetConfiguration, {}).status()));

  const auto claimed = Claim("general");
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  ASSERT_EQ(claimed->leases_size(), 1);
  EXPECT_EQ(claimed->leases(0).inquiry().name(), inquiry.name());
  EXPECT_TRUE(Complete(claimed->leases(0).lease_token()).ok());
}

TEST_F(SwitchboarddMainJobTest, TakesInSortsRoutesHandsOutAndCounts) {
  const auto applied = Apply(kSmallConfiguration);
  ASSERT_TRUE(applied.ok()) << applied.status();
  EXPECT_EQ(applied->version(), 1);
  EXPECT_EQ(applied->topic_count(), 2);
  EXPECT_EQ(applied->queue_count(), 3);

  const v1::Inquiry inquiry = Submit(Request("A pothole swallowed my bicycle"));
  EXPECT_EQ(inquiry.topic(), "topics/potholes");
  EXPECT_EQ(inquiry.queue(), "queues/roads");
  EXPECT_EQ(inquiry.route(), "routes/roads-all");
  EXPECT_EQ(inquiry.priority(), v1::HIGH);
  EXPECT_EQ(inquiry.language(), "en");
  EXPECT_EQ(inquiry.first_response_due_time().seconds() - inquiry.create_time().seconds(), 7200);

  const auto claimed = Claim("roads");
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  ASSERT_EQ(claimed->leases_size(), 1);
  const v1::Lease& lease = claimed->leases(0);
  EXPECT_EQ(lease.inquiry().name(), inquiry.name());
  EXPECT_EQ(lease.inquiry().text(), "A pothole swallowed my bicycle");
  EXPECT_EQ(lease.inquiry().attempts(), 1);
  const v1::Queue held = GetQueue("roads");
  ASSERT_EQ(held.holders_size(), 1);
  EXPECT_EQ(held.holders(0).worker(), "workers/anna");

  EXPECT_TRUE(Complete(lease.lease_token()).ok());
  EXPECT_TRUE(Complete(lease.lease_token()).ok()) << "repeating it is OK";

  const v1::GetInquiryResponse settled = Get(inquiry.name());
  EXPECT_EQ(settled.inquiry().state(), v1::Inquiry::COMPLETED);
  EXPECT_EQ(settled.inquiry().disposition(), v1::ANSWERED);
  ASSERT_EQ(settled.events_size(), 3);
  EXPECT_EQ(settled.events(0).kind(), v1::Event::RECEIVED);
  EXPECT_EQ(settled.events(1).kind(), v1::Event::CLAIMED);
  EXPECT_EQ(settled.events(2).kind(), v1::Event::COMPLETED);

  v1::Queue roads;
  EXPECT_TRUE(Eventually([&] {  // figures are as old as their sample
    roads = GetQueue("roads");
    return roads.completed_total() == 1;
  })) << roads.DebugString();
  EXPECT_EQ(roads.received_total(), 1);
  EXPECT_EQ(roads.figures().ready(), 0);
  EXPECT_EQ(roads.figures().leased(), 0);
}

TEST_F(SwitchboarddMainJobTest, TheSameRequestIdIsTheSameInquiry) {
  v1::SubmitInquiryRequest request = Request("My passport has expired");
  request.set_request_id(RandomUuid().ToString());
  const v1::Inquiry first = Submit(request);
  const v1::Inquiry second = Submit(request);
  EXPECT_EQ(second.name(), first.name());

  request.mutable_inquiry()->set_text("Something else");
  const auto reused = Call(server_->intake(), &Intake::SubmitInquiry, request);
  EXPECT_EQ(reused.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(ReasonOf(reused.status()), reason::kRequestIdReused);
}

TEST_F(SwitchboarddMainJobTest, ApplyingTheSameConfigurationChangesNothing) {
  const auto again = Apply(kSmallConfiguration);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->unchanged());
  const auto current = Call(server_->operations(), &Operations::GetConfiguration, {});
  ASSERT_TRUE(current.ok()) << current.status();
  EXPECT_EQ(current->yaml(), kSmallConfiguration);
  EXPECT_EQ(current->applied_by(), "boris");
}

TEST_F(SwitchboarddMainJobTest, EveryMistakeOfAConfigurationIsNamedWithItsPlace) {
  const auto refused = Apply("version: 1\ndefaults: {general_queue: nowhere}\ntopics:\n  - {id: Bad Id}\nqueue: []\n");
  EXPECT_EQ(ReasonOf(refused.status()), reason::kInvalidConfiguration);
  google::rpc::BadRequest details;
  ASSERT_TRUE(ReadDetail(refused.status(), details));
  EXPECT_GE(details.field_violations_size(), 3) << refused.status();
  EXPECT_THAT(details.field_violations(0).description(), HasSubstr("city.yaml:"));
}

TEST_F(SwitchboarddMainJobTest, AQueueThatHoldsInquiriesCannotBeLeftOut) {
  const v1::Inquiry inquiry = Submit(Request("Another pothole"));
  std::string without = kSmallConfiguration;
  const size_t begin = without.find("  - id: roads\n");
  without.erase(begin, without.find("  - {id: passports, name") - begin);
  const size_t route = without.find("  - {id: roads-all");
  without.erase(route, without.find("  - {id: passports-all") - route);

  const auto refused = Apply(without);
  EXPECT_EQ(ReasonOf(refused.status()), reason::kQueueInUse) << refused.status();

  const auto claimed = Claim("roads");
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  ASSERT_EQ(claimed->leases_size(), 1);
  EXPECT_TRUE(Complete(claimed->leases(0).lease_token()).ok());
}

TEST_F(SwitchboarddMainJobTest, APausedQueueHandsNothingOutAndTakesEverythingIn) {
  v1::PauseQueueRequest pause;
  pause.set_name("queues/roads");
  pause.set_reason("the system of the works department is down");
  const auto paused = Call(server_->operations(), &Operations::PauseQueue, pause);
  ASSERT_TRUE(paused.ok()) << paused.status();
  EXPECT_TRUE(paused->paused());

  const v1::Inquiry inquiry = Submit(Request("pothole number three"));
  EXPECT_EQ(ReasonOf(Claim("roads").status()), reason::kQueuePaused);

  v1::ResumeQueueRequest resume;
  resume.set_name("queues/roads");
  ASSERT_TRUE(Call(server_->operations(), &Operations::ResumeQueue, resume).ok());
  const auto claimed = Claim("roads");
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  ASSERT_EQ(claimed->leases_size(), 1);
  EXPECT_EQ(claimed->leases(0).inquiry().name(), inquiry.name());
  EXPECT_TRUE(Complete(claimed->leases(0).lease_token()).ok());
}

TEST_F(SwitchboarddMainJobTest, WhatIsReleasedTooOftenBecomesADeadLetterThatCanBeRedriven) {
  const v1::Inquiry inquiry = Submit(Request("pothole that nobody wants"));
  for (int attempt = 1; attempt <= 3; ++attempt) {
    const auto claimed = Claim("roads");
    ASSERT_TRUE(claimed.ok()) << claimed.status();
    ASSERT_EQ(claimed->leases_size(), 1) << attempt;
    v1::ReleaseInquiryRequest release;
    release.set_lease_token(claimed->leases(0).lease_token());
    ASSERT_TRUE(Call(server_->frontline(), &Frontline::ReleaseInquiry, release).ok());
  }
  v1::ListDeadLettersRequest list;
  list.set_queue("queues/roads");
  const auto dead = Call(server_->operations(), &Operations::ListDeadLetters, list);
  ASSERT_TRUE(dead.ok()) << dead.status();
  ASSERT_EQ(dead->dead_letters_size(), 1);
  EXPECT_EQ(dead->dead_letters(0).inquiry().name(), inquiry.name());
  EXPECT_EQ(dead->dead_letters(0).attempts(), 3);

  v1::RedriveDeadLettersRequest redrive;
  redrive.set_queue("queues/roads");
  redrive.set_dry_run(true);
  const auto would = Call(server_->operations(), &Operations::RedriveDeadLetters, redrive);
  ASSERT_TRUE(would.ok()) << would.status();
  EXPECT_EQ(would->redriven_count(), 1);
  EXPECT_EQ(Get(inquiry.name()).inquiry().state(), v1::Inquiry::DEAD_LETTERED);

  redrive.set_dry_run(false);
  redrive.set_target_queue("queues/general");
  ASSERT_TRUE(Call(server_->operations(), &Operations::RedriveDeadLetters, redrive).ok());
  const auto claimed = Claim("general");
  ASSERT_TRUE(claimed.ok()) << claimed.status();
  ASSERT_EQ(claimed->leases_size(), 1);
  EXPECT_EQ(claimed->leases(0).inquiry().name(), inquiry.name());
  EXPECT_TRUE(Complete(claimed->leases(0).lease_token()).ok());
}

TEST_F(SwitchboarddMainJobTest, WrongRequestsNameEveryWrongField) {
  v1::RedriveDeadLettersRequest redrive;
  redrive.set_target_queue("roads");
  redrive.set_max_count(-1);
  const absl::Status refused = Call(server_->operations(), &Operations::RedriveDeadLetters, redrive).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  google::rpc::BadRequest details;
  ASSERT_TRUE(ReadDetail(refused, details));
  EXPECT_EQ(details.field_violations_size(), 3);

  v1::GetQueueRequest unknown;
  unknown.set_name("queues/nowhere");
  EXPECT_TRUE(absl::IsNotFound(Call(server_->operations(), &Operations::GetQueue, unknown).status()));
}

TEST_F(SwitchboarddMainJobTest, ShowsItsMetrics) {
  EXPECT_TRUE(Eventually([&] {
    return server_->HttpGet("/metrics")
               .find(R"(switchboard_queue_inquiries{priority="HIGH",queue="roads",state="ready"})") !=
           std::string::npos;
  }));
  const std::string metrics = server_->HttpGet("/metrics");
  EXPECT_THAT(metrics, HasSubstr("switchboard_build_info{"));
  EXPECT_THAT(metrics, HasSubstr("switchboard_inquiries_received_total{"));
  EXPECT_THAT(metrics, HasSubstr("grpc_server_handled_total{"));
  EXPECT_THAT(metrics, Not(HasSubstr("bicycle")));
  EXPECT_THAT(server_->HttpGet("/healthz"), HasSubstr("ok"));
}

TEST_F(SwitchboarddMainJobTest, TheDirectoryOfARunningServerIsRefused) {
  const Outcome second = RunToEnd({SwitchboarddPath(), "--listen=127.0.0.1:0", "--metrics-listen=127.0.0.1:0",
                                   "--data-dir=" + directory_->path() + "/data"});
  EXPECT_EQ(second.code, 1);
  EXPECT_THAT(second.err, HasSubstr("another process"));
}

}  // namespace
}  // namespace switchboard
