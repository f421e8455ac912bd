// Leases as they stand, by worker and by token.
#include <algorithm>
#include <tuple>

#include "services/queue/in_memory_queue_store.h"

namespace switchboard::queue {

absl::StatusOr<std::vector<HeldLease>> InMemoryQueueStore::LeasesOf(std::string_view worker,
                                                                    absl::Span<const LaneHint> lanes) {
  absl::MutexLock lock(&mutex_);
  std::vector<HeldLease> leases;
  for (const auto& [id, record] : records_) {
    if (record.state != InquiryState::kLeased || record.worker != worker) continue;
    const bool asked = std::any_of(lanes.begin(), lanes.end(), [&place = record.place](const LaneHint& lane) {
      return lane.queue == place.queue && lane.lane == place.lane;
    });
    if (!asked || IsDrafted(record)) continue;
    leases.push_back({.lease = {id, record.place, record.token},
                      .channel = record.content.channel,
                      .attempts = record.attempts,
                      .claim_time = record.claim_time,
                      .lease_until = record.lease_until,
                      .first_response_due = record.content.first_response_due});
  }
  std::sort(leases.begin(), leases.end(), [](const HeldLease& a, const HeldLease& b) {
    return std::tie(a.claim_time, a.lease.place.position) < std::tie(b.claim_time, b.lease.place.position);
  });
  return leases;
}

bool InMemoryQueueStore::IsDrafted(const Record& record) {
  return std::any_of(drafts_.begin(), drafts_.end(), [&record](const auto& entry) {
    return entry.second.state == DraftState::kWaiting && entry.second.lease.token == record.token &&
           entry.second.lease.id == record.content.id;
  });
}

std::map<std::string, int> InMemoryQueueStore::HeldWithin(int64_t but_token) {
  std::map<std::string, int> held;
  for (const auto& [id, record] : records_) {
    if (record.limited && record.token != but_token && !IsDrafted(record)) ++held[record.worker];
  }
  return held;
}

absl::StatusOr<LimitedClaim> InMemoryQueueStore::ClaimWithin(const ClaimBatch& batch) {
  absl::MutexLock lock(&mutex_);
  std::map<std::string, int> held = HeldWithin(batch.token);
  LimitedClaim claim;
  ClaimBatch within = batch;
  within.slots.clear();
  for (size_t i = 0; i < batch.slots.size(); ++i) {
    const ClaimSlot& slot = batch.slots[i];
    if (slot.capacity != 0 && held[slot.worker]++ >= slot.capacity) continue;
    claim.slots.push_back(i);
    within.slots.push_back(slot);
  }
  if (!within.slots.empty()) claim.claimed = ClaimLocked(within);
  for (const ClaimedInquiry& inquiry : claim.claimed) records_.at(inquiry.content.id).limited = true;
  return claim;
}

absl::StatusOr<std::string> InMemoryQueueStore::HolderOf(const LeaseKey& lease) {
  absl::MutexLock lock(&mutex_);
  const Record* record = FindLease(lease);
  return record == nullptr ? std::string() : record->worker;
}

}  // namespace switchboard::queue
