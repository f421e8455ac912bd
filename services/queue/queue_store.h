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
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/ids/uuid.h"
#include "services/queue/answer_recall.h"
#include "services/queue/claim.h"
#include "services/queue/dead_letters.h"
#include "services/queue/enqueue.h"
#include "services/queue/inquiry_record.h"
#include "services/queue/lane.h"
#include "services/queue/lease.h"
#include "services/queue/outbound.h"
#include "services/queue/place.h"
#include "services/queue/queue_figures.h"
#include "services/queue/reply_draft.h"
#include "services/queue/settlement.h"

namespace switchboard::queue {

// The shard that an inquiry with this request id must live in: a repetition is looked for only there. Stable for ever.
int ShardFor(int32_t tenant, const Uuid& request_id);

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

  // Makes everybody's what is kept for the worker, oldest first, at most as many as there are fresh `positions`;
  // appends RESUMED. Returns where they went. A repetition: as of PromoteDelayed.
  virtual absl::StatusOr<std::vector<DueInquiry>> ReleaseKept(std::string_view worker, absl::Time now,
                                                              absl::Span<const int64_t> positions) = 0;

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

  // Notes something about a leased inquiry, which stays as it is: REPLY_REFUSED with why, or STATUTORY_OUTCOME.
  // That one is taken for a closed inquiry as well, in the name of whoever had the lease; a token of 0 is nobody's
  // then. False: lease lost. A repetition with the same `event_position` (fresh, common/ids) notes it once.
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
  // again, or is given up (UNDELIVERABLE). Repeated with the same token it changes nothing and answers what is stored;
  // with another it is kLeaseLost. What was put off, and nobody has leased since, the same token can still report as
  // delivered; else its first word stays.
  virtual absl::StatusOr<OutboundOutcome> ReportOutbound(const OutboundReport& report) = 0;

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
  // its correction, does not cite the answer, or is gone. ANSWER_NOT_IN_FORCE where it cites a recalled answer itself.
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
  // What waits for connectors, those messages included that they hold; of each channel at most `limit` are counted.
  // Channels with nothing are left out.
  virtual absl::StatusOr<std::vector<OutboundFigures>> SampleOutbound(int limit) = 0;
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
  // Drops partitions whose inquiries were all taken in before `older_than`, are all closed, and have no statutory clock
  // that runs; returns how many.
  virtual absl::StatusOr<int> DropPartitions(absl::Time older_than) = 0;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_QUEUE_STORE_H_
