// The metrics of a process. Each room has one struct of families, built once from the registry.
//
//   struct IntakeMetrics {
//     explicit IntakeMetrics(MetricRegistry& registry)
//         : received(registry.Counters("inquiries_received_total", "Inquiries accepted.", {"channel", "topic_method"}))
//         {}
//     CounterFamily& received;
//   };
//   metrics.received.With({"EMAIL", "MODEL"}).Increment();
#ifndef SWITCHBOARD_COMMON_METRICS_METRIC_REGISTRY_H_
#define SWITCHBOARD_COMMON_METRICS_METRIC_REGISTRY_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"

namespace prometheus {
class Registry;
}

namespace switchboard {

using Buckets = std::vector<double>;

// RPC latencies: 0.5 ms to 10 s.
Buckets RpcBuckets();
// What people wait: 1 s to 72 h, with the usual service-level targets (30 m, 2 h, 1 d, 3 d) as edges; `targets` in
// seconds are added.
Buckets WaitBuckets(absl::Span<const double> targets = {});
// Database and other machine work: 0.1 ms to 5 s.
Buckets WorkBuckets();
// Sizes of batches: powers of two, 1 to 4096.
Buckets BatchBuckets();
// Confidence: 0.05 to 1 in steps of 0.05.
Buckets ConfidenceBuckets();

// The series of one metric. Label values come from closed sets; should one not, the family stops at `max_series` and
// counts what is new under the value "other" for every label: a process cannot be blown up through its labels.
// Thread-safe. With() is a hash look-up under a reader lock: resolve once and keep the reference where it is hot.
template <typename Metric>
class MetricFamily {
 public:
  using Values = absl::Span<const std::string_view>;

  MetricFamily(prometheus::Family<Metric>& family, std::vector<std::string> labels, Buckets buckets, size_t max_series)
      : family_(family), labels_(std::move(labels)), buckets_(std::move(buckets)), max_series_(max_series) {}

  // The series with these values, one per label in the order of the labels; made at first use. The reference stays
  // valid as long as the registry, unless Remove() takes it away.
  Metric& With(Values values);
  Metric& With(std::initializer_list<std::string_view> values) { return With(Values(values.begin(), values.size())); }

  // Forgets a series, for gauges of things that are gone (a queue that was taken out of the configuration). Nobody may
  // still use a reference to it.
  void Remove(Values values);

 private:
  Metric& Make(Values values) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  prometheus::Family<Metric>& family_;
  const std::vector<std::string> labels_;
  const Buckets buckets_;
  const size_t max_series_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Metric*> series_ ABSL_GUARDED_BY(mutex_);
};

using CounterFamily = MetricFamily<prometheus::Counter>;
using GaugeFamily = MetricFamily<prometheus::Gauge>;
using HistogramFamily = MetricFamily<prometheus::Histogram>;

// Owns every family. Thread-safe. Names are given without the prefix "switchboard_", which is put before all of them
// but those that start with "grpc_" or "process_". Asking for the same name again gives the same family.
class MetricRegistry {
 public:
  MetricRegistry();
  ~MetricRegistry();

  MetricRegistry(const MetricRegistry&) = delete;
  MetricRegistry& operator=(const MetricRegistry&) = delete;

  CounterFamily& Counters(std::string_view name, std::string_view help, std::vector<std::string> labels = {},
                          size_t max_series = 2000);
  GaugeFamily& Gauges(std::string_view name, std::string_view help, std::vector<std::string> labels = {},
                      size_t max_series = 2000);
  HistogramFamily& Histograms(std::string_view name, std::string_view help, std::vector<std::string> labels,
                              Buckets buckets, size_t max_series = 2000);

  // Everything in Prometheus' text format.
  std::string Scrape() const;

  // One line per family, sorted: `name{label,label} type`, for the golden file.
  std::vector<std::string> Describe() const;

 private:
  struct Families;

  std::shared_ptr<prometheus::Registry> registry_;
  mutable absl::Mutex mutex_;
  std::unique_ptr<Families> families_ ABSL_GUARDED_BY(mutex_);
};

// Counts once what build this is: build_info{version,revision} = 1.
void PublishBuildInfo(MetricRegistry& registry, std::string_view version, std::string_view revision);

// process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds and process_start_time_seconds, read anew
// each time this is called. Call it before a scrape.
void RefreshProcessMetrics(MetricRegistry& registry);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_METRICS_METRIC_REGISTRY_H_
