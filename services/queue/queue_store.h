// The storage contract of the queue engine. Everything that must survive a crash goes through here, in batches.
//
// Promises that every implementation keeps (tests/contract/queue_store_contract.h checks them all):
//   - A call that returns OK is on disk, but for Claim, whose loss in a crash only means that the lease never was.
//   - A call is all or nothing as a whole where it returns an error, and answers each element by itself where it
//     returns OK. After an error with reason COMMIT_OUTCOME_UNKNOWN the caller may repeat the very same arguments: ids,
//     positions and tokens are the caller's, so that a repetition finds what the first try did.
//   - A lease token that does not match changes nothing (fencing).
//   - Every transition appends exactly one event, in the same commit. The inquiry itself is the event RECEIVED.
//   - An inquiry is in exactly one place: dispatch, delayed, dead letters, or closed.
// Errors of every call: UNAVAILABLE (DATABASE_UNAVAILABLE: nothing happened; COMMIT_OUTCOME_UNKNOWN), ABORTED after
// bounded retries of a conflict, INTERNAL. All calls block and are thread-safe.
#ifndef SWITCHBOARD_SERVICES_QUEUE_QUEUE_STORE_H_
#define SWITCHBOARD_SERVICES_QUEUE_QUEUE_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/ids/uuid.h"
#include "services/queue/lane.h"

namespace switchboard::queue {

// A queue's number in the database; given once per name, never reused.
using QueueNumber = int32_t;

// The shard that an inquiry with this request id must live in: a repetition is looked for only there. Stable for ever.
int ShardFor(int32_t tenant, const Uuid& request_id);

// Where a waiting or leased inquiry stands. Positions are time-ordered and fresh at each entry (common/ids).
struct Place {
  QueueNumber queue = 0;
  Lane lane;
  int64_t position = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

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

// The lease that a worker's call claims to have. A token of 0 is no lease and never matches.
struct LeaseKey {
  int64_t id = 0;
  Place place;
  int64_t token = 0;
};

// Takes an inquiry from the place where it is leased to where it goes next.
struct Settlement {
  enum class Target { kClosed, kReady, kDelayed, kDeadLetter };
  LeaseKey lease;
  EventKind kind = EventKind::kCompleted;
  Target target = Target::kClosed;
  Place next;                    // kReady, kDelayed, kDeadLetter (queue and lane; position for kReady only);
                                 // kClosed: where it would be reopened, with a fresh position
  absl::Time ready_time;         // kDelayed
  bool forget_attempts = false;  // transfer, escalate: attempts start at 0 again
  bool refund_attempt = false;   // defer: this claim does not count
  bool only_if_expired = false;  // applies only to a lease that ended by `now`: a sweep must not beat an extension
  int16_t disposition = 0;       // kClosed
  std::string reason;
  std::string topic;                      // kReclassified: the topic from now on
  std::optional<absl::Duration> statute;  // of `topic`: within how long the law wants an outcome
  absl::Time now;
};

struct SettleOutcome {
  enum class Kind {
    kDone,
    kRepeated,   // the same token had settled it the same way before: nothing changed
    kLeaseLost,  // nothing changed
  };
  Kind kind = Kind::kLeaseLost;
  bool reopened = false;  // kClosed: the citizen had written meanwhile, so it waits again at `next`, with a
                          // REOPENED event after the COMPLETED one and its attempts at 0
  absl::Time claim_time;  // kDone: when this lease was granted, for handle time
  int attempts = 0;
  bool answered = false;  // kDone: somebody had replied or settled it before
};

// A lease as it stands in the store.
struct HeldLease {
  LeaseKey lease;
  int16_t channel = 0;
  int attempts = 0;  // this one included
  absl::Time claim_time;
  absl::Time lease_until;
  absl::Time first_response_due;
};

// A lane, and a position below which nothing in it is ready (a hint, see ClaimDesk).
struct LaneHint {
  QueueNumber queue = 0;
  Lane lane;
  int64_t position = 0;
};

struct ExpiredLease {
  LeaseKey lease;
  int attempts = 0;
};

// What the sweep of one lane found below its hint.
struct LaneSweep {
  std::vector<ExpiredLease> expired;
  // The first position that is ready, or nothing where none is: where a hint may safely stand.
  std::optional<int64_t> first_ready;
};

struct DueInquiry {
  int64_t id = 0;
  Place place;
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

// A version of an answer ("pothole-report@2") that must not be used any more.
struct AnswerRecall {
  std::string answer;
  std::string worker;  // who answers for it
  std::string reason;
  absl::Time now;
};

// A reply that cites an answer.
struct CitedReply {
  int64_t inquiry = 0;
  int64_t message_id = 0;
  int16_t visibility = 0;
};

// What the citizen is told because a reply cited a wrong answer.
struct Correction {
  int64_t inquiry = 0;
  int64_t corrected_id = 0;    // the message of the reply
  StoredMessage message;       // `corrects` is the answer; its visibility is that of the reply, whatever it says
  int64_t message_id = 0;      // a fresh position (common/ids)
  int64_t event_position = 0;  // as well
  Uuid request_id;             // the same for the same reply and answer
  std::string reason;          // for the record
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

// What became of a message that a connector holds.
struct OutboundReport {
  enum class Result { kDelivered, kRetry, kUndeliverable };
  int64_t inquiry = 0;
  int64_t message_id = 0;
  int16_t channel = 0;
  int64_t token = 0;
  Result result = Result::kDelivered;
  absl::Time due;               // kRetry: not before
  bool refund_attempt = false;  // kRetry: this one does not count
  std::string reason;           // the provider's id of what was delivered, or what went wrong
  int64_t event_position = 0;   // fresh (common/ids)
};

enum class WithdrawOutcome { kWithdrawn, kAlreadyWithdrawn, kCompleted };

struct DeadLetterEntry {
  StoredInquiry inquiry;
  std::string reason;
  absl::Time time;
};

struct DeadLetterSelection {
  std::optional<QueueNumber> queue;
  std::vector<int64_t> ids;  // used where no queue is given
};

struct LaneFigures {
  QueueNumber queue = 0;
  Lane lane;
  int64_t ready = 0;
  int64_t leased = 0;
  int64_t delayed = 0;
  int64_t dead = 0;
  std::optional<absl::Time> oldest_ready;
};

// What went through a queue since the beginning, and in the last minute. `received` counts where inquiries were taken
// in.
struct QueueTally {
  QueueNumber queue = 0;
  int64_t received = 0;
  int64_t unsure = 0;
  int64_t completed = 0;
  int64_t received_last_minute = 0;
  int64_t completed_last_minute = 0;
};

struct LeaseHolder {
  std::string worker;
  int64_t leases = 0;
  absl::Time next_expiry;
};

struct QueueRecord {
  QueueNumber number = 0;
  std::string name;
  bool paused = false;
  std::string pause_reason;
};

// See reply_draft.h.
struct NewDraft;
struct ParkedDraft;
struct StoredDraft;
struct DraftDecision;
struct DraftOutcome;
struct DraftFilter;
struct DraftKey;
struct DraftClaim;
struct DraftRelease;

class QueueStore {
 public:
  virtual ~QueueStore() = default;

  // Stores inquiries in one commit: inquiry, request id and dispatch row (leased at once where `hand_off` is set, with
  // its CLAIMED event), and STATUTE_APPLIED where its topic has a statute. Answers in their order. Two with the same
  // request id in one batch: the first wins. An id that is stored already is a repetition after an unknown outcome:
  // kStored. An inquiry with a request id has an id in ShardFor(tenant, request id).
  virtual absl::StatusOr<std::vector<EnqueueOutcome>> Enqueue(absl::Span<const NewInquiry> inquiries) = 0;

  // Leases the inquiries that are due first; may return fewer than there are slots. Not waiting for the disk. Repeated
  // with the same token (beyond the same cursors) it gives again what the first try leased, without counting it twice.
  virtual absl::StatusOr<std::vector<ClaimedInquiry>> Claim(const ClaimBatch& batch) = 0;

  // The same, for slots with a capacity: a worker is handed no more than there is room for beside the leases that it
  // has from such claims, whatever is claimed for it at the same moment by way of other stores. What a draft holds does
  // not count while it waits; a draft that is returned may lead beyond the capacity.
  virtual absl::StatusOr<LimitedClaim> ClaimWithin(const ClaimBatch& batch) = 0;

  // Whose reply to the inquiry went out last, or who settled it last; "" for nobody.
  virtual absl::StatusOr<std::string> LastAnsweredBy(int64_t id) = 0;

  // Takes an inquiry that is ready, and keeps it delayed for one worker; appends KEPT_FOR_WORKER. PromoteDelayed makes
  // it everybody's in time. False: it is no longer ready there.
  virtual absl::StatusOr<bool> KeepFor(const Keeping& keeping) = 0;

  // The workers for whom something is kept now.
  virtual absl::StatusOr<std::vector<std::string>> WorkersKeptFor(absl::Time now) = 0;

  // Leases what is kept for the worker, oldest first, within its capacity. Not waiting for the disk. Repeated with the
  // same token it gives again what the first try leased.
  virtual absl::StatusOr<std::vector<ClaimedInquiry>> ClaimKept(const KeptClaim& claim) = 0;

  // Moves leased inquiries on, in one commit; answers in their order. A lease that has ended but was not yet taken away
  // still counts: only its token matters. RECLASSIFIED is followed by STATUTE_APPLIED where the topic has a statute.
  virtual absl::StatusOr<std::vector<SettleOutcome>> Settle(absl::Span<const Settlement> settlements) = 0;

  // Moves the ends of leases; true where the token matched. `until` runs parallel to `leases`.
  virtual absl::StatusOr<std::vector<bool>> Extend(absl::Span<const LeaseKey> leases,
                                                   absl::Span<const absl::Time> until) = 0;

  // Looks at a lane's positions from its beginning: leases that ended before `now` (at most `limit`), and the first
  // ready position. Costs what is leased there, not what waits: it stops at the first ready position beyond `hint`.
  virtual absl::StatusOr<LaneSweep> SweepLane(QueueNumber queue, Lane lane, int64_t hint, absl::Time now,
                                              int limit) = 0;

  // The leases that a worker holds in these lanes, those that were claimed first first, but for those that a draft
  // holds for it. Costs what is leased there, as SweepLane does.
  virtual absl::StatusOr<std::vector<HeldLease>> LeasesOf(std::string_view worker,
                                                          absl::Span<const LaneHint> lanes) = 0;

  // Who holds the lease; "" where nobody does with this token.
  virtual absl::StatusOr<std::string> HolderOf(const LeaseKey& lease) = 0;

  // Moves delayed inquiries whose time has come to their lanes, at most as many as there are fresh `positions`;
  // appends RESUMED. Returns where they went. A repetition (in these two and Redrive) needs fresh positions: it goes on
  // with what is still to be moved.
  virtual absl::StatusOr<std::vector<DueInquiry>> PromoteDelayed(absl::Time now,
                                                                 absl::Span<const int64_t> positions) = 0;

  // Moves inquiries whose overflow plan has come due, and that still wait unclaimed where they were taken in, to the
  // plan's queue; appends OVERFLOWED. Returns where they went; `examined` gets how many plans were used up.
  virtual absl::StatusOr<std::vector<DueInquiry>> RunOverflow(absl::Time now, absl::Span<const int64_t> positions,
                                                              int* examined) = 0;

  // Every lane that was ever used.
  virtual absl::StatusOr<std::vector<std::pair<QueueNumber, Lane>>> ListLanes() = 0;

  // NOT_FOUND where there is no such inquiry (in these three).
  virtual absl::StatusOr<StoredInquiry> Get(int64_t id) = 0;
  virtual absl::StatusOr<std::vector<StoredEvent>> History(int64_t id) = 0;
  virtual absl::StatusOr<std::vector<StoredMessage>> Conversation(int64_t id) = 0;

  // The conversations of several inquiries at once, for claims; in their order.
  virtual absl::StatusOr<std::vector<std::vector<StoredMessage>>> Conversations(absl::Span<const int64_t> ids) = 0;

  // Newest first, ids below `before_id` only (0: from the newest), at most `limit`.
  virtual absl::StatusOr<std::vector<StoredInquiry>> List(const InquiryFilter& filter, int64_t before_id,
                                                          int limit) = 0;

  // Closes an inquiry wherever it is; a lease on it is lost. NOT_FOUND.
  virtual absl::StatusOr<WithdrawOutcome> Withdraw(int64_t id, std::string_view reason, absl::Time now) = 0;

  // Adds to the conversation. Open (a dead letter is): stays where it is, MESSAGE_APPENDED, and whoever holds it will
  // not close it unseen (see SettleOutcome::reopened). Closed: REOPENED, waits again in the queue and lane where it was
  // last, its attempts at 0. A request id is remembered per inquiry, as long as the inquiry is. NOT_FOUND.
  virtual absl::StatusOr<AppendOutcome> Append(const AppendRequest& request) = 0;

  // Corrects the topic of a leased inquiry in place, keeping its lease; appends RECLASSIFIED and, where the topic has a
  // statute, STATUTE_APPLIED. False: lease lost.
  virtual absl::StatusOr<bool> Reclassify(const LeaseKey& lease, std::string_view topic,
                                          std::optional<absl::Duration> statute, std::string_view reason,
                                          absl::Time now) = 0;

  // Sends a reply, in one commit: adds it to the conversation, puts it into the outbound queue of the inquiry's
  // channel, appends REPLIED, and settles the lease where `closing` says so (as Settle would, COMPLETED after REPLIED).
  // A private one goes to the private leg, where there is one. A reply whose request id the inquiry has already is
  // kRepeated and changes nothing; a lost lease sends nothing. FAILED_PRECONDITION (ANSWER_NOT_IN_FORCE) where it cites
  // a recalled answer.
  virtual absl::StatusOr<SettleOutcome> Reply(const OutgoingReply& reply) = 0;

  // Notes something about a leased inquiry, which stays as it is: REPLY_REFUSED with why, or STATUTORY_OUTCOME. False:
  // lease lost. A repetition with the same `event_position` (fresh, common/ids) notes it once.
  virtual absl::StatusOr<bool> NoteUnderLease(const LeaseKey& lease, EventKind kind, int64_t event_position,
                                              std::string_view reason, absl::Time now) = 0;

  // Notes that a member of staff looked at an inquiry, wherever it stands: VIEWED. A repetition with the same
  // `event_position` (fresh, common/ids) notes it once. NOT_FOUND.
  virtual absl::Status NoteView(int64_t id, std::string_view worker, int64_t event_position, absl::Time now) = 0;

  // Keeps a reply until somebody with the authority has decided, in one commit: the draft takes the lease over, and
  // AWAITING_AUTHORITY is appended. A draft whose request id the inquiry has already is kRepeated and changes nothing.
  virtual absl::StatusOr<ParkedDraft> ParkDraft(const NewDraft& draft) = 0;

  // Decides on a draft, once, in one commit with everything that follows: what is sent goes out as by Reply, stamped
  // with its author, after AUTHORIZED with whoever let it out; what is returned is its author's again under a new
  // lease, with DRAFT_RETURNED; a deadline does what the draft says. NOT_FOUND.
  virtual absl::StatusOr<DraftOutcome> DecideDraft(const DraftDecision& decision) = 0;

  // NOT_FOUND.
  virtual absl::StatusOr<StoredDraft> GetDraft(const DraftKey& key) = 0;
  virtual absl::StatusOr<std::vector<StoredDraft>> ListDrafts(const DraftFilter& filter) = 0;
  // Hands waiting drafts that are not due yet, and that nobody else has, to a reviewer; appends DRAFT_CLAIMED. Repeated
  // with the same token it gives again what the first try gave.
  virtual absl::StatusOr<std::vector<StoredDraft>> ClaimDrafts(const DraftClaim& claim) = 0;
  // Gives back what the reviewer has; appends DRAFT_RELEASED. Gives what was given back: repeating it changes nothing.
  virtual absl::StatusOr<std::vector<DraftKey>> ReleaseDrafts(const DraftRelease& release) = 0;
  // Waiting drafts whose deadline is reached, at most `limit`.
  virtual absl::StatusOr<std::vector<DraftKey>> DueDrafts(absl::Time now, int limit) = 0;

  // Leases messages to a connector, oldest first: those that are due and that nobody holds, or whose lease has ended.
  virtual absl::StatusOr<std::vector<OutboundMessage>> ClaimOutbound(const OutboundClaim& claim) = 0;

  // Takes what a connector says of a message that it holds: it leaves the queue (DELIVERED), waits until it is due
  // again, or is given up (UNDELIVERABLE). Repeated with the same token it changes nothing; with another it is
  // kLeaseLost.
  virtual absl::StatusOr<SettleOutcome::Kind> ReportOutbound(const OutboundReport& report) = 0;

  // Nothing where the inquiry has none.
  virtual absl::StatusOr<std::optional<PrivateLeg>> FindPrivateLeg(int64_t id) = 0;

  // Recalls a version: every reply that cites it is committed before this answers, and none afterwards. False where it
  // was recalled before: its first reason stays.
  virtual absl::StatusOr<bool> RecallAnswer(const AnswerRecall& recall) = 0;
  virtual absl::StatusOr<std::vector<std::string>> RecalledAnswers() = 0;

  // The replies that cite `answer` and have no correction, oldest first, with message ids beyond `after`.
  virtual absl::StatusOr<std::vector<CitedReply>> UncorrectedReplies(std::string_view answer, int64_t after,
                                                                     int limit) = 0;
  virtual absl::StatusOr<int64_t> CountUncorrected(std::string_view answer) = 0;

  // Corrects a reply, in one commit: adds the correction to the conversation, puts it into the outbound queue of the
  // reply's leg, and appends CORRECTED. The inquiry stays where it is. False, with nothing changed, where the reply has
  // its correction, does not cite the answer, or is gone.
  virtual absl::StatusOr<bool> Correct(const Correction& correction) = 0;

  // Newest first, ids below `before_id` only (0: from the newest).
  virtual absl::StatusOr<std::vector<DeadLetterEntry>> ListDeadLetters(std::optional<QueueNumber> queue,
                                                                       int64_t before_id, int limit) = 0;
  virtual absl::StatusOr<int64_t> CountDeadLetters(const DeadLetterSelection& selection) = 0;
  // Oldest first, at most as many as there are `positions`; `target` empty: where each was given up. Returns them with
  // where they wait now. An inquiry that is no dead letter (any more) is left alone.
  virtual absl::StatusOr<std::vector<DueInquiry>> Redrive(const DeadLetterSelection& selection,
                                                          std::optional<QueueNumber> target,
                                                          absl::Span<const int64_t> positions, absl::Time now) = 0;

  // Counts of everything that is open, by lane. A full scan: for a cached sampler only.
  virtual absl::StatusOr<std::vector<LaneFigures>> Sample() = 0;
  // Exact at the moment of the call. Reads what is newer than the last FoldTallies.
  virtual absl::StatusOr<std::vector<QueueTally>> Tallies(absl::Time now) = 0;
  // Adds what is older than a minute to stored totals, so that Tallies stays cheap and survives dropped partitions.
  virtual absl::Status FoldTallies(absl::Time now) = 0;
  virtual absl::StatusOr<std::vector<LeaseHolder>> Holders(QueueNumber queue, int limit) = 0;

  // Gives every name a number, keeps those that exist. Repeating it changes nothing.
  virtual absl::StatusOr<std::vector<QueueRecord>> RegisterQueues(absl::Span<const std::string> names) = 0;
  virtual absl::StatusOr<std::vector<QueueRecord>> ListQueues() = 0;
  // NOT_FOUND.
  virtual absl::StatusOr<QueueRecord> SetPaused(std::string_view name, bool paused, std::string_view reason) = 0;

  // Drops request ids that expired, at most `limit`; returns how many.
  virtual absl::StatusOr<int> ForgetRequestIds(absl::Time now, int limit) = 0;

  // Drops messages that were delivered or given up before then, at most `limit`; returns how many. A connector that
  // repeats its report afterwards hears that its lease is lost.
  virtual absl::StatusOr<int> ForgetOutbound(absl::Time before, int limit) = 0;

  // Makes the partitions that inquiries taken in until `ahead_until` will need.
  virtual absl::Status CreatePartitions(absl::Time ahead_until) = 0;
  // Drops partitions whose inquiries were all taken in before `older_than` and are all closed; returns how many.
  virtual absl::StatusOr<int> DropPartitions(absl::Time older_than) = 0;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_QUEUE_STORE_H_
