#include "services/queue/service_level.h"

#include <optional>

#include "common/ids/id_generator.h"
#include "common/time/business_calendar.h"

namespace switchboard::queue {
namespace {

// Nothing where the queue has no target.
std::optional<bool> IsResolvedInTime(const LeaseFacts& lease, absl::Time now, const QueueSettings& settings) {
  const std::optional<absl::Duration> target = settings.ResolutionTargetFor(lease.key.place.lane.priority());
  if (!target.has_value()) return std::nullopt;
  const absl::Time created = TimeOf(lease.key.id);
  // Open time is never more than time: most need no look into the calendar.
  return now <= created + *target || now <= AddOpenTime(settings.calendar.get(), created, *target);
}

}  // namespace

void CountFirstResponse(const LeaseFacts& lease, absl::Time now, QueueSeries& series) {
  // The token has its due time to the second.
  series.ObserveFirstResponse(lease.channel, now - TimeOf(lease.key.id),
                              now < lease.first_response_due + absl::Seconds(1));
}

void CountCompletion(const LeaseFacts& lease, int disposition, absl::Time claimed, absl::Time now,
                     const QueueEntry& queue) {
  queue.series->ObserveCompletion(lease.channel, disposition, now - claimed, now - TimeOf(lease.key.id),
                                  IsResolvedInTime(lease, now, queue.settings));
}

}  // namespace switchboard::queue
