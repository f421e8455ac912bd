#include <gtest/gtest.h>

#include "services/frontline/stream_settlements.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scripted_queue_engine.h"

namespace switchboard::frontline {
namespace {

TEST(SettleAll, AnswersInTheOrderOfTheSettlementsWhateverEndsFirst) {
  FakeClock clock;
  ScriptedQueueEngine engine;
  const RequestReader reader(engine, clock, {});
  MetricRegistry registry;
  FrontlineMetrics metrics(registry);
  const guidance::GuidelinesInForce guidelines;
  Executor executor("blocking", 1, 10);
  const Completions completions(engine, guidelines, executor, metrics);
  google::protobuf::RepeatedPtrField<v1::Settlement> settlements;
  for (const char* token : {"lease-1", "rubbish", "lease-3", "lease-4", "lease-5"}) {
    settlements.Add()->set_lease_token(token);
  }
  settlements[0].mutable_complete()->set_disposition(v1::ANSWERED);
  settlements[1].mutable_complete()->set_disposition(v1::ANSWERED);
  settlements[2].mutable_release();
  settlements[4].mutable_extend();

  int answers = 0;
  v1::StreamClaimsResponse results;
  SettleAll(engine, reader, completions, settlements, [&](const v1::StreamClaimsResponse& response) {
    ++answers;
    results = response;
  });
  queue::PendingSettlement first = engine.NextSettlement();
  queue::PendingSettlement third = engine.NextSettlement();
  third.done(queue::Settled{});
  EXPECT_EQ(answers, 0);
  first.done(MakeError(absl::StatusCode::kFailedPrecondition, reason::kLeaseLost, "the lease is lost"));

  ASSERT_EQ(answers, 1);
  ASSERT_EQ(results.results_size(), 5);
  EXPECT_EQ(results.results(0).lease_token(), "lease-1");
  EXPECT_EQ(results.results(0).reason(), reason::kLeaseLost);
  EXPECT_EQ(results.results(1).reason(), reason::kInvalidRequest);
  EXPECT_EQ(results.results(2).code(), 0);
  EXPECT_EQ(results.results(3).code(), 3) << "an action is required";
  EXPECT_EQ(results.results(4).code(), 12) << "the script does not extend";
}

}  // namespace
}  // namespace switchboard::frontline
