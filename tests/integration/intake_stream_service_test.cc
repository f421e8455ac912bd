#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <thread>

#include "common/status/errors.h"
#include "tests/support/edge_server.h"
#include "tests/support/scripted_queue_engine.h"

namespace switchboard::intake {
namespace {

v1::StreamInquiriesRequest Numbered(int64_t sequence, const std::string& text) {
  v1::StreamInquiriesRequest request;
  request.set_sequence(sequence);
  request.mutable_request()->mutable_inquiry()->set_text(text);
  request.mutable_request()->mutable_inquiry()->set_channel(v1::WEB);
  return request;
}

TEST(StreamInquiries, EveryInquiryIsAnsweredByItsNumberAndHalfCloseEndsAfterTheLastAnswer) {
  InMemoryEngine engine;
  EdgeServer server(*engine);
  const auto context = Patient();
  const auto stream = server.intake->StreamInquiries(context.get());
  std::thread writer([&] {
    for (int i = 0; i < 3000; ++i) stream->Write(Numbered(i, i % 100 == 7 ? "" : "a pothole"));
    stream->WritesDone();
  });
  std::map<int64_t, v1::SubmitResult> answers;
  v1::StreamInquiriesResponse response;
  while (stream->Read(&response)) answers[response.sequence()] = response.result();
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  ASSERT_EQ(answers.size(), 3000u);
  for (const auto& [sequence, result] : answers) EXPECT_EQ(result.has_error(), sequence % 100 == 7) << sequence;
}

TEST(StreamInquiries, TheServerStopsReadingAtAThousandUnanswered) {
  ScriptedQueueEngine engine;
  EdgeServer server(engine);
  const auto context = Patient();
  const auto stream = server.intake->StreamInquiries(context.get());
  std::thread writer([&] {
    for (int i = 0; i < 1500; ++i) stream->Write(Numbered(i, "a pothole"));
    stream->WritesDone();
  });
  int answered = 0;
  engine.AwaitSubmissions(1000);
  for (int i = 0; i < 500; ++i) {
    EXPECT_LE(engine.waiting_submissions(), 1000u);
    engine.NextSubmission().done(queue::Accepted{.id = i + 1});
    v1::StreamInquiriesResponse response;
    ASSERT_TRUE(stream->Read(&response));
    ++answered;
    engine.AwaitSubmissions(1000);
  }
  for (int i = 500; i < 1500; ++i) engine.NextSubmission().done(queue::Accepted{.id = i + 1});
  v1::StreamInquiriesResponse response;
  while (stream->Read(&response)) ++answered;
  writer.join();
  EXPECT_EQ(answered, 1500);
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(StreamInquiries, ANumberInUseIsRefusedAndFreeAgainAfterItsAnswer) {
  ScriptedQueueEngine engine;
  EdgeServer server(engine);
  const auto context = Patient();
  const auto stream = server.intake->StreamInquiries(context.get());
  v1::StreamInquiriesResponse response;
  stream->Write(Numbered(5, "a pothole"));
  queue::PendingSubmission first = engine.NextSubmission();
  stream->Write(Numbered(5, "another pothole"));
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.sequence(), 5);
  EXPECT_EQ(response.result().error().reason(), reason::kInvalidRequest);

  first.done(queue::Accepted{.id = 77});
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_TRUE(response.result().has_accepted());
  stream->Write(Numbered(5, "a third pothole"));
  engine.NextSubmission().done(queue::Accepted{.id = 78});
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_TRUE(response.result().has_accepted());
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST(StreamInquiries, ACallerThatHangsUpHarmsNobody) {
  ScriptedQueueEngine engine;
  EdgeServer server(engine);
  auto context = Patient();
  auto stream = server.intake->StreamInquiries(context.get());
  stream->Write(Numbered(1, "a pothole"));
  queue::PendingSubmission pending = engine.NextSubmission();
  context->TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  pending.done(queue::Accepted{.id = 1});

  const auto context2 = Patient();
  const auto next = server.intake->StreamInquiries(context2.get());
  next->WritesDone();
  v1::StreamInquiriesResponse response;
  EXPECT_FALSE(next->Read(&response));
  EXPECT_TRUE(next->Finish().ok());
}

}  // namespace
}  // namespace switchboard::intake
