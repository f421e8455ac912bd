#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>

#include "common/status/errors.h"
#include "tests/support/edge_server.h"
#include "tests/support/scripted_queue_engine.h"

namespace switchboard::frontline {
namespace {

v1::StreamClaimsRequest Start(int credit, const std::string& queue = "queues/roads") {
  v1::StreamClaimsRequest request;
  request.mutable_start()->add_queues(queue);
  request.mutable_start()->set_worker("workers/ann");
  request.set_credit(credit);
  return request;
}

void AddCompletion(const std::string& token, v1::StreamClaimsRequest& request) {
  v1::Settlement& settlement = *request.add_settlements();
  settlement.set_lease_token(token);
  settlement.mutable_complete()->set_disposition(v1::ANSWERED);
}

void Submit(EdgeServer& server, int count) {
  v1::BatchSubmitInquiriesRequest request;
  for (int i = 0; i < count; ++i) {
    v1::Inquiry& inquiry = *request.add_requests()->mutable_inquiry();
    inquiry.set_text("a pothole");
    inquiry.set_channel(v1::WEB);
  }
  v1::BatchSubmitInquiriesResponse response;
  EXPECT_TRUE(server.intake->BatchSubmitInquiries(Patient().get(), request, &response).ok());
}

TEST(StreamClaims, HandsOutAsCreditComesAndSettles) {
  InMemoryEngine engine;
  EdgeServer server(*engine);
  const auto context = Patient();
  const auto stream = server.staff->StreamClaims(context.get());
  ASSERT_TRUE(stream->Write(Start(10)));
  Submit(server, 500);

  std::set<std::string> seen;
  int settled = 0;
  v1::StreamClaimsResponse response;
  while (settled < 500 && stream->Read(&response)) {
    v1::StreamClaimsRequest next;
    for (const v1::Lease& lease : response.leases()) {
      EXPECT_TRUE(seen.insert(lease.inquiry().name()).second);
      AddCompletion(lease.lease_token(), next);
    }
    for (const v1::SettlementResult& result : response.results()) {
      EXPECT_EQ(result.code(), 0) << result.message();
      ++settled;
    }
    next.set_credit(response.leases_size());
    if (next.credit() > 0) stream->Write(next);
  }
  EXPECT_EQ(seen.size(), 500u);
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(StreamClaims, NeverSendsMoreThanItsCredit) {
  InMemoryEngine engine;
  EdgeServer server(*engine);
  Submit(server, 20);
  const auto context = Patient();
  const auto stream = server.staff->StreamClaims(context.get());
  stream->Write(Start(7));
  v1::StreamClaimsResponse response;
  std::vector<std::string> tokens;
  while (tokens.size() < 7 && stream->Read(&response)) {
    for (const v1::Lease& lease : response.leases()) tokens.push_back(lease.lease_token());
  }
  EXPECT_EQ(tokens.size(), 7u);
  // An answer to a settlement without new credit must bring no lease.
  v1::StreamClaimsRequest settle;
  AddCompletion(tokens[0], settle);
  settle.add_settlements()->set_lease_token(tokens[1]);
  settle.mutable_settlements(1)->mutable_extend()->mutable_lease_duration()->set_seconds(7200);
  stream->Write(settle);
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.leases_size(), 0);
  ASSERT_EQ(response.results_size(), 2);
  EXPECT_EQ(response.results(0).code(), 0);
  EXPECT_TRUE(response.results(1).has_lease_expire_time());

  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
  // Leases that were handed out stay valid after the stream.
  v1::CompleteInquiryRequest complete;
  complete.set_lease_token(tokens[2]);
  complete.set_disposition(v1::ANSWERED);
  v1::CompleteInquiryResponse completed;
  EXPECT_TRUE(server.staff->CompleteInquiry(Patient().get(), complete, &completed).ok());
}

TEST(StreamClaims, ALostLeaseIsOneResultOfMany) {
  InMemoryEngine engine;
  EdgeServer server(*engine);
  Submit(server, 1);
  const auto context = Patient();
  const auto stream = server.staff->StreamClaims(context.get());
  stream->Write(Start(1));
  v1::StreamClaimsResponse response;
  ASSERT_TRUE(stream->Read(&response));
  const std::string token = response.leases(0).lease_token();
  v1::StreamClaimsRequest settle;
  AddCompletion(token, settle);
  stream->Write(settle);
  ASSERT_TRUE(stream->Read(&response));
  settle.mutable_settlements(0)->mutable_release();
  AddCompletion("rubbish", settle);
  stream->Write(settle);
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.results(0).reason(), reason::kLeaseLost);
  EXPECT_EQ(response.results(1).reason(), reason::kInvalidRequest);
}

TEST(StreamClaims, RefusesWhatIsOutOfOrder) {
  ScriptedQueueEngine engine;
  EdgeServer server(engine);
  v1::StreamClaimsRequest no_start;
  no_start.set_credit(1);
  v1::StreamClaimsRequest bad_start = Start(1, "roads");
  v1::StreamClaimsRequest negative = Start(-1);
  v1::StreamClaimsRequest too_much = Start(10001);
  for (const v1::StreamClaimsRequest& first : {no_start, bad_start, negative, too_much}) {
    const auto context = Patient();
    const auto stream = server.staff->StreamClaims(context.get());
    stream->Write(first);
    v1::StreamClaimsResponse response;
    EXPECT_FALSE(stream->Read(&response));
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT) << first.ShortDebugString();
  }
  const auto context = Patient();
  const auto stream = server.staff->StreamClaims(context.get());
  stream->Write(Start(0));
  stream->Write(Start(0));
  v1::StreamClaimsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST(StreamClaims, AnUnknownQueueEndsTheStreamWithItsError) {
  InMemoryEngine engine;
  EdgeServer server(*engine);
  const auto context = Patient();
  const auto stream = server.staff->StreamClaims(context.get());
  stream->Write(Start(1, "queues/no-such-queue"));
  v1::StreamClaimsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST(StreamClaims, ACallerThatHangsUpCancelsItsClaimAndLateLeasesGoBack) {
  ScriptedQueueEngine engine;
  EdgeServer server(engine);
  const auto context = Patient();
  const auto stream = server.staff->StreamClaims(context.get());
  stream->Write(Start(5));
  ScriptedQueueEngine::AskedClaim claim = engine.NextClaim();
  EXPECT_EQ(claim.request.max_inquiries, 5);
  context->TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  engine.AwaitCancelled(claim.number);
  claim.done(std::vector<queue::GrantedLease>{ScriptedLease(1)});
  EXPECT_EQ(engine.NextSettlement().request.lease_token, "lease-1");
}

TEST(StreamClaims, MuchCreditIsAskedForInSeveralClaims) {
  ScriptedQueueEngine engine;
  EdgeServer server(engine);
  const auto context = Patient();
  const auto stream = server.staff->StreamClaims(context.get());
  stream->Write(Start(300));
  std::vector<ScriptedQueueEngine::AskedClaim> claims;
  std::vector<int> asked;
  for (int i = 0; i < 4; ++i) {
    claims.push_back(engine.NextClaim());
    asked.push_back(claims.back().request.max_inquiries);
  }
  EXPECT_EQ(asked, (std::vector<int>{75, 75, 75, 75}));

  // What a claim is given less than it asked for is asked for anew; new credit waits until there is enough of it.
  claims[1].done(std::vector<queue::GrantedLease>{ScriptedLease(1)});
  const ScriptedQueueEngine::AskedClaim next = engine.NextClaim();
  EXPECT_EQ(next.request.max_inquiries, 74);
  v1::StreamClaimsResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.leases_size(), 1);
  context->TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  for (const size_t i : {0, 2, 3}) engine.AwaitCancelled(claims[i].number);
  engine.AwaitCancelled(next.number);
  for (const size_t i : {0, 2, 3}) claims[i].done(absl::CancelledError("cancelled"));
}

TEST(StreamClaims, HalfCloseCancelsTheClaimAndAnswersWhatWasSettled) {
  ScriptedQueueEngine engine;
  EdgeServer server(engine);
  const auto context = Patient();
  const auto stream = server.staff->StreamClaims(context.get());
  v1::StreamClaimsRequest first = Start(5);
  AddCompletion("lease-9", first);
  stream->Write(first);
  stream->WritesDone();
  ScriptedQueueEngine::AskedClaim claim = engine.NextClaim();
  engine.AwaitCancelled(claim.number);
  queue::PendingSettlement settled = engine.NextSettlement();
  claim.done(std::vector<queue::GrantedLease>{ScriptedLease(1)});
  EXPECT_EQ(engine.NextSettlement().request.kind, queue::EventKind::kDeferred) << "the late lease goes back";
  settled.done(queue::Settled{.id = 9});
  v1::StreamClaimsResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.results(0).lease_token(), "lease-9");
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(StreamClaims, LongTextsAreSpreadOverMessagesThatAClientTakes) {
  ScriptedQueueEngine engine;
  EdgeServer server(engine);
  const auto context = Patient();
  const auto stream = server.staff->StreamClaims(context.get());
  stream->Write(Start(10));
  std::vector<queue::GrantedLease> leases;
  for (int i = 1; i <= 10; ++i) leases.push_back(ScriptedLease(i, std::string(1 << 20, 'x')));
  engine.NextClaim().done(std::move(leases));
  int received = 0;
  v1::StreamClaimsResponse response;
  while (received < 10 && stream->Read(&response)) {
    EXPECT_LT(response.ByteSizeLong(), 4u << 20);
    received += response.leases_size();
  }
  EXPECT_EQ(received, 10);
}

TEST(StreamClaims, AnEmptyAnswerBeforeItsTimeSaysThatTheProcessStops) {
  ScriptedQueueEngine engine;
  EdgeServer server(engine);
  const auto context = Patient();
  const auto stream = server.staff->StreamClaims(context.get());
  stream->Write(Start(1));
  engine.NextClaim().done(std::vector<queue::GrantedLease>{});
  v1::StreamClaimsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace switchboard::frontline
