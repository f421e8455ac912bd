// Dashboards and alerts stand on the names: every metric of the house with its labels is in tests/data/metrics.golden.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_join.h"
#include "common/metrics/metric_registry.h"
#include "common/rpc/rpc_method.h"
#include "services/frontline/frontline_metrics.h"
#include "services/intake/intake_metrics.h"
#include "services/operations/queue_gauges.h"
#include "services/queue/queue_metrics.h"
#include "services/switchboardd/storage.h"
#include "services/triage/service/triage_metrics.h"

namespace switchboard {
namespace {

constexpr char kGolden[] = SWITCHBOARD_SOURCE_DIR "/tests/data/metrics.golden";

TEST(Metrics, AreThoseOfTheGoldenFile) {
  MetricRegistry registry;
  PublishBuildInfo(registry, "version", "revision");
  RefreshProcessMetrics(registry);
  CountStatements(registry);
  const RpcMetrics rpc(registry);
  const queue::QueueMetrics queue(registry);
  const frontline::FrontlineMetrics frontline(registry);
  const triage::TriageMetrics triage(registry);
  const intake::IntakeMetrics intake(registry);
  const operations::QueueGauges operations(registry);
  const triage::DriftGauges drift(registry);

  const std::string described = absl::StrJoin(registry.Describe(), "\n") + "\n";

  if (std::getenv("SWITCHBOARD_UPDATE_GOLDEN") != nullptr) std::ofstream(kGolden) << described;
  std::ifstream file(kGolden);
  const std::string golden(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(described, golden) << "a metric was added, renamed or dropped: if that is meant, run this test once with "
                                  "SWITCHBOARD_UPDATE_GOLDEN=1, and tell operators in the changelog";
}

}  // namespace
}  // namespace switchboard
