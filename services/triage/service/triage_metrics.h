// The metrics of sorting.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_SERVICE_TRIAGE_METRICS_H_
#define SWITCHBOARD_SERVICES_TRIAGE_SERVICE_TRIAGE_METRICS_H_

#include "absl/time/time.h"
#include "common/metrics/metric_registry.h"
#include "services/triage/topic_drift.h"
#include "services/triage/triage_engine.h"

namespace switchboard::triage {

// Thread-safe.
class TriageMetrics {
 public:
  explicit TriageMetrics(MetricRegistry& registry);

  // Counts one inquiry that was sorted; `took` is how long that lasted.
  void Count(const TriageDecision& decision, absl::Duration took);

  // What was counted by topic, for the drift.
  TopicTally& tally() { return tally_; }

 private:
  CounterFamily& sorted_;  // topic ("unsure" where it has none), method
  prometheus::Histogram& seconds_;
  prometheus::Histogram& confidence_;  // of the best topic, also where it was not enough
  TopicTally tally_;
};

// How far the topics have moved; 0 until there are inquiries enough to tell. Emitted by the processes that host
// operations only: the figures are the database's, and several processes that say the same would be summed up. Used by
// one thread.
class DriftGauges {
 public:
  explicit DriftGauges(MetricRegistry& registry);

  void Publish(const TopicDrift& drift);

 private:
  GaugeFamily& unsure_share_;  // period
  GaugeFamily& distance_;
};

// "RULE", "MODEL" or "CALLER", as the API says it.
std::string_view MethodName(SortMethod method);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_SERVICE_TRIAGE_METRICS_H_
