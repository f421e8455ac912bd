// Replies on their way out: what a worker sends, and what the connector of a channel is handed of it.
#ifndef SWITCHBOARD_SERVICES_QUEUE_OUTBOUND_H_
#define SWITCHBOARD_SERVICES_QUEUE_OUTBOUND_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "common/ids/uuid.h"
#include "services/queue/inquiry_record.h"
#include "services/queue/lease.h"
#include "services/queue/settlement.h"

namespace switchboard::queue {

// The number of switchboard.v1.Visibility.PRIVATE.
inline constexpr int16_t kPrivateVisibility = 2;

// Where the private messages of a public inquiry go.
struct PrivateLeg {
  int16_t channel = 0;
  std::string address;  // empty: the inquiry's author

  friend bool operator==(const PrivateLeg&, const PrivateLeg&) = default;
};

// The private leg that a reply opens: `holding` goes out in public before it, in the same commit.
struct LegOpening {
  PrivateLeg leg;
  StoredMessage holding;
  int64_t holding_id = 0;      // a fresh position, before `event_position`
  int64_t event_position = 0;  // fresh, before the reply's own message id
  std::string reason;          // for the record
};

// A reply to a leased inquiry that goes out.
struct OutgoingReply {
  LeaseKey lease;
  StoredMessage message;              // `worker` is the lease's and need not be given
  int64_t message_id = 0;             // a fresh position (common/ids)
  Uuid request_id;                    // two replies to an inquiry with the same one are one reply
  std::optional<Settlement> closing;  // of this very lease, kClosed; nothing: the worker keeps the lease
  std::optional<LegOpening> opening;  // of a private reply to a public inquiry
};

// A reply for the connector of its channel.
struct OutboundMessage {
  int64_t inquiry = 0;
  int64_t message_id = 0;
  int16_t channel = 0;
  int16_t visibility = 0;
  int attempts = 0;  // this one included
  std::string text;
  std::string author;       // whom it answers, as the inquiry has it
  std::string external_id;  // of the inquiry
  std::string address;      // of the private leg; empty: `author`
};

// Hands a connector the oldest messages of its channel that are due.
struct OutboundClaim {
  int16_t channel = 0;
  int limit = 1;
  int64_t token = 0;  // never 0; fresh for each claim
  absl::Time now;
  absl::Time lease_until;
};

// What a connector says became of a message. The numbers are those of the database.
enum class DeliveryResult : int16_t {
  kDelivered = 1,
  kTemporaryFailure = 2,  // the channel could not take it now: tried again, longer and longer apart, then given up
  kPermanentFailure = 3,  // the channel never will: given up
  kTechnicalFailure = 4,  // the connector itself is broken: tried again, not counted as an attempt
};

// What became of a message that a connector holds: what it says, and what follows from that.
struct OutboundReport {
  enum class Result { kDelivered, kRetry, kUndeliverable };
  int64_t inquiry = 0;
  int64_t message_id = 0;
  int16_t channel = 0;
  int64_t token = 0;
  DeliveryResult said = DeliveryResult::kDelivered;
  Result result = Result::kDelivered;
  absl::Time due;               // kRetry: not before
  bool refund_attempt = false;  // kRetry: this one does not count
  std::string reason;           // the provider's id of what was delivered, or what went wrong
  int64_t event_position = 0;   // fresh (common/ids)
};

struct OutboundOutcome {
  enum class Kind {
    kDone,
    kRepeated,           // the same token had reported the same: nothing changed
    kReportedOtherwise,  // the same token had reported something else: nothing changed
    kLeaseLost,          // nothing changed
  };
  Kind kind = Kind::kLeaseLost;
  DeliveryResult said = DeliveryResult::kDelivered;  // what the token has reported
  std::optional<absl::Time> due;  // when it is handed out again; nothing where it was delivered or given up
};

// What the record says of a message that was delivered or given up: on which leg it went out, its place in the
// conversation (from 1), and the report's reason. "EMAIL, PRIVATE, message 2: no such account".
std::string DeliveryRemark(const OutboundReport& report, int16_t visibility, int64_t message_number);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_OUTBOUND_H_
