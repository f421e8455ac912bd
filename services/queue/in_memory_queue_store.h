// The storage contract kept in memory: for tests of the engine and of what stands on it, and as the plain statement of
// what the PostgreSQL store has to do. Nothing survives the process.
#ifndef SWITCHBOARD_SERVICES_QUEUE_IN_MEMORY_QUEUE_STORE_H_
#define SWITCHBOARD_SERVICES_QUEUE_IN_MEMORY_QUEUE_STORE_H_

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/queue/queue_store.h"
#include "services/queue/reply_draft.h"

namespace switchboard::queue {

// Thread-safe behind one lock. Never fails but as the contract says.
class InMemoryQueueStore final : public QueueStore {
 public:
  absl::StatusOr<std::vector<EnqueueOutcome>> Enqueue(absl::Span<const NewInquiry> inquiries) override;
  absl::StatusOr<std::vector<ClaimedInquiry>> Claim(const ClaimBatch& batch) override;
  absl::StatusOr<LimitedClaim> ClaimWithin(const ClaimBatch& batch) override;
  absl::StatusOr<std::string> LastAnsweredBy(int64_t id) override;
  absl::StatusOr<bool> KeepFor(const Keeping& keeping) override;
  absl::StatusOr<std::vector<std::string>> WorkersKeptFor(absl::Time now) override;
  absl::StatusOr<std::vector<ClaimedInquiry>> ClaimKept(const KeptClaim& claim) override;
  absl::StatusOr<std::vector<DueInquiry>> ReleaseKept(std::string_view worker, absl::Time now,
                                                      absl::Span<const int64_t> positions) override;
  absl::StatusOr<std::vector<SettleOutcome>> Settle(absl::Span<const Settlement> settlements) override;
  absl::StatusOr<std::vector<bool>> Extend(absl::Span<const LeaseKey> leases,
                                           absl::Span<const absl::Time> until) override;
  absl::StatusOr<LaneSweep> SweepLane(QueueNumber queue, Lane lane, int64_t hint, absl::Time now, int limit) override;
  absl::StatusOr<std::vector<HeldLease>> LeasesOf(std::string_view worker, absl::Span<const LaneHint> lanes) override;
  absl::StatusOr<std::string> HolderOf(const LeaseKey& lease) override;
  absl::StatusOr<std::vector<DueInquiry>> PromoteDelayed(absl::Time now, absl::Span<const int64_t> positions) override;
  absl::StatusOr<std::vector<DueInquiry>> RunOverflow(absl::Time now, absl::Span<const int64_t> positions,
                                                      int* examined) override;
  absl::StatusOr<std::vector<std::pair<QueueNumber, Lane>>> ListLanes() override;
  absl::StatusOr<StoredInquiry> Get(int64_t id) override;
  absl::StatusOr<std::vector<StoredEvent>> History(int64_t id) override;
  absl::StatusOr<std::vector<StoredMessage>> Conversation(int64_t id) override;
  absl::StatusOr<std::vector<std::vector<StoredMessage>>> Conversations(absl::Span<const int64_t> ids) override;
  absl::StatusOr<std::vector<StoredInquiry>> List(const InquiryFilter& filter, int64_t before_id, int limit) override;
  absl::StatusOr<WithdrawOutcome> Withdraw(int64_t id, std::string_view reason, absl::Time now) override;
  absl::StatusOr<AppendOutcome> Append(const AppendRequest& request) override;
  absl::StatusOr<bool> Reclassify(const LeaseKey& lease, std::string_view topic, std::optional<absl::Duration> statute,
                                  std::string_view reason, absl::Time now) override;
  absl::StatusOr<SettleOutcome> Reply(const OutgoingReply& reply) override;
  absl::Status NoteView(int64_t id, std::string_view worker, int64_t event_position, absl::Time now) override;
  absl::StatusOr<bool> NoteUnderLease(const LeaseKey& lease, EventKind kind, int64_t event_position,
                                      std::string_view reason, absl::Time now) override;
  absl::StatusOr<ParkedDraft> ParkDraft(const NewDraft& draft) override;
  absl::StatusOr<DraftOutcome> DecideDraft(const DraftDecision& decision) override;
  absl::StatusOr<StoredDraft> GetDraft(const DraftKey& key) override;
  absl::StatusOr<std::vector<StoredDraft>> ListDrafts(const DraftFilter& filter) override;
  absl::StatusOr<std::vector<StoredDraft>> ClaimDrafts(const DraftClaim& claim) override;
  absl::StatusOr<std::vector<DraftKey>> ReleaseDrafts(const DraftRelease& release) override;
  absl::StatusOr<std::vector<DraftKey>> DueDrafts(absl::Time now, int limit) override;
  absl::StatusOr<std::vector<OutboundMessage>> ClaimOutbound(const OutboundClaim& claim) override;
  absl::StatusOr<OutboundOutcome> ReportOutbound(const OutboundReport& report) override;
  absl::StatusOr<std::optional<PrivateLeg>> FindPrivateLeg(int64_t id) override;
  absl::StatusOr<bool> RecallAnswer(const AnswerRecall& recall) override;
  absl::StatusOr<std::vector<std::string>> RecalledAnswers() override;
  absl::StatusOr<std::vector<CitedReply>> UncorrectedReplies(std::string_view answer, int64_t after,
                                                             int limit) override;
  absl::StatusOr<int64_t> CountUncorrected(std::string_view answer) override;
  absl::StatusOr<bool> Correct(const Correction& correction) override;
  absl::StatusOr<std::vector<DeadLetterEntry>> ListDeadLetters(std::optional<QueueNumber> queue, int64_t before_id,
                                                               int limit) override;
  absl::StatusOr<int64_t> CountDeadLetters(const DeadLetterSelection& selection) override;
  absl::StatusOr<std::vector<DueInquiry>> Redrive(const DeadLetterSelection& selection,
                                                  std::optional<QueueNumber> target,
                                                  absl::Span<const int64_t> positions, absl::Time now) override;
  absl::StatusOr<std::vector<LaneFigures>> Sample() override;
  absl::StatusOr<std::vector<OutboundFigures>> SampleOutbound(int limit) override;
  absl::StatusOr<std::vector<QueueTally>> Tallies(absl::Time now) override;
  absl::Status FoldTallies(absl::Time now) override;
  absl::StatusOr<std::vector<LeaseHolder>> Holders(QueueNumber queue, int limit) override;
  absl::StatusOr<std::vector<QueueRecord>> RegisterQueues(absl::Span<const std::string> names) override;
  absl::StatusOr<std::vector<QueueRecord>> ListQueues() override;
  absl::StatusOr<QueueRecord> SetPaused(std::string_view name, bool paused, std::string_view reason) override;
  absl::StatusOr<int> ForgetRequestIds(absl::Time now, int limit) override;
  absl::StatusOr<int> ForgetOutbound(absl::Time before, int limit) override;
  absl::Status CreatePartitions(absl::Time ahead_until) override;
  absl::StatusOr<int> DropPartitions(absl::Time older_than) override;

 private:
  struct Event {
    StoredEvent stored;
    int64_t token = 0;
  };
  struct Message {
    int64_t message_id = 0;
    std::optional<Uuid> request_id;
    uint64_t content_hash = 0;
    StoredMessage stored;
    AppendOutcome outcome;
  };
  // Everything about one inquiry.
  struct Record {
    InquiryContent content;
    Place place;  // where it stands, or stood last
    InquiryState state = InquiryState::kReady;
    std::string topic;
    int attempts = 0;
    int64_t token = 0;
    std::string worker;
    absl::Time claim_time;
    absl::Time lease_until;
    bool limited = false;  // leased by ClaimWithin
    std::string kept_for;  // delayed for this worker
    absl::Time ready_time;
    bool unread = false;
    bool answered = false;  // somebody has replied or settled it
    int16_t disposition = 0;
    std::string dead_reason;
    absl::Time dead_time;
    std::vector<Event> events;
    std::vector<Message> messages;
    std::set<int64_t> notes;  // the positions of what was noted under a lease
  };
  struct Outbound {
    OutboundMessage message;
    int64_t token = 0;     // 0: nobody holds it
    int64_t reported = 0;  // the token of the last report
    absl::Time lease_until;
    absl::Time due = absl::InfinitePast();
    bool gone = false;                                 // delivered or given up
    DeliveryResult said = DeliveryResult::kDelivered;  // in the last report
  };
  // A reply that cites an answer.
  struct AnswerUse {
    std::string answer;
    CitedReply reply;
    bool corrected = false;
  };
  struct RequestRecord {
    int64_t id = 0;
    uint64_t content_hash = 0;
    absl::Time expires;
  };
  struct PlannedOverflow {
    int64_t id = 0;
    Place place;
    QueueNumber target = 0;
  };
  struct Candidate {
    bool fresh = false;  // not leased by an earlier try of the same claim
    absl::Time due;
    int64_t position = 0;
    int64_t id = 0;
    const LaneCursor* cursor = nullptr;
  };
  using LaneKey = std::pair<QueueNumber, Lane>;
  using RequestKey = std::pair<int32_t, Uuid>;
  using Waiting = std::set<std::pair<int64_t, int64_t>>;  // (position, id): ready and leased ones

  EnqueueOutcome Store(const NewInquiry& inquiry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Grant(Record& record, const std::string& worker, int64_t token, absl::Time now, absl::Time until)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<ClaimedInquiry> ClaimLocked(const ClaimBatch& batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What each worker holds from limited claims, but for leases with this token.
  std::map<std::string, int> HeldWithin(int64_t but_token) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // A waiting draft holds it.
  bool IsDrafted(const Record& record) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CollectReady(const LaneCursor& cursor, const ClaimBatch& batch, std::vector<Candidate>& found)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  SettleOutcome SettleOne(const Settlement& settlement) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // ANSWER_NOT_IN_FORCE where one of these answers, separated by commas, was recalled.
  absl::Status CheckCited(std::string_view answers) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NoteUses(int64_t inquiry, int64_t message_id, const StoredMessage& message)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  SettleOutcome SendReply(Record& record, const OutgoingReply& reply) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CarryOut(Record& record, const DraftDecision& decision, StoredDraft& draft, DraftOutcome& outcome)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NoteReview(const StoredDraft& draft, EventKind kind, const std::string& reviewer, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PutNext(Record& record, const Settlement& settlement) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // To the conversation, to the outbound queue of its leg, and to the record.
  void Send(Record& record, const StoredMessage& message, int64_t message_id, std::optional<Uuid> request_id)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What a settlement gets whose lease does not match: repeated, or lost.
  SettleOutcome AnswerLost(const LeaseKey& lease, EventKind kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Record* FindLease(const LeaseKey& lease) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Record*> Find(int64_t id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void MakeReady(Record& record, const Place& place) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes the record out of dispatch, delayed or the dead letters; its lease is gone.
  void TakeOut(Record& record) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<int64_t> SelectDeadLetters(const DeadLetterSelection& selection) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void NoteStatute(Record& record, std::string_view topic, std::optional<absl::Duration> statute,
                          absl::Time time);
  static void Note(Record& record, EventKind kind, absl::Time time, std::string_view reason = {}, int64_t token = 0);
  static StoredInquiry Describe(const Record& record);

  absl::Mutex mutex_;
  std::map<int64_t, Record> records_ ABSL_GUARDED_BY(mutex_);
  std::map<RequestKey, RequestRecord> requests_ ABSL_GUARDED_BY(mutex_);
  std::map<LaneKey, Waiting> lanes_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<absl::Time, int64_t>> delayed_ ABSL_GUARDED_BY(mutex_);
  std::set<int64_t> dead_ ABSL_GUARDED_BY(mutex_);
  std::multimap<absl::Time, PlannedOverflow> overflow_ ABSL_GUARDED_BY(mutex_);
  std::vector<Outbound> outbound_ ABSL_GUARDED_BY(mutex_);  // oldest first
  std::map<int64_t, StoredDraft> drafts_ ABSL_GUARDED_BY(mutex_);
  std::vector<AnswerUse> uses_ ABSL_GUARDED_BY(mutex_);  // oldest first
  std::set<std::string, std::less<>> recalled_ ABSL_GUARDED_BY(mutex_);
  std::map<int64_t, PrivateLeg> legs_ ABSL_GUARDED_BY(mutex_);  // by inquiry
  std::map<std::string, QueueRecord, std::less<>> queues_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_IN_MEMORY_QUEUE_STORE_H_
