// The metrics of the queue room, but for the gauges of what waits, which one operations process publishes for all.
// Counters are resolved once per label set and kept, so that counting costs one atomic.
#ifndef SWITCHBOARD_SERVICES_QUEUE_QUEUE_METRICS_H_
#define SWITCHBOARD_SERVICES_QUEUE_QUEUE_METRICS_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/metrics/metric_registry.h"

namespace switchboard::queue {

// What the engine writes in batches.
enum class CommitKind { kSubmit, kSettle, kClaim, kExtend };

enum class LeaseEvent { kGranted, kRenewed, kExpired, kReleased, kStaleRejected };

// Why an inquiry is handed out again, or no more.
enum class ReturnReason { kExpired, kReleased };

// How a reply that waited for authority ended: decided by somebody, at its deadline, or with its inquiry taken away.
enum class DraftEnd { kSent, kReturned, kDeadline, kWithdrawn };

// What happens to drafts that reviewers are handed: handed out, or a decision refused because another one has it.
enum class ReviewEvent { kClaimed, kRefused };

// What a connector reported of a message; kGivenUp: a temporary failure that was the last try.
enum class DeliveryReport { kDelivered, kTemporary, kPermanent, kTechnical, kGivenUp };

class QueueMetrics;

// The series of one queue. Thread-safe; lives as long as its QueueMetrics. Channels and dispositions are the numbers of
// the API; unknown ones are counted as UNSPECIFIED.
class QueueSeries {
 public:
  QueueSeries(QueueMetrics& metrics, std::string name);

  void CountLeases(LeaseEvent event, int64_t count = 1);
  void CountRedelivery(ReturnReason reason);
  void CountDeadLetter(ReturnReason reason);

  // Handed to a worker after `wait` in the queue.
  void ObserveGrant(int channel, absl::Duration wait);

  // The first reply, or a settlement without one: `waited` since it was taken in.
  void ObserveFirstResponse(int channel, absl::Duration waited, bool in_time);

  // Settled by a worker: `handle` since the claim, `resolution` since it was taken in. `in_time`: nothing where the
  // queue has no target. What was reopened is counted at each settlement.
  void ObserveCompletion(int channel, int disposition, absl::Duration handle, absl::Duration resolution,
                         std::optional<bool> in_time);

  // A reply that waited for somebody with the authority, and for how long.
  void ObserveDraft(DraftEnd end, absl::Duration waited);

  void CountReview(ReviewEvent event);

  // Closed without a worker.
  void CountWithdrawal(int channel);

 private:
  static constexpr int kChannels = 16;
  static constexpr int kDispositions = 16;

  struct ChannelSeries {
    prometheus::Histogram* wait;
    prometheus::Histogram* handle;
    prometheus::Histogram* resolution;
    prometheus::Histogram* first_response;
    std::array<prometheus::Counter*, 2> first_response_in_time;  // missed, met
    std::array<prometheus::Counter*, 2> resolved_in_time;
    std::array<std::atomic<prometheus::Counter*>, kDispositions> closed{};
  };
  ChannelSeries& Channel(int channel);
  prometheus::Counter& Closed(int channel, int disposition);

  QueueMetrics& metrics_;
  const std::string name_;
  std::array<prometheus::Counter*, 5> lease_events_{};
  absl::Mutex mutex_;  // for making what is missing
  std::array<std::atomic<ChannelSeries*>, kChannels> channels_{};
  std::array<std::unique_ptr<ChannelSeries>, kChannels> owned_ ABSL_GUARDED_BY(mutex_);
};

// Thread-safe. One per registry.
class QueueMetrics {
 public:
  // `target_seconds`: the service-level targets of the queues, edges of the histograms of waits.
  explicit QueueMetrics(MetricRegistry& registry, absl::Span<const double> target_seconds = {});

  QueueMetrics(const QueueMetrics&) = delete;
  QueueMetrics& operator=(const QueueMetrics&) = delete;

  void ObserveCommit(CommitKind kind, int64_t elements, absl::Duration duration);

  // A commit whose outcome had to be asked for.
  void CountInDoubt(CommitKind kind);

  // `channel` is the API's number.
  void CountDelivery(int channel, DeliveryReport report);

  // The series of a queue, made at first use. The reference stays valid.
  QueueSeries& ForQueue(std::string_view queue);

 private:
  friend class QueueSeries;

  CounterFamily& closed_;
  HistogramFamily& wait_;
  HistogramFamily& handle_;
  HistogramFamily& resolution_;
  HistogramFamily& first_response_;
  CounterFamily& service_level_;
  CounterFamily& lease_events_;
  CounterFamily& redeliveries_;
  CounterFamily& dead_letters_;
  HistogramFamily& drafts_;
  CounterFamily& reviews_;
  CounterFamily& deliveries_;
  std::array<prometheus::Histogram*, 4> commit_size_{};
  std::array<prometheus::Histogram*, 4> commit_seconds_{};
  std::array<prometheus::Counter*, 4> in_doubt_{};
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<QueueSeries>> queues_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_QUEUE_METRICS_H_
