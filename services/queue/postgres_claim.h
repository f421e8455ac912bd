// How a claim is put to PostgreSQL, whoever puts it.
#ifndef SWITCHBOARD_SERVICES_QUEUE_POSTGRES_CLAIM_H_
#define SWITCHBOARD_SERVICES_QUEUE_POSTGRES_CLAIM_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/postgres/params.h"
#include "common/postgres/rows.h"
#include "services/queue/claim.h"

namespace switchboard::queue {

// The parameters of `claim`, and what they refer to: outlives the statement.
class ClaimParams {
 public:
  // `slots`: those of the batch that are to be filled.
  ClaimParams(const ClaimBatch& batch, absl::Span<const ClaimSlot> slots);
  ClaimParams(const ClaimParams&) = delete;
  ClaimParams& operator=(const ClaimParams&) = delete;

  Params Get() const;

 private:
  const ClaimBatch& batch_;
  const size_t slots_;
  PgArray queues_, lanes_, hints_, targets_, lengths_, workers_, slot_lengths_;
};

// The rows of `claim`, and of whatever gives the same columns: all but the contents.
std::vector<ClaimedInquiry> ReadClaimed(const Rows& rows, int64_t token);

// Something is leased by now, and could not be read: only a repetition with the same token may hand it out.
absl::Status ClaimUnread();

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_POSTGRES_CLAIM_H_
