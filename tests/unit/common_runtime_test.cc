// Executor, periodic work, log lines, metrics and their HTTP endpoint.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "common/metrics/metrics_endpoint.h"
#include "common/runtime/executor.h"
#include "common/runtime/log.h"
#include "common/runtime/periodic_task.h"
#include "common/runtime/signals.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Executor, RunsWhatItTookAlsoDuringShutdown) {
  std::atomic<int> ran{0};
  {
    Executor executor("test", 3, 1000);
    for (int i = 0; i < 500; ++i) ASSERT_TRUE(executor.TrySubmit([&] { ++ran; }));
  }
  EXPECT_EQ(ran, 500);
}

TEST(Executor, FullQueueLeavesTheTaskWithItsOwner) {
  Executor executor("test", 1, 1);
  absl::Notification started, release;
  ASSERT_TRUE(executor.TrySubmit([&] {
    started.Notify();
    release.WaitForNotification();
  }));
  started.WaitForNotification();
  ASSERT_TRUE(executor.TrySubmit([] {}));
  bool ran = false;
  Executor::Task task = [&ran] { ran = true; };
  EXPECT_FALSE(executor.TrySubmit(task));
  std::move(task)();
  EXPECT_TRUE(ran);
  release.Notify();
  executor.Shutdown();
  EXPECT_FALSE(executor.TrySubmit([] {}));
}

TEST(PeriodicTask, RunsAgainAndAgainAndWhenWoken) {
  absl::BlockingCounter three_times(3);
  std::atomic<int> runs{0};
  PeriodicTask often("often", absl::Milliseconds(1), [&] {
    if (++runs <= 3) three_times.DecrementCount();
  });
  three_times.Wait();
  often.Stop();

  absl::Notification woken;
  PeriodicTask rarely("rarely", absl::Hours(1), [&] { woken.Notify(); });
  rarely.Wake();
  woken.WaitForNotification();
}

TEST(TerminationSignals, StopCanBeRequested) {
  TerminationSignals signals;
  EXPECT_EQ(signals.WaitFor(absl::ZeroDuration()), 0);
  TerminationSignals::RequestStop();
  EXPECT_EQ(signals.Wait(), SIGTERM);
}

class LogTest : public ::testing::Test {
 protected:
  LogTest() {
    SetLogSinkForTest([this](std::string_view line) { lines_.emplace_back(line); });
    SetLogLevel(LogLevel::kInfo);
  }
  ~LogTest() override { SetLogSinkForTest({}); }

  std::vector<std::string> lines_;
};

TEST_F(LogTest, LinesAreJsonWithTheAgreedKeys) {
  Log(LogLevel::kWarning, "lease \"lost\"\n", {.trace_id = "abc", .rpc = "A/B", .duration = absl::Milliseconds(1500)});
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_THAT(lines_[0], StartsWith("{\"ts\":\"2"));
  EXPECT_THAT(lines_[0], HasSubstr("\"level\":\"warning\",\"msg\":\"lease \\\"lost\\\"\\u000a\",\"trace_id\":\"abc\","
                                   "\"rpc\":\"A/B\",\"duration\":1.5}"));
}

TEST_F(LogTest, LinesBelowTheLevelAreDropped) {
  Log(LogLevel::kDebug, "quiet");
  EXPECT_TRUE(lines_.empty());
  EXPECT_FALSE(IsLogged(LogLevel::kDebug));
}

TEST(LogThrottle, LetsABurstThroughAndThenARate) {
  LogThrottle throttle(10, 3);
  const absl::Duration now = absl::Hours(5);
  int admitted = 0;
  for (int i = 0; i < 10; ++i) admitted += throttle.Admit(now);
  EXPECT_EQ(admitted, 3);
  EXPECT_EQ(throttle.TakeSuppressed(), 7);
  EXPECT_FALSE(throttle.Admit(now + absl::Milliseconds(99)));
  EXPECT_TRUE(throttle.Admit(now + absl::Milliseconds(100)));
}

TEST(MetricRegistry, LabelsOutOfControlDoNotAddSeries) {
  MetricRegistry registry;
  CounterFamily& family = registry.Counters("things_total", "Things.", {"kind"}, 3);
  for (int i = 0; i < 1000; ++i) family.With({StrCat("kind", i)}).Increment();
  const std::string text = registry.Scrape();
  EXPECT_THAT(text, HasSubstr("switchboard_things_total{kind=\"kind2\"} 1"));
  EXPECT_THAT(text, HasSubstr("switchboard_things_total{kind=\"other\"} 997"));
  EXPECT_EQ(&registry.Counters("things_total", "Things.", {"kind"}), &family);
}

TEST(MetricRegistry, SeriesCanBeRemoved) {
  MetricRegistry registry;
  GaugeFamily& family = registry.Gauges("depth", "Depth.", {"queue"});
  family.With({"gone"}).Set(5);
  family.Remove(std::vector<std::string_view>{"gone"});
  EXPECT_THAT(registry.Scrape(), ::testing::Not(HasSubstr("gone")));
}

TEST(MetricRegistry, DescribesItsFamilies) {
  MetricRegistry registry;
  registry.Histograms("wait_seconds", "Waits.", {"queue", "channel"}, WaitBuckets());
  registry.Counters("grpc_server_started_total", "Started.", {"grpc_method"});
  EXPECT_THAT(registry.Describe(), ElementsAre("grpc_server_started_total{grpc_method} counter",
                                               "switchboard_wait_seconds{queue,channel} histogram"));
}

// What a GET on that path of a local port answers.
std::string Fetch(int port, const std::string& path) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const std::string request = "GET " + path + " HTTP/1.0\r\n\r\n";
  EXPECT_EQ(write(fd, request.data(), request.size()), static_cast<ssize_t>(request.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0;) answer.append(buffer, static_cast<size_t>(got));
  close(fd);
  return answer;
}

TEST(MetricsEndpoint, ServesMetricsHealthAndReadiness) {
  MetricRegistry registry;
  PublishBuildInfo(registry, "1.2", "abc");
  absl::Status ready = absl::UnavailableError("the database is away");
  auto server = HttpServer::Start("localhost:0", MetricsRoutes(registry, [&] { return ready; }));
  ASSERT_TRUE(server.ok()) << server.status();
  const int port = (*server)->port();
  EXPECT_THAT(Fetch(port, "/metrics"), HasSubstr("switchboard_build_info{revision=\"abc\",version=\"1.2\"} 1"));
  EXPECT_THAT(Fetch(port, "/metrics"), HasSubstr("process_resident_memory_bytes "));
  EXPECT_THAT(Fetch(port, "/healthz"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Fetch(port, "/readyz"), StartsWith("HTTP/1.1 503"));
  ready = absl::OkStatus();
  EXPECT_THAT(Fetch(port, "/readyz"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Fetch(port, "/elsewhere"), StartsWith("HTTP/1.1 404"));
  EXPECT_EQ(HttpServer::Start(StrCat("127.0.0.1:", port), {}).status().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace switchboard
