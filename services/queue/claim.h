// Claims: which lanes they look at, for whom, and what they are handed.
#ifndef SWITCHBOARD_SERVICES_QUEUE_CLAIM_H_
#define SWITCHBOARD_SERVICES_QUEUE_CLAIM_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/queue/inquiry_record.h"
#include "services/queue/lane.h"
#include "services/queue/place.h"

namespace switchboard::queue {

// A lane as one claim sees it.
struct LaneCursor {
  QueueNumber queue = 0;
  Lane lane;
  int64_t after_position = 0;     // looks only at positions beyond this hint
  absl::Duration target;          // head is due at TimeOf(position) + target
  absl::Duration lease_duration;  // where the slot names none
};

struct ClaimSlot {
  std::string worker;
  std::optional<absl::Duration> lease_duration;
  int capacity = 0;  // how many inquiries the worker may hold at once; 0: any number. For ClaimWithin only
};

// Hands out up to `slots.size()` inquiries: those due first over all lanes; the first to the first slot, and so on.
struct ClaimBatch {
  std::vector<LaneCursor> lanes;
  std::vector<ClaimSlot> slots;
  int64_t token = 0;      // never 0; fresh for each batch; with the place it names the lease
  absl::Time now;         // of the database's clock
  bool repeated = false;  // an earlier try with this token had an unknown outcome: look for its leases first
};

struct ClaimedInquiry {
  InquiryContent content;
  Place place;
  std::string topic;  // in force now
  int attempts = 0;   // this one included
  int64_t token = 0;
  std::string worker;
  absl::Time lease_until;
  bool has_messages = false;  // something was appended, now or before an earlier lease; see Conversation
};

// What a claim got for workers who may hold so many and no more.
struct LimitedClaim {
  std::vector<ClaimedInquiry> claimed;
  // The slots of the batch for which there was room; the first `claimed.size()` of them are those of `claimed`, in its
  // order. Where there are more, nothing is left to claim.
  std::vector<size_t> slots;
};

// A reopened inquiry that is to wait for the worker who answered it last.
struct Keeping {
  int64_t id = 0;
  Place place;  // where it is ready
  std::string worker;
  absl::Time now;
  absl::Time until;            // then it is everybody's
  int64_t event_position = 0;  // fresh (common/ids)
};

// A worker's claim for what is kept for it.
struct KeptClaim {
  struct Queue {
    QueueNumber number = 0;
    absl::Duration lease_duration;
  };
  std::string worker;
  std::vector<Queue> queues;
  std::vector<std::string> languages;  // of lanes; empty: all; "und" goes to everyone
  int capacity = 0;                    // as ClaimSlot's
  int64_t token = 0;                   // never 0; fresh
  std::vector<int64_t> positions;      // fresh; as many as may be claimed
  absl::Time now;
  bool repeated = false;  // an earlier try with this token had an unknown outcome
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_CLAIM_H_
