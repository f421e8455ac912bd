#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <thread>

#include "common/time/clock.h"
#include "services/switchboard/connector_command.h"

namespace switchboard::client {
namespace {

using Report = v1::ReportDeliveryRequest;

bool Sleep(absl::Duration duration) {
  std::this_thread::sleep_for(absl::ToChronoMilliseconds(duration));
  return false;
}

ConnectorRun RunFor(const std::string& command, absl::Duration limit = absl::Minutes(1), WaitOrStop wait = Sleep) {
  v1::Delivery delivery;
  delivery.set_inquiry("inquiries/7");
  delivery.set_author("@marie");
  delivery.set_text("Merci!");
  const auto run = RunConnector(command, delivery, limit, wait);
  EXPECT_TRUE(run.ok()) << run.status();
  return run.value_or(ConnectorRun());
}

TEST(ConnectorCommandTest, HasTheMessageAndSaysWhatBecameOfIt) {
  const Report report = ReportOf(RunFor("echo \"$(cat) $SWITCHBOARD_ADDRESS $SWITCHBOARD_INQUIRY\"; echo more"));
  EXPECT_EQ(report.outcome(), Report::DELIVERED);
  EXPECT_EQ(report.detail(), "Merci! @marie inquiries/7");
  EXPECT_EQ(ReportOf(RunFor("exit 75")).outcome(), Report::TEMPORARY_FAILURE);
  EXPECT_EQ(ReportOf(RunFor("exit 69")).outcome(), Report::PERMANENT_FAILURE);
  EXPECT_EQ(ReportOf(RunFor("exit 1")).outcome(), Report::TECHNICAL_FAILURE);
  EXPECT_EQ(ReportOf(RunFor("kill -9 $$")).outcome(), Report::TECHNICAL_FAILURE);
}

TEST(ConnectorCommandTest, TheDetailFitsTheRecord) {
  EXPECT_EQ(ReportOf(RunFor("printf 'ok\\000id\\033[31m\\377'")).detail(), "ok id [31m\uFFFD");
  EXPECT_EQ(ReportOf(RunFor("yes é | tr -d '\\n' | head -c 9999")).detail().size(), 512U);
  EXPECT_EQ(ReportOf(RunFor("printf x; yes é | tr -d '\\n' | head -c 9999")).detail().size(), 511U);
}

TEST(ConnectorCommandTest, IsStoppedWithAllThatItStarted) {
  const SystemClock clock;
  const absl::Duration start = clock.Elapsed();
  const ConnectorRun run = RunFor("sleep 60 & echo $!; sleep 60; echo never", absl::Milliseconds(300));
  EXPECT_LT(clock.Elapsed() - start, kStopGrace);
  EXPECT_TRUE(run.stopped);
  const pid_t started = std::atoi(run.output.c_str());
  ASSERT_GT(started, 0);
  bool gone = false;
  for (int i = 0; i < 200 && !gone; ++i, Sleep(absl::Milliseconds(10))) gone = kill(started, 0) != 0;
  EXPECT_TRUE(gone);
  EXPECT_EQ(ReportOf(run).outcome(), Report::TEMPORARY_FAILURE);
  EXPECT_EQ(ReportOf(RunFor("sleep 60", absl::Milliseconds(50))).detail(), "the command was stopped before it ended");
}

TEST(ConnectorCommandTest, IsKilledWhereItWillNotStop) {
  const SystemClock clock;
  const absl::Duration start = clock.Elapsed();
  const ConnectorRun run = RunFor("trap '' TERM; while :; do sleep 1; done", absl::Milliseconds(100));
  EXPECT_GE(clock.Elapsed() - start, kStopGrace);
  EXPECT_LT(clock.Elapsed() - start, kStopGrace + absl::Seconds(20));
  EXPECT_TRUE(run.stopped);
}

TEST(ConnectorCommandTest, IsBelievedWhereItEndsWellWhenToldToStop) {
  const ConnectorRun run =
      RunFor("trap 'echo id-1; exit 0' TERM; while :; do sleep 0.05; done", absl::Milliseconds(300));
  EXPECT_TRUE(run.stopped);
  EXPECT_EQ(ReportOf(run).outcome(), Report::DELIVERED);
  EXPECT_EQ(ReportOf(run).detail(), "id-1");
}

TEST(ConnectorCommandTest, IsStoppedWhereTheOperatorSaysSo) {
  const ConnectorRun run = RunFor("sleep 60", absl::Minutes(1), [](absl::Duration) { return true; });
  EXPECT_TRUE(run.stopped);
}

}  // namespace
}  // namespace switchboard::client
