// The metrics of taking in.
#ifndef SWITCHBOARD_SERVICES_INTAKE_INTAKE_METRICS_H_
#define SWITCHBOARD_SERVICES_INTAKE_INTAKE_METRICS_H_

#include <cstdint>
#include <vector>

#include "common/metrics/metric_registry.h"

namespace switchboard::intake {

// Thread-safe.
class IntakeMetrics {
 public:
  explicit IntakeMetrics(MetricRegistry& registry);

  // Counts an inquiry that was stored. A repetition that stored nothing does not count.
  void CountReceived(int16_t channel, int16_t topic_method);

 private:
  // inquiries_received_total{channel, topic_method}: one series a pair, resolved once.
  std::vector<prometheus::Counter*> received_;
};

}  // namespace switchboard::intake

#endif  // SWITCHBOARD_SERVICES_INTAKE_INTAKE_METRICS_H_
