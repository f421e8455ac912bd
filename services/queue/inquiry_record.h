// What an inquiry is, and what is on its record.
#ifndef SWITCHBOARD_SERVICES_QUEUE_INQUIRY_RECORD_H_
#define SWITCHBOARD_SERVICES_QUEUE_INQUIRY_RECORD_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "services/queue/lane.h"
#include "services/queue/place.h"

namespace switchboard::queue {

// The numbers of the API's enum switchboard.v1.Event.Kind and of the database.
enum class EventKind : int16_t {
  kReceived = 1,
  kClaimed = 2,
  kCompleted = 3,
  kReleased = 4,
  kDeferred = 5,
  kTransferred = 6,
  kEscalated = 7,
  kReclassified = 8,
  kExpired = 9,
  kDeadLettered = 10,
  kRedriven = 11,
  kWithdrawn = 12,
  kMessageAppended = 13,
  kReopened = 14,
  kOverflowed = 15,
  kResumed = 16,
  kReplied = 17,
  kReplyRefused = 18,
  kDelivered = 19,
  kUndeliverable = 20,
  kAwaitingAuthority = 21,
  kAuthorized = 22,
  kDraftReturned = 23,
  kCorrected = 26,
  kMovedToPrivate = 27,
  kStatutoryOutcome = 28,
  kStatuteApplied = 29,
  kDraftClaimed = 32,
  kDraftReleased = 33,
  kKeptForWorker = 34,
  kViewed = 36,
};

// The numbers of switchboard.v1.Inquiry.State.
enum class InquiryState : int16_t {
  kReady = 1,
  kLeased = 2,
  kDelayed = 3,
  kDeadLettered = 4,
  kCompleted = 5,
  kWithdrawn = 6,
};

// What was taken in; never changes. Enums of the API are kept as their numbers: the engine does not interpret them.
struct InquiryContent {
  int64_t id = 0;  // its shard is in it, see common/ids
  int32_t tenant = 1;
  int16_t channel = 0;
  int16_t visibility = 0;
  int16_t topic_method = 0;
  bool unsure = false;
  float confidence = 0;
  float runner_up_confidence = 0;
  std::string topic;      // as taken in; a later correction is in StoredInquiry::topic
  std::string runner_up;  // empty: none
  std::string language;
  std::string area;
  std::string route;
  std::string external_id;
  std::string author;
  std::string urgency_signals;  // ids separated by commas
  absl::Time create_time;
  absl::Time first_response_due;
  std::string text;
};

struct StoredMessage {
  int16_t author = 0;  // switchboard.v1.Message.Author
  int16_t visibility = 0;
  std::string text;
  absl::Time create_time;
  // Of a reply, empty otherwise:
  std::string worker = {};      // who held the lease
  std::string guidelines = {};  // that it went out under, with their versions, separated by commas
  std::string rules = {};       // that it passed, separated by commas
  std::string answers = {};     // that it cites, with their versions, separated by commas
  std::string corrects = {};    // of a correction: the answer that was wrong
};

struct StoredEvent {
  EventKind kind = EventKind::kReceived;
  absl::Time time;
  QueueNumber queue = 0;
  std::string worker;
  std::string topic;
  int16_t disposition = 0;
  std::string reason;
  int attempts = 0;
};

// An inquiry as it is now.
struct StoredInquiry {
  InquiryContent content;
  InquiryState state = InquiryState::kReady;
  std::string topic;  // in force
  QueueNumber queue = 0;
  Priority priority = Priority::kNormal;
  int attempts = 0;
  int16_t disposition = 0;
};

struct InquiryFilter {
  std::optional<InquiryState> state;
  std::optional<QueueNumber> queue;
  std::string topic;
  int16_t channel = 0;
  std::optional<absl::Time> created_from;
  std::optional<absl::Time> created_before;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_INQUIRY_RECORD_H_
