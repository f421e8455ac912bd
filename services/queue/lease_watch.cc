#include "services/queue/lease_watch.h"

#include <algorithm>

namespace switchboard::queue {
namespace {

// Positions are numbered by time, over all lanes.
bool CameBefore(const LeaseWatch::Lease& a, const LeaseWatch::Lease& b) {
  return a.facts.key.place.position < b.facts.key.place.position;
}

}  // namespace

void LeaseWatch::Add(absl::Span<const Lease> leases) {
  absl::MutexLock lock(&mutex_);
  for (const Lease& lease : leases) {
    leases_[{lease.facts.key.id, lease.facts.key.token}] = lease;
    earliest_ = std::min(earliest_, lease.until);
  }
}

void LeaseWatch::Remove(absl::Span<const LeaseKey> leases) {
  absl::MutexLock lock(&mutex_);
  for (const LeaseKey& lease : leases) leases_.erase({lease.id, lease.token});
}

void LeaseWatch::Extend(const LeaseKey& lease, absl::Time until) {
  absl::MutexLock lock(&mutex_);
  const auto found = leases_.find({lease.id, lease.token});
  if (found == leases_.end()) return;
  found->second.until = until;
  earliest_ = std::min(earliest_, until);
}

std::vector<LeaseWatch::Lease> LeaseWatch::TakeExpired(absl::Time now) {
  absl::MutexLock lock(&mutex_);
  std::vector<Lease> expired;
  if (earliest_ > now) return expired;
  earliest_ = absl::InfiniteFuture();
  for (auto entry = leases_.begin(); entry != leases_.end();) {
    if (entry->second.until <= now) {
      expired.push_back(entry->second);
      leases_.erase(entry++);
    } else {
      earliest_ = std::min(earliest_, entry->second.until);
      ++entry;
    }
  }
  std::sort(expired.begin(), expired.end(), CameBefore);
  return expired;
}

absl::Time LeaseWatch::EarliestEnd() const {
  absl::MutexLock lock(&mutex_);
  return earliest_;
}

size_t LeaseWatch::size() const {
  absl::MutexLock lock(&mutex_);
  return leases_.size();
}

}  // namespace switchboard::queue
