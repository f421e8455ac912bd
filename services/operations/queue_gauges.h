// The backlog as Prometheus sees it: switchboard_queue_inquiries and switchboard_queue_oldest_age_seconds, and the same
// of what waits for connectors: switchboard_outbound_messages and switchboard_outbound_oldest_age_seconds.
#ifndef SWITCHBOARD_SERVICES_OPERATIONS_QUEUE_GAUGES_H_
#define SWITCHBOARD_SERVICES_OPERATIONS_QUEUE_GAUGES_H_

#include <string>

#include "absl/container/flat_hash_set.h"
#include "common/metrics/metric_registry.h"
#include "services/queue/queue_engine.h"
#include "services/triage/configuration.h"

namespace switchboard::operations {

// Emitted by the processes that host operations only: the figures are the database's, not the process's, and several
// processes that say the same would be summed up. Used by one thread.
class QueueGauges {
 public:
  explicit QueueGauges(MetricRegistry& registry);

  // Shows the sample. Every visible queue has a series for each priority and state, 0 included; the series of queues
  // that are no longer visible go away. Every channel has its series of what waits for its connector.
  void Publish(const queue::FiguresSample& sample, const triage::Configuration& configuration);

 private:
  void PublishQueue(const queue::QueueFigures& figures, absl::Time sample_time);
  void PublishOutbound(const queue::FiguresSample& sample);
  void Forget(const std::string& queue);

  GaugeFamily& inquiries_;            // queue, priority, state
  GaugeFamily& oldest_age_;           // queue, priority
  GaugeFamily& outbound_;             // channel
  GaugeFamily& outbound_oldest_age_;  // channel
  absl::flat_hash_set<std::string> published_;
};

}  // namespace switchboard::operations

#endif  // SWITCHBOARD_SERVICES_OPERATIONS_QUEUE_GAUGES_H_
