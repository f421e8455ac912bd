#include "services/queue/redrive.h"

#include <algorithm>
#include <vector>

#include "common/status/status_macros.h"

namespace switchboard::queue {
namespace {

constexpr int kStep = 500;   // dead letters moved by one statement
constexpr int kPage = 1000;  // and read by one

absl::StatusOr<std::vector<int64_t>> AllIn(QueueStore& store, QueueNumber queue) {
  std::vector<int64_t> ids;
  int64_t before = 0;
  while (true) {
    SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<DeadLetterEntry> page, store.ListDeadLetters(queue, before, kPage));
    for (const DeadLetterEntry& entry : page) ids.push_back(entry.inquiry.content.id);
    if (page.size() < kPage) return ids;
    before = ids.back();
  }
}

absl::StatusOr<std::vector<int64_t>> DeadAmong(QueueStore& store, const std::vector<int64_t>& ids) {
  std::vector<int64_t> dead;
  for (const int64_t id : ids) {
    const absl::StatusOr<StoredInquiry> inquiry = store.Get(id);
    if (absl::IsNotFound(inquiry.status())) continue;
    if (!inquiry.ok()) return inquiry.status();
    if (inquiry->state == InquiryState::kDeadLettered) dead.push_back(id);
  }
  return dead;
}

}  // namespace

absl::StatusOr<QueueEngine::RedriveResult> Redrive(EngineParts& parts, const DeadLetterSelection& selection,
                                                   std::optional<QueueNumber> target, int max_count) {
  QueueEngine::RedriveResult result;
  for (int left = max_count; left > 0;) {
    const PositionsInFlight::Cover cover(parts.positions);
    const absl::Time now = parts.clock.Now();  // before the positions
    std::vector<int64_t> positions(std::min(left, kStep));
    for (int64_t& position : positions) position = parts.ids.NextPosition();
    SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<DueInquiry> moved,
                                 parts.store.Redrive(selection, target, positions, now));
    std::vector<Place> places;
    for (const DueInquiry& inquiry : moved) {
      result.ids.push_back(inquiry.id);
      places.push_back(inquiry.place);
    }
    parts.Announce(places);
    left -= static_cast<int>(moved.size());
    if (moved.size() < positions.size()) break;
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(result.remaining, parts.store.CountDeadLetters(selection));
  return result;
}

absl::StatusOr<QueueEngine::RedriveResult> PreviewRedrive(QueueStore& store, const DeadLetterSelection& selection,
                                                          int max_count) {
  QueueEngine::RedriveResult result;
  SWITCHBOARD_ASSIGN_OR_RETURN(
      result.ids, selection.queue.has_value() ? AllIn(store, *selection.queue) : DeadAmong(store, selection.ids));
  std::sort(result.ids.begin(), result.ids.end());
  const size_t kept = std::min(result.ids.size(), static_cast<size_t>(std::max(0, max_count)));
  result.remaining = static_cast<int64_t>(result.ids.size() - kept);
  result.ids.resize(kept);
  return result;
}

}  // namespace switchboard::queue
