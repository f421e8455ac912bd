#include "services/triage/service/triage_metrics.h"

namespace switchboard::triage {
namespace {

// Sorting takes microseconds: finer than the buckets of other work.
Buckets SortBuckets() {
  return {5e-6, 10e-6, 20e-6, 50e-6, 100e-6, 200e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3, 20e-3, 50e-3, 100e-3};
}

}  // namespace

TriageMetrics::TriageMetrics(MetricRegistry& registry)
    : sorted_(registry.Counters("sorted_total", "Inquiries that were sorted, by the topic they got and who decided.",
                                {"topic", "method"})),
      seconds_(registry.Histograms("sort_seconds", "How long sorting one inquiry took.", {}, SortBuckets()).With({})),
      confidence_(
          registry.Histograms("sort_confidence", "How sure the sorter was of the best topic.", {}, ConfidenceBuckets())
              .With({})) {}

void TriageMetrics::Count(const TriageDecision& decision, absl::Duration took) {
  const std::string_view topic = decision.topic().empty() ? "unsure" : std::string_view(decision.topic());
  sorted_.With({topic, MethodName(decision.sort.method)}).Increment();
  tally_.Count(decision.topic());
  seconds_.Observe(absl::ToDoubleSeconds(took));
  confidence_.Observe(decision.sort.best.confidence);
}

DriftGauges::DriftGauges(MetricRegistry& registry)
    : unsure_share_(
          registry.Gauges("unsure_share", "Share of the inquiries that the sorter left to people.", {"period"})),
      distance_(registry.Gauges("topic_mix_distance",
                                "Share of the sorted inquiries of two days that would have to change their topic to be "
                                "mixed as in the 28 days before.")) {
  Publish({});
}

void DriftGauges::Publish(const TopicDrift& drift) {
  unsure_share_.With({"two_days"}).Set(drift.unsure_recent);
  unsure_share_.With({"month_before"}).Set(drift.unsure_before);
  distance_.With({}).Set(drift.distance);
}

std::string_view MethodName(SortMethod method) {
  switch (method) {
    case SortMethod::kRule:
      return "RULE";
    case SortMethod::kModel:
      return "MODEL";
    case SortMethod::kCaller:
      return "CALLER";
  }
  return "METHOD_UNSPECIFIED";
}

}  // namespace switchboard::triage
