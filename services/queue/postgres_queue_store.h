// The storage contract on PostgreSQL 15 or later: the one that ships. Schema and its reasons: migrations/0001_*.sql;
// every statement: sql/*.sql.
#ifndef SWITCHBOARD_SERVICES_QUEUE_POSTGRES_QUEUE_STORE_H_
#define SWITCHBOARD_SERVICES_QUEUE_POSTGRES_QUEUE_STORE_H_

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "common/ids/id_generator.h"
#include "common/postgres/database.h"
#include "common/postgres/migrator.h"
#include "services/queue/queue_store.h"
#include "services/queue/recent_contents.h"
#include "services/queue/reply_draft.h"

namespace switchboard::queue {

// This room's migrations, for a Migrator.
MigrationSet QueueMigrations();

// How many sessions of each kind a process keeps.
struct QueueConnections {
  int durable = 6;  // submitting, settling, and what is done by id
  int relaxed = 2;  // claiming
  int look_up = 2;  // showing and listing inquiries
  int query = 3;    // sampling, and the chores
};

// The role of the pool that reads inquiries by their keys.
inline constexpr std::string_view kLookUpPool = "look-up";

// A Database as this store needs it: its pools, with the planner held to index look-ups on all but kQueryPool.
DatabaseOptions QueueDatabaseOptions(std::string conninfo, QueueConnections connections = {});

// Thread-safe, keeps nothing that matters in memory; any number of stores may share a database. `database` and `ids`
// outlive it. `ids` numbers the events, so its clock is the one that the callers' times come from, and its node number
// belongs to this process alone (NodeLease).
class PostgresQueueStore final : public QueueStore {
 public:
  PostgresQueueStore(Database& database, IdGenerator& ids);

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
  using LaneKey = std::pair<QueueNumber, Lane>;
  class Intake;

  // Makes sure that the lanes are listed before anything waits in them.
  absl::Status AddLanes(absl::flat_hash_set<LaneKey> lanes);

  // Fills in what was claimed: from memory, or from the database.
  absl::Status AddContents(std::vector<ClaimedInquiry>& claimed);

  // Settles what is not done yet according to `outcomes`, and fills those in.
  absl::Status SettleRest(absl::Span<const Settlement> settlements, std::vector<SettleOutcome>& outcomes);

  // In a transaction of the caller's: notes leases of workers with a capacity, and waits for other claims for a worker
  // and tells how many more it may hold beside those and its leases with `token`.
  static absl::Status AddHolds(Connection& connection, const std::vector<ClaimedInquiry>& claimed);
  static absl::StatusOr<int64_t> RoomOf(Connection& connection, const std::string& worker, int capacity, int64_t token);

  // Fills in the outcomes of what was not done: settled the same way before, or lost.
  absl::Status AnswerRepeated(absl::Span<const Settlement> settlements, std::vector<SettleOutcome>& outcomes);

  // In a transaction of the caller's: what cites these answers, separated by commas, is committed before anybody can
  // recall one. FAILED_PRECONDITION (ANSWER_NOT_IN_FORCE) where one is recalled.
  static absl::Status HoldAnswers(Connection& connection, const std::string& answers);

  // In a transaction of the caller's: the first try of a reply, and one settlement; see Reply and Settle. False: lost.
  absl::StatusOr<SettleOutcome> SendReply(Connection& connection, const OutgoingReply& reply);
  absl::StatusOr<bool> SettleOne(Connection& connection, const Settlement& settlement);

  // What a decision on a draft does, in its transaction; the draft in `outcome` becomes what is stored of it.
  absl::Status CarryOut(Connection& connection, const DraftDecision& decision, DraftOutcome& outcome);
  absl::Status SendDraft(Connection& connection, const DraftDecision& decision, DraftOutcome& outcome);
  absl::Status ReturnDraft(Connection& connection, const DraftDecision& decision, int64_t token, DraftState state,
                           DraftOutcome& outcome);
  absl::Status ReassignDraft(Connection& connection, const DraftDecision& decision, DraftOutcome& outcome);

  struct Partition;
  // Drops one partition unless something in it is open; true when it did.
  absl::StatusOr<bool> DropPartition(const Partition& partition);

  Database& database_;
  IdGenerator& ids_;

  absl::Mutex mutex_;
  absl::flat_hash_set<LaneKey> listed_lanes_ ABSL_GUARDED_BY(mutex_);

  // Of what waits and was stored here.
  RecentContents recent_{int64_t{16} << 20};

  // How many batches are yet to look for used request ids before they insert: callers that resume send many of them.
  std::atomic<int> look_first_{0};

  // Where the table of request ids is looked through next.
  std::atomic<int64_t> forget_page_{0};
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_POSTGRES_QUEUE_STORE_H_
