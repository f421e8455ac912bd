#include "services/operations/queue_view.h"

#include <algorithm>
#include <map>

#include "common/ids/resource_name.h"
#include "services/wire/times.h"

namespace switchboard::operations {
namespace {

const queue::QueueFigures* FindFigures(const queue::FiguresSample& sample, std::string_view id) {
  const auto found = std::find_if(sample.queues.begin(), sample.queues.end(),
                                  [id](const queue::QueueFigures& each) { return each.record.name == id; });
  return found == sample.queues.end() ? nullptr : &*found;
}

void FillSettings(const triage::QueueSettings& settings, v1::Queue& out) {
  for (const auto& [language, name] : settings.name) (*out.mutable_display_names())[language] = name;
  for (const queue::Priority priority : queue::kPriorities) {
    wire::SetDuration(settings.service_level.For(static_cast<triage::Priority>(priority)),
                      &(*out.mutable_service_levels())[std::string(queue::PriorityName(priority))]);
    const auto resolution = settings.resolution.For(static_cast<triage::Priority>(priority));
    if (!resolution) continue;
    wire::SetDuration(*resolution, &(*out.mutable_resolution_targets())[std::string(queue::PriorityName(priority))]);
  }
  out.set_calendar(settings.calendar);
  wire::SetDuration(settings.lease, out.mutable_lease_duration());
  out.set_max_attempts(settings.max_attempts);
}

struct Counts {
  int64_t ready = 0;
  int64_t leased = 0;
  int64_t delayed = 0;
  int64_t dead = 0;
  absl::Time oldest_ready = absl::InfiniteFuture();

  void Add(const queue::LaneFigures& lane) {
    ready += lane.ready;
    leased += lane.leased;
    delayed += lane.delayed;
    dead += lane.dead;
    if (lane.oldest_ready) oldest_ready = std::min(oldest_ready, *lane.oldest_ready);
  }
};

void FillCounts(const Counts& counts, absl::Time sample_time, v1::Queue::Figures& out) {
  out.set_ready(counts.ready);
  out.set_leased(counts.leased);
  out.set_delayed(counts.delayed);
  out.set_dead(counts.dead);
  const bool waits = counts.oldest_ready < absl::InfiniteFuture();
  wire::SetDuration(waits ? std::max(absl::ZeroDuration(), sample_time - counts.oldest_ready) : absl::ZeroDuration(),
                    out.mutable_oldest_age());
}

void FillFigures(const queue::QueueFigures& figures, absl::Time sample_time, v1::Queue& out) {
  Counts sum;
  std::map<queue::Priority, Counts> by_priority;
  for (const queue::LaneFigures& lane : figures.lanes) {
    sum.Add(lane);
    by_priority[lane.lane.priority()].Add(lane);
  }
  FillCounts(sum, sample_time, *out.mutable_figures());
  for (const queue::Priority priority : queue::kPriorities) {
    v1::Queue::Figures& each = *out.add_figures_by_priority();
    each.set_priority(static_cast<v1::Priority>(priority));
    FillCounts(by_priority[priority], sample_time, each);
  }
  out.set_in_rate(figures.in_rate);
  out.set_out_rate(figures.out_rate);
  out.set_received_total(figures.received_total);
  out.set_unsure_total(figures.unsure_total);
  out.set_completed_total(figures.completed_total);
}

}  // namespace

bool HoldsInquiries(const queue::QueueFigures& figures) {
  return std::any_of(figures.lanes.begin(), figures.lanes.end(), [](const queue::LaneFigures& lane) {
    return lane.ready + lane.leased + lane.delayed + lane.dead > 0;
  });
}

std::vector<std::string> VisibleQueues(const triage::Configuration& configuration, const queue::FiguresSample& sample) {
  std::vector<std::string> visible;
  for (const triage::QueueSettings& settings : configuration.queues) visible.push_back(settings.id);
  for (const queue::QueueFigures& figures : sample.queues) {
    if (configuration.FindQueue(figures.record.name) == nullptr && HoldsInquiries(figures)) {
      visible.push_back(figures.record.name);
    }
  }
  return visible;
}

void FillQueue(std::string_view id, const triage::Configuration& configuration, const queue::FiguresSample& sample,
               v1::Queue& out) {
  out.set_name(QueueName(id));
  if (const triage::QueueSettings* settings = configuration.FindQueue(id)) FillSettings(*settings, out);
  const queue::QueueFigures* figures = FindFigures(sample, id);
  if (figures != nullptr) FillPause(figures->record, out);
  FillFigures(figures != nullptr ? *figures : queue::QueueFigures{}, sample.time, out);
  wire::SetTime(sample.time, out.mutable_sample_time());
}

void FillPause(const queue::QueueRecord& record, v1::Queue& out) {
  out.set_paused(record.paused);
  out.set_pause_reason(record.pause_reason);
}

void FillHolders(absl::Span<const queue::LeaseHolder> holders, v1::Queue& out) {
  for (const queue::LeaseHolder& holder : holders) {
    v1::Queue::Holder& each = *out.add_holders();
    each.set_worker(WorkerName(holder.worker));
    each.set_leases(holder.leases);
    wire::SetTime(holder.next_expiry, each.mutable_next_expire_time());
  }
}

}  // namespace switchboard::operations
