// The text by which a worker's system names its lease. Opaque to callers; it says where the lease's row is, so that a
// settlement needs no look-up, and what the metrics of the settlement need. It is no secret: it authorises nothing that
// the row's own token does not.
#ifndef SWITCHBOARD_SERVICES_QUEUE_LEASE_TOKEN_H_
#define SWITCHBOARD_SERVICES_QUEUE_LEASE_TOKEN_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/queue/claim.h"
#include "services/queue/lease.h"

namespace switchboard::queue {

struct LeaseFacts {
  LeaseKey key;
  int channel = 0;
  int attempts = 0;
  absl::Time first_response_due;  // to the second
};

// 64 characters of base64url.
std::string EncodeLeaseToken(const LeaseFacts& facts);

// INVALID_ARGUMENT (field lease_token) for a text that EncodeLeaseToken did not make.
absl::StatusOr<LeaseFacts> DecodeLeaseToken(std::string_view text);

// What the token of a claimed inquiry says.
LeaseFacts FactsOf(const ClaimedInquiry& inquiry);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_LEASE_TOKEN_H_
