// The metrics of sorting.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_SERVICE_TRIAGE_METRICS_H_
#define SWITCHBOARD_SERVICES_TRIAGE_SERVICE_TRIAGE_METRICS_H_

#include "absl/time/time.h"
#include "common/metrics/metric_registry.h"
#include "services/triage/triage_engine.h"

namespace switchboard::triage {

// Thread-safe.
class TriageMetrics {
 public:
  explicit TriageMetrics(MetricRegistry& registry);

  // Counts one inquiry that was sorted; `took` is how long that lasted.
  void Count(const TriageDecision& decision, absl::Duration took);

 private:
  CounterFamily& sorted_;  // topic ("unsure" where it has none), method
  prometheus::Histogram& seconds_;
  prometheus::Histogram& confidence_;  // of the best topic, also where it was not enough
};

// "RULE", "MODEL" or "CALLER", as the API says it.
std::string_view MethodName(SortMethod method);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_SERVICE_TRIAGE_METRICS_H_
