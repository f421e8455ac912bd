#include "services/intake/intake_metrics.h"

#include "switchboard/v1/resources.pb.h"

namespace switchboard::intake {
namespace {

constexpr int kMethods = v1::TopicAssignment::CALLER + 1;  // STAFF never assigns at intake

}  // namespace

IntakeMetrics::IntakeMetrics(MetricRegistry& registry) {
  CounterFamily& family = registry.Counters(
      "inquiries_received_total", "Inquiries that were stored, by where they came from and who chose the topic.",
      {"channel", "topic_method"});
  for (int channel = 0; channel < v1::Channel_ARRAYSIZE; ++channel) {
    for (int method = 0; method < kMethods; ++method) {
      const std::string& channel_name = v1::Channel_Name(channel);
      const std::string& method_name = v1::TopicAssignment::Method_Name(method);
      const bool happens = channel != v1::CHANNEL_UNSPECIFIED && method != v1::TopicAssignment::METHOD_UNSPECIFIED;
      received_.push_back(happens ? &family.With({channel_name, method_name}) : nullptr);
    }
  }
}

void IntakeMetrics::CountReceived(int16_t channel, int16_t topic_method) {
  const size_t index = static_cast<size_t>(channel) * kMethods + static_cast<size_t>(topic_method);
  if (index < received_.size() && received_[index] != nullptr) received_[index]->Increment();
}

}  // namespace switchboard::intake
