#include "services/frontline/lease_return.h"

#include <utility>

namespace switchboard::frontline {
namespace {

constexpr char kReason[] = "given back unseen: the caller was gone before the lease reached it";
constexpr size_t kBytesBesidesText = 512;

}  // namespace

void GiveBack(queue::QueueEngine& engine, const Clock& clock, const std::vector<queue::GrantedLease>& leases) {
  std::vector<queue::PendingSettlement> settlements;
  settlements.reserve(leases.size());
  for (const queue::GrantedLease& lease : leases) {
    // A deferral until now: unlike a release it does not count as an attempt.
    queue::SettleRequest request;
    request.lease_token = lease.token;
    request.kind = queue::EventKind::kDeferred;
    request.until = clock.Now();
    request.reason = kReason;
    settlements.push_back({std::move(request), [](const absl::StatusOr<queue::Settled>&) {}});
  }
  if (!settlements.empty()) engine.SettleAll(std::move(settlements));
}

size_t BytesOf(const queue::GrantedLease& lease) {
  size_t bytes = kBytesBesidesText + lease.inquiry.content.text.size();
  for (const queue::StoredMessage& message : lease.messages) bytes += message.text.size();
  return bytes;
}

}  // namespace switchboard::frontline
