// The metrics of the queue room. Counters are resolved once per label set and kept, so that counting costs one atomic.
#ifndef SWITCHBOARD_SERVICES_QUEUE_QUEUE_METRICS_H_
#define SWITCHBOARD_SERVICES_QUEUE_QUEUE_METRICS_H_

namespace switchboard::queue {
class QueueMetrics;
}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_QUEUE_METRICS_H_
