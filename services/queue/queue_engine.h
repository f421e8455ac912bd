// The queue engine: what intake, frontline and operations call. It batches concurrent calls into few commits, chooses
// lanes, wakes waiting workers, watches leases, and keeps everything that must survive in a QueueStore.
//
// Asynchronous calls take a callback that runs exactly once, on one of the engine's threads (or, for a refusal that is
// known at once, on the caller's): it must not block. Nothing that was acknowledged depends on this process's memory.
#ifndef SWITCHBOARD_SERVICES_QUEUE_QUEUE_ENGINE_H_
#define SWITCHBOARD_SERVICES_QUEUE_QUEUE_ENGINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/ids/id_generator.h"
#include "common/time/business_calendar.h"
#include "common/time/clock.h"
#include "services/queue/queue_metrics.h"
#include "services/queue/queue_store.h"
#include "services/queue/reply_draft.h"

namespace switchboard::queue {

struct EngineOptions {
  int submit_writers = 2;  // connections that store new inquiries, each one commit at a time
  int settle_writers = 2;
  int claim_writers = 1;
  int max_batch = 1000;         // elements a commit
  int64_t max_pending = 20000;  // elements that wait for a commit before OVERLOADED
  int64_t max_pending_bytes = 256 << 20;
  int max_waiting_claims = 20000;
  absl::Duration request_id_memory = absl::Hours(24 * 7);
  absl::Duration sweep_interval = absl::Seconds(1);        // leases, delayed, overflow, hints
  absl::Duration poll_interval = absl::Milliseconds(200);  // longest wait to see what another process submitted
  absl::Duration retention = absl::ZeroDuration();         // zero: keep closed inquiries for ever
  absl::Duration in_doubt_limit = absl::Seconds(10);       // how long an unknown commit outcome is asked about
  bool run_maintenance = true;                             // partitions, retention, request ids
  // How long an inquiry that is reopened waits for the worker who answered it last before it is everybody's, where
  // `takes_work` says that this worker takes work; zero, or no such function: not at all.
  absl::Duration same_worker_first = absl::Minutes(1);
  std::function<bool(std::string_view worker)> takes_work;
  std::function<double()> random;  // uniform in [0, 1), for the jitter of back-offs; empty: the engine's own
};

// What the configuration says of one queue, as far as the engine is concerned.
struct QueueSettings {
  std::string name;
  absl::Duration target_urgent, target_high, target_normal, target_low;  // for the first response
  std::optional<absl::Duration> resolution_urgent, resolution_high, resolution_normal, resolution_low;
  std::shared_ptr<const BusinessCalendar> calendar;  // in which the targets count; null: every hour does
  absl::Duration lease_duration;
  int max_attempts = 5;
  absl::Duration retry_initial;
  absl::Duration retry_max;

  absl::Duration TargetFor(Priority priority) const;
  std::optional<absl::Duration> ResolutionTargetFor(Priority priority) const;
};

// One inquiry to take in. `content.id`, `create_time` and `first_response_due` are filled in by the engine.
struct Submission {
  InquiryContent content;
  std::string queue;
  Priority priority = Priority::kNormal;
  std::optional<absl::Duration> statute;  // of its topic: within how long the law wants an outcome
  std::optional<Uuid> request_id;
  uint64_t content_hash = 0;
  std::string caller;             // for fairness among callers
  absl::Duration overflow_after;  // zero: no overflow
  std::string overflow_queue;
};

struct Accepted {
  int64_t id = 0;
  bool duplicate = false;
  // Of the stored inquiry. For a duplicate the edge answers by Get.
  absl::Time create_time;
  absl::Time first_response_due;
};

struct ClaimRequest {
  std::vector<std::string> queues;
  std::string worker;
  std::vector<std::string> languages;  // empty: all; inquiries of unknown language ("und") go to everyone
  int max_inquiries = 1;
  std::optional<absl::Duration> lease_duration;
  absl::Time wait_until;  // answers empty at this time (of the engine's clock); InfinitePast: does not wait
  // How many inquiries the worker may hold at once, from all processes together; 0: any number. Where it holds as many,
  // the claim is answered empty before its time.
  int capacity = 0;
};

// A lease as the worker's system sees it.
struct GrantedLease {
  std::string token;  // opaque text
  ClaimedInquiry inquiry;
  std::string queue;
  std::vector<StoredMessage> messages;
};

// What a worker wants done with a lease.
struct SettleRequest {
  std::string lease_token;
  EventKind kind = EventKind::kCompleted;  // kCompleted, kReleased, kDeferred, kTransferred, kEscalated, kReclassified
  int16_t disposition = 0;                 // kCompleted
  std::optional<absl::Duration> delay;     // kReleased; nothing: the queue's back-off
  absl::Time until;                        // kDeferred
  std::string queue;                       // kTransferred, kEscalated (empty: its own), kReclassified
  std::optional<Priority> priority;        // kReclassified: as routed
  std::string topic;                       // kReclassified
  std::optional<absl::Duration> statute;   // kReclassified: of `topic`
  std::string reason;
};

// A reply that guidelines let out.
struct ReplyRequest {
  std::string lease_token;
  StoredMessage message;    // without `create_time` and `worker`
  Uuid request_id;          // two replies to an inquiry with the same one are one reply
  int16_t disposition = 0;  // how the inquiry is settled by it; 0: the worker keeps it
  // Opens a private leg for it; `holding` without `create_time` and `worker`, and without positions.
  std::optional<LegOpening> opening = {};
};

// A message that a connector holds; its token is opaque text.
struct GrantedDelivery {
  std::string token;
  OutboundMessage message;
  absl::Time lease_until;
};

struct ReportedDelivery {
  int64_t inquiry = 0;
  bool repeated = false;
  std::optional<absl::Time> next_attempt;  // where it will be tried again
};

struct Settled {
  int64_t id = 0;
  bool repeated = false;
  bool reopened = false;
  bool lease_kept = false;      // kReclassified within the same queue, and replies that leave it open
  bool first_response = false;  // nobody had answered before
  InquiryState state = InquiryState::kCompleted;
  absl::Time ready_time;
  std::string queue;
  Priority priority = Priority::kNormal;
};

// A reply that somebody with the authority is to decide on.
struct DraftRequest {
  std::string lease_token;
  StoredMessage message;  // visibility and text
  Uuid request_id;        // two drafts for an inquiry with the same one are one draft
  int16_t disposition = 0;
  int authority_level = 0;
  std::string refusal;  // the rules that ask for it
  absl::Duration wait;  // from now to the deadline
  DeadlineAction at_deadline = DeadlineAction::kRelease;
  std::string holding_reply;
  std::string reassign_to;  // a queue; empty: its own
};

struct KeptDraft {
  DraftKey key;
  absl::Time deadline;
  bool repeated = false;
};

// What somebody with the authority says of a draft.
struct DraftAnswer {
  DraftKey key;
  bool send = false;         // else it is returned to its author
  std::string decided_by;    // a worker's id
  std::string advice;        // to its author, where it is returned
  std::string guidelines;    // that it goes out under
  std::string rules;         // that it keeps
  int64_t review_token = 0;  // of the review under which it is decided; 0: without one
};

// What a reviewer wants to be handed.
struct ReviewRequest {
  std::string worker;
  std::vector<std::string> queues;
  std::vector<std::string> languages;  // empty: all
  int authority_level = 0;
  int max_drafts = 1;
  absl::Duration duration;  // of the review
};

struct DecidedDraft {
  StoredDraft draft;
  bool repeated = false;
  bool reopened = false;
  bool first_response = false;  // nobody had answered before it was sent
};

// A lease that a worker holds, as the worker's system would name it.
struct WorkersLease {
  std::string token;  // opaque text
  int64_t inquiry = 0;
  QueueNumber queue = 0;
  absl::Time claim_time;
  absl::Time lease_until;
};

struct QueueFigures {
  QueueRecord record;
  std::vector<LaneFigures> lanes;
  double in_rate = 0;  // per second over the last minute, all processes
  double out_rate = 0;
  int64_t received_total = 0;
  int64_t unsure_total = 0;
  int64_t completed_total = 0;
};

struct FiguresSample {
  absl::Time time;
  std::vector<QueueFigures> queues;       // ordered by name
  std::vector<OutboundFigures> outbound;  // of channels for which something waits
};

template <typename T>
using Callback = absl::AnyInvocable<void(absl::StatusOr<T>)>;

struct PendingSubmission {
  Submission submission;
  Callback<Accepted> done;
};

struct PendingSettlement {
  SettleRequest request;
  Callback<Settled> done;
};

// Thread-safe. Owns its threads; `store`, `clock`, `ids` and `metrics` outlive it. `clock` follows the database's time.
class QueueEngine {
 public:
  virtual ~QueueEngine() = default;

  // Starts the threads; loads queues and lanes. Call once, before anything else.
  virtual absl::Status Start() = 0;

  // Stops granting leases: waiting claims are answered empty. Submits and settlements go on.
  virtual void StopGranting() = 0;

  // Finishes what is in flight and stops the threads. Later calls get UNAVAILABLE (SHUTTING_DOWN). Idempotent.
  virtual void Shutdown() = 0;

  // Puts queue settings in force and registers new queues. Queues that are left out keep what waits in them.
  virtual absl::Status Configure(std::vector<QueueSettings> settings) = 0;

  // Stores an inquiry. The callback comes after the commit. NOT_FOUND for an unknown queue; OVERLOADED; ALREADY_EXISTS
  // with REQUEST_ID_REUSED.
  virtual void Submit(Submission submission, Callback<Accepted> done) = 0;

  // The same for many at once, each answered by itself; they share as few commits as possible.
  virtual void SubmitAll(std::vector<PendingSubmission> submissions) = 0;

  // Hands out work or waits for it. Returns a number with which the wait can be cancelled (a cancelled wait answers
  // CANCELLED, unless its answer was under way). NOT_FOUND, QUEUE_PAUSED, OVERLOADED.
  virtual int64_t Claim(ClaimRequest request, Callback<std::vector<GrantedLease>> done) = 0;
  virtual void CancelClaim(int64_t claim) = 0;
  // Leases what is kept for the request's worker, who answered it before (see EngineOptions::same_worker_first); mostly
  // nothing, and at once. Blocks on the database where there is something.
  virtual absl::StatusOr<std::vector<GrantedLease>> ClaimKept(const ClaimRequest& request) = 0;
  // Makes everybody's what any process keeps for a worker who went away. Gives their ids, oldest first.
  virtual absl::StatusOr<std::vector<int64_t>> ReleaseKept(std::string_view worker) = 0;

  // Moves a leased inquiry on. FAILED_PRECONDITION with LEASE_LOST; INVALID_ARGUMENT for a token that is none.
  virtual void Settle(SettleRequest request, Callback<Settled> done) = 0;

  // The same for many at once, each answered by itself.
  virtual void SettleAll(std::vector<PendingSettlement> settlements) = 0;

  // Answers the new end of the lease. Nothing for `duration`: the queue's own.
  virtual void Extend(std::string_view lease_token, std::optional<absl::Duration> duration,
                      Callback<absl::Time> done) = 0;

  // The calls below block on the database.

  // Sends a reply, and settles the inquiry where the request says so, in one commit. LEASE_LOST.
  virtual absl::StatusOr<Settled> Reply(ReplyRequest request) = 0;
  // Hands replies to the connector of a channel, oldest first; may be fewer than `limit`, or none.
  virtual absl::StatusOr<std::vector<GrantedDelivery>> ClaimDeliveries(int16_t channel, int limit,
                                                                       absl::Duration lease) = 0;
  // LEASE_LOST; INVALID_ARGUMENT for a text that is no token. Repeating it changes nothing and answers what is stored;
  // a second report that differs from the first is LEASE_LOST, but for DELIVERED of what nobody has claimed again.
  virtual absl::StatusOr<ReportedDelivery> ReportDelivery(std::string_view delivery_token, DeliveryResult result,
                                                          std::string_view reason) = 0;
  // Nothing where the inquiry has none.
  virtual absl::StatusOr<std::optional<PrivateLeg>> FindPrivateLeg(int64_t id) = 0;
  // See QueueStore for these.
  virtual absl::StatusOr<bool> RecallAnswer(std::string answer, std::string worker, std::string reason) = 0;
  virtual absl::StatusOr<std::vector<std::string>> RecalledAnswers() = 0;
  virtual absl::StatusOr<std::vector<CitedReply>> UncorrectedReplies(std::string_view answer, int64_t after,
                                                                     int limit) = 0;
  virtual absl::StatusOr<int64_t> CountUncorrected(std::string_view answer) = 0;
  // Sends a correction of `reply`, which cites `message.corrects`; once, however often it is repeated: false then.
  virtual absl::StatusOr<bool> Correct(const CitedReply& reply, StoredMessage message, std::string_view reason) = 0;
  // Notes on the record that a member of staff looked at the inquiry. NOT_FOUND.
  virtual absl::Status NoteView(int64_t id, std::string_view worker) = 0;
  // Notes on the record that a reply was not let out, and why. LEASE_LOST.
  virtual absl::Status NoteRefusedReply(std::string_view lease_token, std::string_view reason) = 0;
  // Notes what became of a right that a statute gives, and keeps the lease; or, where the inquiry is closed, after it:
  // see clocks.h for `reason`. LEASE_LOST.
  virtual absl::Status NoteStatutoryOutcome(std::string_view lease_token, std::string_view reason) = 0;

  // Keeps a reply until somebody with the authority has decided; the author's lease is over. At the deadline the engine
  // does what the request says, once. LEASE_LOST; NOT_FOUND for the queue.
  virtual absl::StatusOr<KeptDraft> KeepDraft(DraftRequest request) = 0;
  // Decides on a draft. Repeating it changes nothing. NOT_FOUND; FAILED_PRECONDITION with DRAFT_DECIDED, with
  // DRAFT_CLAIMED where another reviewer has it, with REVIEW_LOST, or with LEASE_LOST where the inquiry was taken away
  // meanwhile.
  virtual absl::StatusOr<DecidedDraft> DecideDraft(const DraftAnswer& answer) = 0;
  // Hands waiting drafts to a reviewer, those with the nearest deadlines first, and to nobody else meanwhile; may be
  // fewer than asked for, or none. NOT_FOUND for a queue.
  virtual absl::StatusOr<std::vector<StoredDraft>> ClaimDrafts(const ReviewRequest& request) = 0;
  // Gives back one of them, or all that the reviewer has. Gives what came back.
  virtual absl::StatusOr<std::vector<DraftKey>> ReleaseDrafts(std::string_view worker, std::optional<DraftKey> key,
                                                              int64_t review_token) = 0;
  virtual absl::StatusOr<StoredDraft> GetDraft(const DraftKey& key) = 0;
  virtual absl::StatusOr<std::vector<StoredDraft>> ListDrafts(const DraftFilter& filter) = 0;
  // The token of the lease that the author of a returned draft has; "" for other drafts.
  virtual std::string TokenOf(const StoredDraft& draft) const = 0;

  // What the worker holds in all queues, those claimed first first; in every process.
  virtual absl::StatusOr<std::vector<WorkersLease>> LeasesOf(std::string_view worker) = 0;
  // Who holds the lease; "" where it is lost.
  virtual absl::StatusOr<std::string> HolderOf(std::string_view lease_token) = 0;

  virtual absl::StatusOr<StoredInquiry> Get(int64_t id) = 0;
  virtual absl::StatusOr<std::vector<StoredEvent>> History(int64_t id) = 0;
  virtual absl::StatusOr<std::vector<StoredMessage>> Conversation(int64_t id) = 0;
  virtual absl::StatusOr<std::vector<StoredInquiry>> List(const InquiryFilter& filter, int64_t before_id,
                                                          int limit) = 0;
  virtual absl::StatusOr<WithdrawOutcome> Withdraw(int64_t id, std::string_view reason) = 0;
  virtual absl::StatusOr<AppendOutcome> Append(int64_t id, StoredMessage message, std::optional<Uuid> request_id,
                                               uint64_t content_hash) = 0;
  virtual absl::StatusOr<std::vector<DeadLetterEntry>> ListDeadLetters(std::optional<QueueNumber> queue,
                                                                       int64_t before_id, int limit) = 0;
  struct RedriveResult {
    std::vector<int64_t> ids;
    int64_t remaining = 0;
  };
  virtual absl::StatusOr<RedriveResult> Redrive(const DeadLetterSelection& selection, std::optional<QueueNumber> target,
                                                int max_count, bool dry_run) = 0;
  virtual absl::StatusOr<QueueRecord> SetPaused(std::string_view queue, bool paused, std::string_view reason) = 0;
  virtual absl::StatusOr<std::vector<LeaseHolder>> Holders(std::string_view queue, int limit) = 0;

  // The last sample of all queues; takes a new one first where the last is older than `max_age` and samples are cheap.
  // A `max_age` of zero takes a new one whatever it costs: for decisions, not for displays.
  virtual absl::StatusOr<FiguresSample> Figures(absl::Duration max_age) = 0;

  // From memory. NOT_FOUND / "" for unknown ones.
  virtual absl::StatusOr<QueueNumber> NumberOf(std::string_view queue) const = 0;
  virtual std::string NameOf(QueueNumber queue) const = 0;
  // What the token says, without asking the database. INVALID_ARGUMENT for a text that is no token.
  virtual absl::StatusOr<LeaseKey> DecodeToken(std::string_view lease_token) const = 0;

  // Another process has work in these queues: looks at once instead of at the next poll. Never needed for correctness.
  virtual void Hint(absl::Span<const QueueNumber> queues) = 0;

  // Queues in which inquiries became ready by this process since the last call: what to hint to other processes.
  virtual std::vector<QueueNumber> TakeFreshQueues() = 0;

  // The clock jumped: every thread that waits for a time looks at it anew. For clocks that are moved by hand.
  virtual void ClockMoved() = 0;
};

std::unique_ptr<QueueEngine> MakeQueueEngine(QueueStore& store, const Clock& clock, IdGenerator& ids,
                                             QueueMetrics& metrics, EngineOptions options);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_QUEUE_ENGINE_H_
