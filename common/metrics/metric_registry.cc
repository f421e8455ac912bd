#include "common/metrics/metric_registry.h"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <type_traits>
#include <utility>

#include "absl/strings/str_join.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

constexpr char kPrefix[] = "switchboard_";
constexpr std::string_view kOverflow = "other";

std::string FullName(std::string_view name) {
  const bool is_standard = name.starts_with("grpc_") || name.starts_with("process_");
  return is_standard ? std::string(name) : StrCat(kPrefix, name);
}

// Unambiguous, as no label value holds a NUL.
std::string KeyOf(absl::Span<const std::string_view> values) {
  std::string key;
  for (const std::string_view value : values) {
    key.append(value);
    key += '\0';
  }
  return key;
}

}  // namespace

Buckets RpcBuckets() { return {0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}; }

Buckets WaitBuckets(absl::Span<const double> targets) {
  Buckets buckets = {1,    5,    15,   30,    60,    120,   300,   600,    900,
                     1800, 3600, 7200, 14400, 28800, 43200, 86400, 172800, 259200};
  buckets.insert(buckets.end(), targets.begin(), targets.end());
  std::sort(buckets.begin(), buckets.end());
  buckets.erase(std::unique(buckets.begin(), buckets.end()), buckets.end());
  return buckets;
}

Buckets WorkBuckets() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5};
}

Buckets BatchBuckets() { return {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096}; }

Buckets ConfidenceBuckets() {
  Buckets buckets;
  for (int twentieths = 1; twentieths <= 20; ++twentieths) buckets.push_back(twentieths / 20.0);
  return buckets;
}

template <typename Metric>
Metric& MetricFamily<Metric>::With(Values values) {
  const std::string key = KeyOf(values);
  {
    absl::ReaderMutexLock lock(&mutex_);
    const auto found = series_.find(key);
    if (found != series_.end()) return *found->second;
  }
  absl::MutexLock lock(&mutex_);
  const auto found = series_.find(key);
  if (found != series_.end()) return *found->second;
  if (series_.size() < max_series_) return *(series_[key] = &Make(values));
  const std::vector<std::string_view> overflow(labels_.size(), kOverflow);
  Metric*& other = series_[KeyOf(overflow)];
  if (other == nullptr) other = &Make(overflow);
  return *other;
}

template <typename Metric>
Metric& MetricFamily<Metric>::Make(Values values) {
  prometheus::Labels labels;
  for (size_t i = 0; i < labels_.size(); ++i) labels[labels_[i]] = std::string(i < values.size() ? values[i] : "");
  if constexpr (std::is_same_v<Metric, prometheus::Histogram>) {
    return family_.Add(labels, buckets_);
  } else {
    return family_.Add(labels);
  }
}

template <typename Metric>
void MetricFamily<Metric>::Remove(Values values) {
  absl::MutexLock lock(&mutex_);
  const auto found = series_.find(KeyOf(values));
  if (found == series_.end()) return;
  family_.Remove(found->second);
  series_.erase(found);
}

template class MetricFamily<prometheus::Counter>;
template class MetricFamily<prometheus::Gauge>;
template class MetricFamily<prometheus::Histogram>;

struct MetricRegistry::Families {
  std::map<std::string, std::unique_ptr<CounterFamily>> counters;
  std::map<std::string, std::unique_ptr<GaugeFamily>> gauges;
  std::map<std::string, std::unique_ptr<HistogramFamily>> histograms;
  std::map<std::string, std::string> descriptions;  // by full name

  // The family of that name, made from `builder` at first use.
  template <typename Metric, typename Builder>
  MetricFamily<Metric>& Get(std::map<std::string, std::unique_ptr<MetricFamily<Metric>>>& families, Builder builder,
                            const char* type, prometheus::Registry& registry, std::string_view name,
                            std::string_view help, std::vector<std::string> labels, Buckets buckets,
                            size_t max_series) {
    const std::string full_name = FullName(name);
    auto& family = families[full_name];
    if (family == nullptr) {
      descriptions[full_name] = StrCat(full_name, "{", absl::StrJoin(labels, ","), "} ", type);
      auto& series = builder.Name(full_name).Help(std::string(help)).Register(registry);
      family = std::make_unique<MetricFamily<Metric>>(series, std::move(labels), std::move(buckets), max_series);
    }
    return *family;
  }
};

MetricRegistry::MetricRegistry()
    : registry_(std::make_shared<prometheus::Registry>()), families_(std::make_unique<Families>()) {}

MetricRegistry::~MetricRegistry() = default;

CounterFamily& MetricRegistry::Counters(std::string_view name, std::string_view help, std::vector<std::string> labels,
                                        size_t max_series) {
  absl::MutexLock lock(&mutex_);
  return families_->Get(families_->counters, prometheus::BuildCounter(), "counter", *registry_, name, help,
                        std::move(labels), {}, max_series);
}

GaugeFamily& MetricRegistry::Gauges(std::string_view name, std::string_view help, std::vector<std::string> labels,
                                    size_t max_series) {
  absl::MutexLock lock(&mutex_);
  return families_->Get(families_->gauges, prometheus::BuildGauge(), "gauge", *registry_, name, help, std::move(labels),
                        {}, max_series);
}

HistogramFamily& MetricRegistry::Histograms(std::string_view name, std::string_view help,
                                            std::vector<std::string> labels, Buckets buckets, size_t max_series) {
  absl::MutexLock lock(&mutex_);
  return families_->Get(families_->histograms, prometheus::BuildHistogram(), "histogram", *registry_, name, help,
                        std::move(labels), std::move(buckets), max_series);
}

std::string MetricRegistry::Scrape() const { return prometheus::TextSerializer().Serialize(registry_->Collect()); }

std::vector<std::string> MetricRegistry::Describe() const {
  absl::MutexLock lock(&mutex_);
  std::vector<std::string> lines;
  for (const auto& [name, description] : families_->descriptions) lines.push_back(description);
  return lines;
}

void PublishBuildInfo(MetricRegistry& registry, std::string_view version, std::string_view revision) {
  registry.Gauges("build_info", "Always 1; the labels say what build this is.", {"version", "revision"})
      .With({version, revision})
      .Set(1);
}

}  // namespace switchboard
