// Reopened inquiries that wait for the worker who answered them last.
#include <algorithm>
#include <set>

#include "common/status/status_macros.h"
#include "services/queue/in_memory_queue_store.h"

namespace switchboard::queue {

absl::StatusOr<std::string> InMemoryQueueStore::LastAnsweredBy(int64_t id) {
  absl::MutexLock lock(&mutex_);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Record* record, Find(id));
  for (auto event = record->events.rbegin(); event != record->events.rend(); ++event) {
    const EventKind kind = event->stored.kind;
    if (kind == EventKind::kReplied || kind == EventKind::kCompleted) return event->stored.worker;
  }
  return std::string();
}

absl::StatusOr<bool> InMemoryQueueStore::KeepFor(const Keeping& keeping) {
  absl::MutexLock lock(&mutex_);
  const auto found = records_.find(keeping.id);
  if (found == records_.end()) return false;
  Record& record = found->second;
  if (record.state != InquiryState::kReady || record.place != keeping.place) return false;
  TakeOut(record);
  record.state = InquiryState::kDelayed;
  record.ready_time = keeping.until;
  record.kept_for = keeping.worker;
  delayed_.insert({keeping.until, keeping.id});
  Note(record, EventKind::kKeptForWorker, keeping.now);
  record.events.back().stored.worker = keeping.worker;
  return true;
}

absl::StatusOr<std::vector<std::string>> InMemoryQueueStore::WorkersKeptFor(absl::Time /*now*/) {
  absl::MutexLock lock(&mutex_);
  std::set<std::string> workers;
  for (const auto& [id, record] : records_) {
    if (!record.kept_for.empty()) workers.insert(record.kept_for);
  }
  return std::vector<std::string>(workers.begin(), workers.end());
}

absl::StatusOr<std::vector<ClaimedInquiry>> InMemoryQueueStore::ClaimKept(const KeptClaim& claim) {
  absl::MutexLock lock(&mutex_);
  const std::vector<std::string>& known = claim.languages;
  int held = HeldWithin(claim.token)[claim.worker];
  std::vector<ClaimedInquiry> claimed;
  const auto give = [&](const Record& record) {
    claimed.push_back({record.content, record.place, record.topic, record.attempts, record.token, record.worker,
                       record.lease_until, !record.messages.empty()});
  };
  if (claim.repeated) {
    for (const auto& [id, record] : records_) {
      if (record.token == claim.token) give(record);
    }
    if (!claimed.empty()) return claimed;
  }
  const auto delayed = delayed_;
  for (const auto& [ready_time, id] : delayed) {
    Record& record = records_.at(id);
    const std::string language = record.place.lane.language();
    const bool understood = known.empty() || language == "und" || std::count(known.begin(), known.end(), language) > 0;
    const auto queue = std::find_if(claim.queues.begin(), claim.queues.end(), [&record](const KeptClaim::Queue& each) {
      return each.number == record.place.queue;
    });
    if (record.kept_for != claim.worker || !understood || queue == claim.queues.end()) continue;
    if (claimed.size() == claim.positions.size() || (claim.capacity != 0 && held++ >= claim.capacity)) break;
    const Place place{record.place.queue, record.place.lane, claim.positions[claimed.size()]};
    TakeOut(record);
    MakeReady(record, place);
    Grant(record, claim.worker, claim.token, claim.now, claim.now + queue->lease_duration);
    record.limited = claim.capacity != 0;
    give(record);
  }
  return claimed;
}

absl::StatusOr<std::vector<DueInquiry>> InMemoryQueueStore::ReleaseKept(std::string_view worker, absl::Time now,
                                                                        absl::Span<const int64_t> positions) {
  absl::MutexLock lock(&mutex_);
  std::vector<DueInquiry> moved;
  const auto delayed = delayed_;
  for (const auto& [ready_time, id] : delayed) {
    Record& record = records_.at(id);
    if (record.kept_for != worker) continue;
    if (moved.size() == positions.size()) break;
    const Place next{record.place.queue, record.place.lane, positions[moved.size()]};
    TakeOut(record);
    MakeReady(record, next);
    Note(record, EventKind::kResumed, now);
    moved.push_back({id, next});
  }
  return moved;
}

}  // namespace switchboard::queue
