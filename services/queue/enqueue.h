// What is taken in: new inquiries, and messages that are added to what was taken in.
#ifndef SWITCHBOARD_SERVICES_QUEUE_ENQUEUE_H_
#define SWITCHBOARD_SERVICES_QUEUE_ENQUEUE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "common/ids/uuid.h"
#include "services/queue/inquiry_record.h"
#include "services/queue/place.h"

namespace switchboard::queue {

// After waiting until `at` without having been claimed since it was taken in, the inquiry moves to `queue`.
struct OverflowPlan {
  absl::Time at;
  QueueNumber queue = 0;
};

// A lease that is granted in the same commit that stores the inquiry, because a worker was waiting for it.
struct HandOff {
  std::string worker;
  int64_t token = 0;
  absl::Time lease_until;
};

struct NewInquiry {
  InquiryContent content;
  std::optional<absl::Duration> statute;  // of its topic: within how long the law wants an outcome
  Place place;
  std::optional<Uuid> request_id;
  uint64_t content_hash = 0;  // of what the caller sent; tells a repetition from a reuse of the request id
  absl::Time request_id_expires;
  std::optional<OverflowPlan> overflow;
  std::optional<HandOff> hand_off;
};

struct EnqueueOutcome {
  enum class Kind { kStored, kDuplicate, kRequestIdReused };
  Kind kind = Kind::kStored;
  int64_t id = 0;  // the stored one's; for the other kinds that of the inquiry which has the request id
};

struct AppendRequest {
  int64_t id = 0;
  StoredMessage message;
  int64_t message_id = 0;  // a fresh position (common/ids)
  std::optional<Uuid> request_id;
  uint64_t content_hash = 0;
  absl::Time request_id_expires;
  int64_t reopen_position = 0;  // a fresh position, in case it was closed
};

struct AppendOutcome {
  enum class Kind { kAppended, kReopened, kDuplicate, kRequestIdReused };
  Kind kind = Kind::kAppended;
  Place place;  // where it waits, where it was reopened
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_ENQUEUE_H_
