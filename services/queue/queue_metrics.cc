#include "services/queue/queue_metrics.h"

#include <algorithm>
#include <utility>

#include "switchboard/v1/resources.pb.h"

namespace switchboard::queue {
namespace {

constexpr std::string_view kCommitKinds[] = {"submit", "settle", "claim", "extend"};
constexpr std::string_view kLeaseEvents[] = {"granted", "renewed", "expired", "released", "stale_rejected"};
constexpr std::string_view kReturnReasons[] = {"expired", "released"};
constexpr std::string_view kDraftEnds[] = {"sent", "returned", "deadline", "withdrawn"};
constexpr std::string_view kReviewEvents[] = {"claimed", "refused"};
constexpr std::string_view kDeliveryReports[] = {"delivered", "temporary", "permanent", "technical", "given_up"};

// The API's numbers are small; what lies beyond them is counted as UNSPECIFIED.
int Clamped(int number, int count) { return number >= 0 && number < count ? number : 0; }

std::string ChannelName(int channel) {
  return v1::Channel_IsValid(channel) ? v1::Channel_Name(channel) : v1::Channel_Name(v1::CHANNEL_UNSPECIFIED);
}

std::string DispositionName(int disposition) {
  return v1::Disposition_IsValid(disposition) ? v1::Disposition_Name(disposition)
                                              : v1::Disposition_Name(v1::DISPOSITION_UNSPECIFIED);
}

}  // namespace

QueueSeries::QueueSeries(QueueMetrics& metrics, std::string name) : metrics_(metrics), name_(std::move(name)) {
  for (size_t i = 0; i < lease_events_.size(); ++i) {
    lease_events_[i] = &metrics_.lease_events_.With({name_, kLeaseEvents[i]});
  }
}

void QueueSeries::CountLeases(LeaseEvent event, int64_t count) {
  lease_events_[static_cast<size_t>(event)]->Increment(static_cast<double>(count));
}

void QueueSeries::CountRedelivery(ReturnReason reason) {
  metrics_.redeliveries_.With({name_, kReturnReasons[static_cast<size_t>(reason)]}).Increment();
}

void QueueSeries::CountDeadLetter(ReturnReason reason) {
  metrics_.dead_letters_.With({name_, kReturnReasons[static_cast<size_t>(reason)]}).Increment();
}

void QueueSeries::ObserveGrant(int channel, absl::Duration wait) {
  Channel(channel).wait->Observe(absl::ToDoubleSeconds(std::max(wait, absl::ZeroDuration())));
}

void QueueSeries::ObserveFirstResponse(int channel, absl::Duration waited, bool in_time) {
  ChannelSeries& series = Channel(channel);
  series.first_response->Observe(absl::ToDoubleSeconds(std::max(waited, absl::ZeroDuration())));
  series.first_response_in_time[in_time]->Increment();
}

void QueueSeries::ObserveCompletion(int channel, int disposition, absl::Duration handle, absl::Duration resolution,
                                    std::optional<bool> in_time) {
  ChannelSeries& series = Channel(channel);
  series.handle->Observe(absl::ToDoubleSeconds(std::max(handle, absl::ZeroDuration())));
  series.resolution->Observe(absl::ToDoubleSeconds(std::max(resolution, absl::ZeroDuration())));
  if (in_time.has_value()) series.resolved_in_time[*in_time]->Increment();
  Closed(channel, disposition).Increment();
}

void QueueSeries::ObserveDraft(DraftEnd end, absl::Duration waited) {
  metrics_.drafts_.With({name_, kDraftEnds[static_cast<size_t>(end)]})
      .Observe(absl::ToDoubleSeconds(std::max(waited, absl::ZeroDuration())));
}

void QueueSeries::CountReview(ReviewEvent event) {
  metrics_.reviews_.With({name_, kReviewEvents[static_cast<size_t>(event)]}).Increment();
}

void QueueSeries::CountWithdrawal(int channel) { Closed(channel, v1::WITHDRAWN).Increment(); }

QueueSeries::ChannelSeries& QueueSeries::Channel(int channel) {
  const int index = Clamped(channel, kChannels);
  if (ChannelSeries* made = channels_[index].load(std::memory_order_acquire)) return *made;
  absl::MutexLock lock(&mutex_);
  if (owned_[index] == nullptr) {
    const std::string label = ChannelName(index);
    auto made = std::make_unique<ChannelSeries>();
    made->wait = &metrics_.wait_.With({name_, label});
    made->handle = &metrics_.handle_.With({name_, label});
    made->resolution = &metrics_.resolution_.With({name_, label});
    made->first_response = &metrics_.first_response_.With({name_, label});
    for (const bool in_time : {false, true}) {
      const char* const result = in_time ? "met" : "missed";
      made->first_response_in_time[in_time] = &metrics_.service_level_.With({name_, label, "first_response", result});
      made->resolved_in_time[in_time] = &metrics_.service_level_.With({name_, label, "resolution", result});
    }
    owned_[index] = std::move(made);
    channels_[index].store(owned_[index].get(), std::memory_order_release);
  }
  return *owned_[index];
}

prometheus::Counter& QueueSeries::Closed(int channel, int disposition) {
  std::atomic<prometheus::Counter*>& slot = Channel(channel).closed[Clamped(disposition, kDispositions)];
  prometheus::Counter* counter = slot.load(std::memory_order_acquire);
  if (counter == nullptr) {
    counter = &metrics_.closed_.With({name_, ChannelName(Clamped(channel, kChannels)), DispositionName(disposition)});
    slot.store(counter, std::memory_order_release);
  }
  return *counter;
}

QueueMetrics::QueueMetrics(MetricRegistry& registry, absl::Span<const double> target_seconds)
    : closed_(registry.Counters("inquiries_closed_total", "Inquiries that were settled or withdrawn.",
                                {"queue", "channel", "disposition"})),
      wait_(registry.Histograms("queue_wait_seconds", "From entering the queue to being handed to a worker.",
                                {"queue", "channel"}, WaitBuckets(target_seconds))),
      handle_(registry.Histograms("handle_seconds", "From being handed to a worker to being settled.",
                                  {"queue", "channel"}, WaitBuckets(target_seconds))),
      resolution_(registry.Histograms("resolution_seconds", "From being taken in to being settled.",
                                      {"queue", "channel"}, WaitBuckets(target_seconds))),
      first_response_(registry.Histograms("first_response_seconds", "From being taken in to the first response.",
                                          {"queue", "channel"}, WaitBuckets(target_seconds))),
      service_level_(registry.Counters("service_level_total", "Inquiries that met or missed their target.",
                                       {"queue", "channel", "kind", "result"})),
      lease_events_(registry.Counters("lease_events_total", "What happened to leases.", {"queue", "event"})),
      redeliveries_(registry.Counters("redeliveries_total", "Inquiries that came back to be handed out again.",
                                      {"queue", "reason"})),
      dead_letters_(
          registry.Counters("dead_letters_total", "Inquiries given up after too many attempts.", {"queue", "reason"})),
      drafts_(registry.Histograms("reply_authority_wait_seconds",
                                  "How long replies waited for somebody with the authority, by how that ended.",
                                  {"queue", "outcome"}, WaitBuckets(target_seconds))),
      reviews_(registry.Counters(
          "reply_reviews_total",
          "Drafts handed to a reviewer, and decisions refused because another one has the draft.", {"queue", "event"})),
      deliveries_(registry.Counters("delivery_reports_total", "What connectors reported of messages.",
                                    {"channel", "outcome"})) {
  // From the beginning, so that an alert sees the first failure as an increase.
  for (int channel = v1::CHANNEL_UNSPECIFIED + 1; channel <= v1::Channel_MAX; ++channel) {
    for (const std::string_view report : kDeliveryReports) deliveries_.With({ChannelName(channel), report});
  }
  CounterFamily& in_doubt = registry.Counters(
      "db_in_doubt_total", "Commits whose outcome was unknown and had to be asked for.", {"operation"});
  HistogramFamily& size =
      registry.Histograms("commit_batch_size", "Calls that shared one commit.", {"operation"}, BatchBuckets());
  HistogramFamily& seconds =
      registry.Histograms("commit_seconds", "Duration of one commit.", {"operation"}, WorkBuckets());
  for (size_t i = 0; i < in_doubt_.size(); ++i) {
    in_doubt_[i] = &in_doubt.With({kCommitKinds[i]});
    commit_size_[i] = &size.With({kCommitKinds[i]});
    commit_seconds_[i] = &seconds.With({kCommitKinds[i]});
  }
}

void QueueMetrics::ObserveCommit(CommitKind kind, int64_t elements, absl::Duration duration) {
  commit_size_[static_cast<size_t>(kind)]->Observe(static_cast<double>(elements));
  commit_seconds_[static_cast<size_t>(kind)]->Observe(absl::ToDoubleSeconds(duration));
}

void QueueMetrics::CountInDoubt(CommitKind kind) { in_doubt_[static_cast<size_t>(kind)]->Increment(); }

void QueueMetrics::CountDelivery(int channel, DeliveryReport report) {
  deliveries_.With({ChannelName(channel), kDeliveryReports[static_cast<size_t>(report)]}).Increment();
}

QueueSeries& QueueMetrics::ForQueue(std::string_view queue) {
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<QueueSeries>& series = queues_[std::string(queue)];
  if (series == nullptr) series = std::make_unique<QueueSeries>(*this, std::string(queue));
  return *series;
}

}  // namespace switchboard::queue
