#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "common/status/errors.h"
#include "google/rpc/error_details.pb.h"
#include "services/wire/times.h"
#include "tests/support/edge_server.h"
#include "tests/support/scripted_queue_engine.h"

namespace switchboard::frontline {
namespace {

using ::testing::ElementsAre;

v1::ClaimInquiriesRequest ClaimOf(const std::string& queue, int seconds = 0) {
  v1::ClaimInquiriesRequest request;
  request.add_queues(queue);
  request.set_worker("workers/ann");
  if (seconds > 0) request.mutable_wait_duration()->set_seconds(seconds);
  return request;
}

class FrontlineServiceTest : public ::testing::Test {
 protected:
  std::string Submit(const std::string& text, v1::Channel channel = v1::EMAIL) {
    v1::SubmitInquiryRequest request;
    request.mutable_inquiry()->set_text(text);
    request.mutable_inquiry()->set_channel(channel);
    v1::SubmitInquiryResponse response;
    EXPECT_TRUE(server_.intake->SubmitInquiry(Patient().get(), request, &response).ok());
    return response.inquiry().name();
  }
  v1::GetInquiryResponse Get(const std::string& name) {
    v1::GetInquiryRequest request;
    request.set_name(name);
    v1::GetInquiryResponse response;
    EXPECT_TRUE(server_.intake->GetInquiry(Patient().get(), request, &response).ok());
    return response;
  }
  v1::ClaimInquiriesResponse Claim(const v1::ClaimInquiriesRequest& request) {
    v1::ClaimInquiriesResponse response;
    const grpc::Status status = server_.staff->ClaimInquiries(Patient().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::Lease ClaimOne(const std::string& queue) {
    const v1::ClaimInquiriesResponse response = Claim(ClaimOf(queue, 10));
    EXPECT_EQ(response.leases_size(), 1);
    return response.leases_size() == 1 ? response.leases(0) : v1::Lease{};
  }
  absl::Status Complete(const std::string& token, v1::CompleteInquiryResponse* response) {
    v1::CompleteInquiryRequest request;
    request.set_lease_token(token);
    request.set_disposition(v1::ANSWERED);
    return Said(server_.staff->CompleteInquiry(Patient().get(), request, response));
  }

  InMemoryEngine engine_;
  EdgeServer server_{*engine_};
};

TEST_F(FrontlineServiceTest, AClaimHandsOutTheMostUrgentFirst) {
  Submit("an ordinary pothole");
  const std::string urgent = Submit("a gas leak in a pothole");
  v1::ClaimInquiriesRequest request = ClaimOf("queues/roads", 10);
  request.set_max_inquiries(10);
  request.mutable_lease_duration()->set_seconds(60);
  const v1::ClaimInquiriesResponse response = Claim(request);
  ASSERT_EQ(response.leases_size(), 2);
  const v1::Lease& lease = response.leases(0);
  EXPECT_EQ(lease.inquiry().name(), urgent);
  EXPECT_EQ(lease.inquiry().priority(), v1::URGENT);
  EXPECT_EQ(lease.inquiry().state(), v1::Inquiry::LEASED);
  EXPECT_EQ(lease.inquiry().attempts(), 1);
  EXPECT_EQ(lease.inquiry().text(), "a gas leak in a pothole");
  const absl::Duration left = *wire::ReadTime(lease.lease_expire_time()) - SystemClock().Now();
  EXPECT_GT(left, absl::Seconds(30));
  EXPECT_LE(left, absl::Seconds(60));
}

TEST_F(FrontlineServiceTest, AnEmptyAnswerIsOk) { EXPECT_EQ(Claim(ClaimOf("queues/roads")).leases_size(), 0); }

TEST_F(FrontlineServiceTest, AWaitingClaimIsAnsweredWhenWorkComes) {
  v1::ClaimInquiriesResponse response;
  std::thread worker([&] { response = Claim(ClaimOf("queues/roads", 15)); });
  const std::string name = Submit("a pothole");
  worker.join();
  ASSERT_EQ(response.leases_size(), 1);
  EXPECT_EQ(response.leases(0).inquiry().name(), name);
}

TEST_F(FrontlineServiceTest, ALongPollEndsBeforeItsCallDoes) {
  v1::ClaimInquiriesResponse response;
  const grpc::Status status =
      server_.staff->ClaimInquiries(Patient(absl::Milliseconds(600)).get(), ClaimOf("queues/roads", 60), &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.leases_size(), 0);
}

TEST_F(FrontlineServiceTest, ACallerThatHangsUpTakesNothingWithIt) {
  auto context = Patient();
  v1::ClaimInquiriesRequest request = ClaimOf("queues/roads", 60);
  // Should the server hear of it a moment too late, the lease has to end by itself.
  request.mutable_lease_duration()->set_seconds(1);
  v1::ClaimInquiriesResponse response;
  std::thread worker([&] { EXPECT_FALSE(server_.staff->ClaimInquiries(context.get(), request, &response).ok()); });
  context->TryCancel();
  worker.join();
  const std::string name = Submit("a pothole");
  EXPECT_EQ(ClaimOne("queues/roads").inquiry().name(), name);
}

TEST_F(FrontlineServiceTest, UnknownAndPausedQueuesAreToldApart) {
  v1::ClaimInquiriesResponse response;
  const absl::Status missing =
      Said(server_.staff->ClaimInquiries(Patient().get(), ClaimOf("queues/no-such-queue"), &response));
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(engine_->SetPaused("roads", true, "strike").ok());
  const absl::Status paused = Said(server_.staff->ClaimInquiries(Patient().get(), ClaimOf("queues/roads"), &response));
  EXPECT_EQ(paused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(HasReason(paused, reason::kQueuePaused));
}

TEST_F(FrontlineServiceTest, CompletingTwiceIsOkAndAnotherTokenIsNot) {
  const std::string name = Submit("a pothole");
  const v1::Lease lease = ClaimOne("queues/roads");
  v1::CompleteInquiryResponse response;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(Complete(lease.lease_token(), &response).ok());
    EXPECT_EQ(response.inquiry(), name);
    EXPECT_FALSE(response.reopened());
  }
  v1::ReleaseInquiryRequest release;
  release.set_lease_token(lease.lease_token());
  v1::ReleaseInquiryResponse released;
  const absl::Status lost = Said(server_.staff->ReleaseInquiry(Patient().get(), release, &released));
  EXPECT_EQ(lost.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(HasReason(lost, reason::kLeaseLost));
  EXPECT_EQ(Complete("rubbish", &response).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Get(name).inquiry().disposition(), v1::ANSWERED);
}

TEST_F(FrontlineServiceTest, ACompletionReopensWhatTheCitizenWroteMeanwhile) {
  const std::string name = Submit("a pothole");
  const v1::Lease lease = ClaimOne("queues/roads");
  v1::AppendMessageRequest append;
  append.set_name(name);
  append.mutable_message()->set_text("it grew");
  v1::AppendMessageResponse appended;
  ASSERT_TRUE(server_.intake->AppendMessage(Patient().get(), append, &appended).ok());
  v1::CompleteInquiryResponse response;
  ASSERT_TRUE(Complete(lease.lease_token(), &response).ok());
  EXPECT_TRUE(response.reopened());
  EXPECT_EQ(ClaimOne("queues/roads").inquiry().messages_size(), 1);
}

TEST_F(FrontlineServiceTest, ExtendMovesTheEnd) {
  Submit("a pothole");
  const v1::Lease lease = ClaimOne("queues/roads");
  v1::ExtendLeaseRequest request;
  request.set_lease_token(lease.lease_token());
  request.mutable_lease_duration()->set_seconds(7200);
  v1::ExtendLeaseResponse response;
  ASSERT_TRUE(server_.staff->ExtendLease(Patient().get(), request, &response).ok());
  EXPECT_GT(response.lease_expire_time().seconds(), lease.lease_expire_time().seconds() + 3600);
}

TEST_F(FrontlineServiceTest, AReleaseBacksOffOrComesBackAtOnceUntilItIsGivenUp) {
  const std::string name = Submit("a pothole");
  v1::ReleaseInquiryRequest request;
  v1::ReleaseInquiryResponse response;
  request.set_lease_token(ClaimOne("queues/roads").lease_token());
  request.mutable_delay();
  ASSERT_TRUE(server_.staff->ReleaseInquiry(Patient().get(), request, &response).ok());
  EXPECT_EQ(response.state(), v1::Inquiry::READY);
  EXPECT_FALSE(response.has_ready_time());

  request.set_lease_token(ClaimOne("queues/roads").lease_token());
  ASSERT_TRUE(server_.staff->ReleaseInquiry(Patient().get(), request, &response).ok());
  request.set_lease_token(ClaimOne("queues/roads").lease_token());
  request.set_reason("no road there");
  ASSERT_TRUE(server_.staff->ReleaseInquiry(Patient().get(), request, &response).ok());
  EXPECT_EQ(response.state(), v1::Inquiry::DEAD_LETTERED) << "the example allows three attempts";
  EXPECT_EQ(Get(name).inquiry().state(), v1::Inquiry::DEAD_LETTERED);

  Submit("a pothole that waits");
  request.set_lease_token(ClaimOne("queues/roads").lease_token());
  request.clear_delay();
  ASSERT_TRUE(server_.staff->ReleaseInquiry(Patient().get(), request, &response).ok());
  EXPECT_EQ(response.state(), v1::Inquiry::DELAYED);
  EXPECT_GT(*wire::ReadTime(response.ready_time()), SystemClock().Now() + absl::Seconds(10));
}

TEST_F(FrontlineServiceTest, ADeferralDoesNotCountAsAnAttempt) {
  const std::string name = Submit("a pothole");
  v1::DeferInquiryRequest request;
  request.set_lease_token(ClaimOne("queues/roads").lease_token());
  wire::SetTime(SystemClock().Now() + absl::Hours(1), request.mutable_until_time());
  v1::DeferInquiryResponse response;
  ASSERT_TRUE(server_.staff->DeferInquiry(Patient().get(), request, &response).ok());
  EXPECT_EQ(response.ready_time().seconds(), request.until_time().seconds());
  EXPECT_EQ(Get(name).inquiry().state(), v1::Inquiry::DELAYED);
  EXPECT_EQ(Get(name).inquiry().attempts(), 0);
}

TEST_F(FrontlineServiceTest, ATransferMovesSideways) {
  const std::string name = Submit("a pothole");
  v1::TransferInquiryRequest request;
  request.set_lease_token(ClaimOne("queues/roads").lease_token());
  request.set_queue("queues/no-such-queue");
  request.set_reason("theirs");
  v1::TransferInquiryResponse response;
  EXPECT_EQ(Said(server_.staff->TransferInquiry(Patient().get(), request, &response)).code(),
            absl::StatusCode::kNotFound);
  request.set_queue("queues/counter");
  ASSERT_TRUE(server_.staff->TransferInquiry(Patient().get(), request, &response).ok());
  EXPECT_EQ(response.queue(), "queues/counter");
  const v1::Lease lease = ClaimOne("queues/counter");
  EXPECT_EQ(lease.inquiry().name(), name);
  EXPECT_EQ(lease.inquiry().attempts(), 1) << "attempts are forgotten";
}

TEST_F(FrontlineServiceTest, AnEscalationRaisesThePriority) {
  Submit("a pothole");
  v1::EscalateInquiryRequest request;
  request.set_lease_token(ClaimOne("queues/roads").lease_token());
  request.set_reason("a councillor asks");
  v1::EscalateInquiryResponse response;
  ASSERT_TRUE(server_.staff->EscalateInquiry(Patient().get(), request, &response).ok());
  EXPECT_EQ(response.queue(), "queues/roads");
  EXPECT_EQ(response.priority(), v1::HIGH);
  EXPECT_EQ(ClaimOne("queues/roads").inquiry().priority(), v1::HIGH);
}

TEST_F(FrontlineServiceTest, ACorrectionRoutesAgainAndSaysWho) {
  const std::string name = Submit("where is my refund");
  const v1::Lease lease = ClaimOne("queues/general");
  v1::ReclassifyInquiryRequest request;
  request.set_lease_token(lease.lease_token());
  request.set_topic("topics/dragons");
  v1::ReclassifyInquiryResponse response;
  const absl::Status missing = Said(server_.staff->ReclassifyInquiry(Patient().get(), request, &response));
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);

  request.set_topic("topics/praise");
  ASSERT_TRUE(server_.staff->ReclassifyInquiry(Patient().get(), request, &response).ok());
  EXPECT_TRUE(response.lease_kept()) << "praise is routed to the general queue, too";
  request.set_topic("topics/passports");
  ASSERT_TRUE(server_.staff->ReclassifyInquiry(Patient().get(), request, &response).ok());
  EXPECT_EQ(response.queue(), "queues/passports");
  EXPECT_FALSE(response.lease_kept());

  const v1::GetInquiryResponse found = Get(name);
  EXPECT_EQ(found.inquiry().topic(), "topics/passports");
  EXPECT_EQ(found.inquiry().topic_assignment().method(), v1::TopicAssignment::STAFF);
  EXPECT_EQ(found.inquiry().queue(), "queues/passports");
  const v1::Event& last = found.events(found.events_size() - 1);
  EXPECT_EQ(last.kind(), v1::Event::RECLASSIFIED);
  EXPECT_EQ(last.topic(), "topics/passports");
  EXPECT_EQ(last.worker(), "workers/ann");
}

TEST_F(FrontlineServiceTest, EveryWrongFieldIsNamed) {
  v1::ClaimInquiriesRequest request;
  request.set_max_inquiries(-1);
  v1::ClaimInquiriesResponse response;
  const absl::Status status = Said(server_.staff->ClaimInquiries(Patient().get(), request, &response));
  google::rpc::BadRequest bad_request;
  ASSERT_TRUE(ReadDetail(status, bad_request));
  EXPECT_EQ(bad_request.field_violations_size(), 3) << "queues, worker, max_inquiries";
}

// What cannot be timed over the real engine.
class ScriptedClaimTest : public ::testing::Test {
 protected:
  ScriptedQueueEngine engine_;
  EdgeServer server_{engine_};
};

TEST_F(ScriptedClaimTest, ALeaseThatComesTooLateGoesBackUnseen) {
  auto context = Patient();
  v1::ClaimInquiriesResponse response;
  std::thread worker(
      [&] { EXPECT_FALSE(server_.staff->ClaimInquiries(context.get(), ClaimOf("queues/roads", 60), &response).ok()); });
  ScriptedQueueEngine::AskedClaim claim = engine_.NextClaim();
  context->TryCancel();
  worker.join();
  engine_.AwaitCancelled(claim.number);
  claim.done(std::vector<queue::GrantedLease>{ScriptedLease(1), ScriptedLease(2)});
  for (const char* token : {"lease-1", "lease-2"}) {
    const queue::PendingSettlement settlement = engine_.NextSettlement();
    EXPECT_EQ(settlement.request.lease_token, token);
    EXPECT_EQ(settlement.request.kind, queue::EventKind::kDeferred) << "refunds the attempt";
    EXPECT_LE(settlement.request.until, SystemClock().Now());
  }
}

TEST_F(ScriptedClaimTest, WhatDoesNotFitIntoOneAnswerGoesBack) {
  v1::ClaimInquiriesResponse response;
  std::thread worker([&] {
    v1::ClaimInquiriesRequest request = ClaimOf("queues/roads", 60);
    request.set_max_inquiries(10);
    const grpc::Status status = server_.staff->ClaimInquiries(Patient().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  });
  std::vector<queue::GrantedLease> leases;
  for (int i = 1; i <= 10; ++i) leases.push_back(ScriptedLease(i, std::string(1 << 20, 'x')));
  engine_.NextClaim().done(std::move(leases));
  worker.join();
  EXPECT_EQ(response.leases_size(), 2);
  EXPECT_EQ(engine_.NextSettlement().request.lease_token, "lease-3");
}

TEST_F(ScriptedClaimTest, ADrainStopsGranting) {
  EXPECT_FALSE(engine_.granting_stopped());
  server_.Drain(absl::ZeroDuration());
  EXPECT_TRUE(engine_.granting_stopped());
}

TEST_F(ScriptedClaimTest, AClaimWithoutWaitDoesNotWait) {
  v1::ClaimInquiriesResponse response;
  std::thread worker(
      [&] { EXPECT_TRUE(server_.staff->ClaimInquiries(Patient().get(), ClaimOf("queues/roads"), &response).ok()); });
  ScriptedQueueEngine::AskedClaim claim = engine_.NextClaim();
  EXPECT_EQ(claim.request.wait_until, absl::InfinitePast());
  claim.done(std::vector<queue::GrantedLease>{});
  worker.join();
}

}  // namespace
}  // namespace switchboard::frontline
