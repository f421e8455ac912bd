#include "services/operations/queue_gauges.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "services/operations/queue_view.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::operations {
namespace {

struct StateCount {
  std::string_view state;
  int64_t queue::LaneFigures::*count;
};

constexpr StateCount kStates[] = {{"ready", &queue::LaneFigures::ready},
                                  {"leased", &queue::LaneFigures::leased},
                                  {"delayed", &queue::LaneFigures::delayed},
                                  {"dead", &queue::LaneFigures::dead}};

int64_t Sum(const queue::QueueFigures& figures, queue::Priority priority, int64_t queue::LaneFigures::*count) {
  int64_t sum = 0;
  for (const queue::LaneFigures& lane : figures.lanes) {
    if (lane.lane.priority() == priority) sum += lane.*count;
  }
  return sum;
}

absl::Duration OldestAge(const queue::QueueFigures& figures, queue::Priority priority, absl::Time now) {
  absl::Time oldest = now;
  for (const queue::LaneFigures& lane : figures.lanes) {
    if (lane.lane.priority() == priority && lane.oldest_ready) oldest = std::min(oldest, *lane.oldest_ready);
  }
  return now - oldest;
}

}  // namespace

QueueGauges::QueueGauges(MetricRegistry& registry)
    : inquiries_(
          registry.Gauges("queue_inquiries", "Open inquiries: the backlog.", {"queue", "priority", "state"}, 20000)),
      oldest_age_(registry.Gauges("queue_oldest_age_seconds",
                                  "How long the oldest ready inquiry has waited; 0 when none waits.",
                                  {"queue", "priority"}, 5000)),
      outbound_(registry.Gauges(
          "outbound_messages",
          "Replies that wait for the connector of their channel or are with it; counting stops at 10,000.",
          {"channel"})),
      outbound_oldest_age_(registry.Gauges(
          "outbound_oldest_age_seconds", "How long ago the oldest of them was sent; 0 when none waits.", {"channel"})) {
}

void QueueGauges::Publish(const queue::FiguresSample& sample, const triage::Configuration& configuration) {
  const std::vector<std::string> visible = VisibleQueues(configuration, sample);
  const absl::flat_hash_set<std::string> before = std::move(published_);
  published_ = absl::flat_hash_set<std::string>(visible.begin(), visible.end());
  for (const queue::QueueFigures& figures : sample.queues) {
    if (published_.contains(figures.record.name)) PublishQueue(figures, sample.time);
  }
  for (const std::string& queue : before) {
    if (!published_.contains(queue)) Forget(queue);
  }
  PublishOutbound(sample);
}

void QueueGauges::PublishOutbound(const queue::FiguresSample& sample) {
  for (int channel = v1::CHANNEL_UNSPECIFIED + 1; channel <= v1::Channel_MAX; ++channel) {
    const auto figures = std::find_if(sample.outbound.begin(), sample.outbound.end(),
                                      [&](const queue::OutboundFigures& each) { return each.channel == channel; });
    const bool waits = figures != sample.outbound.end();
    const absl::Duration age =
        waits ? std::max(sample.time - figures->oldest, absl::ZeroDuration()) : absl::ZeroDuration();
    const std::string& name = v1::Channel_Name(channel);
    outbound_.With({name}).Set(waits ? static_cast<double>(figures->waiting) : 0);
    outbound_oldest_age_.With({name}).Set(absl::ToDoubleSeconds(age));
  }
}

void QueueGauges::PublishQueue(const queue::QueueFigures& figures, absl::Time sample_time) {
  const std::string& queue = figures.record.name;
  for (const queue::Priority priority : queue::kPriorities) {
    const std::string_view name = queue::PriorityName(priority);
    for (const StateCount& each : kStates) {
      inquiries_.With({queue, name, each.state}).Set(static_cast<double>(Sum(figures, priority, each.count)));
    }
    oldest_age_.With({queue, name}).Set(absl::ToDoubleSeconds(OldestAge(figures, priority, sample_time)));
  }
}

void QueueGauges::Forget(const std::string& queue) {
  for (const queue::Priority priority : queue::kPriorities) {
    const std::string_view name = queue::PriorityName(priority);
    for (const StateCount& each : kStates) {
      const std::string_view values[] = {queue, name, each.state};
      inquiries_.Remove(values);
    }
    const std::string_view values[] = {queue, name};
    oldest_age_.Remove(values);
  }
}

}  // namespace switchboard::operations
