// A store that misbehaves as a database does: answers that get lost, statements that are refused, commits that take
// long.
#ifndef SWITCHBOARD_TESTS_SUPPORT_FAULTY_QUEUE_STORE_H_
#define SWITCHBOARD_TESTS_SUPPORT_FAULTY_QUEUE_STORE_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/status/errors.h"
#include "services/queue/queue_store.h"
#include "services/queue/reply_draft.h"

namespace switchboard::queue {

// Passes everything on to `inner`, which outlives it. Thread-safe.
class FaultyQueueStore final : public QueueStore {
 public:
  explicit FaultyQueueStore(QueueStore& inner, uint32_t seed = 1) : inner_(inner), random_(seed) {}

  // This share of the writes of submits, claims, settlements and extensions answers COMMIT_OUTCOME_UNKNOWN; half of
  // those took effect.
  void LoseAnswers(double share) { lost_share_ = share; }

  // Every write fails with this (OK: none does), and nothing happens.
  void FailWrites(absl::Status status) {
    absl::MutexLock lock(&mutex_);
    failure_ = std::move(status);
  }

  // Inquiries with this text are refused, with the whole statement they are in.
  void RefuseText(std::string text) {
    absl::MutexLock lock(&mutex_);
    refused_text_ = std::move(text);
  }

  // Called by every Sample. Not while one is taken.
  void OnSample(std::function<void()> hook) { on_sample_ = std::move(hook); }

  // Called by every SweepLane with its time. Not once an engine is there.
  void OnSweep(std::function<void(absl::Time now)> hook) { on_sweep_ = std::move(hook); }

  // Holds every Enqueue until ReleaseEnqueues().
  void HoldEnqueues() {
    absl::MutexLock lock(&mutex_);
    held_ = true;
  }
  void ReleaseEnqueues() {
    absl::MutexLock lock(&mutex_);
    held_ = false;
  }
  // Waits until `count` Enqueues are held at the same time.
  void AwaitHeld(int count) {
    absl::MutexLock lock(&mutex_);
    const auto reached = [this, count]() { return waiting_ >= count; };
    mutex_.Await(absl::Condition(&reached));
  }

  // Waits until a lane has been swept with the time `now` or a later one; false where none was in 30 s.
  bool AwaitSweepAt(absl::Time now) {
    absl::MutexLock lock(&mutex_);
    const auto swept = [this, now]() { return last_sweep_ >= now; };
    return mutex_.AwaitWithTimeout(absl::Condition(&swept), absl::Seconds(30));
  }

  int enqueues() const { return enqueues_; }
  int claims() const { return claims_; }
  int lost_answers() const { return lost_; }

  absl::StatusOr<std::vector<EnqueueOutcome>> Enqueue(absl::Span<const NewInquiry> inquiries) override {
    ++enqueues_;
    if (absl::Status refused = WaitAndCheck(inquiries); !refused.ok()) return refused;
    return Write<std::vector<EnqueueOutcome>>([&] { return inner_.Enqueue(inquiries); });
  }
  absl::StatusOr<std::vector<ClaimedInquiry>> Claim(const ClaimBatch& batch) override {
    ++claims_;
    return Write<std::vector<ClaimedInquiry>>([&] { return inner_.Claim(batch); });
  }
  absl::StatusOr<LimitedClaim> ClaimWithin(const ClaimBatch& batch) override {
    ++claims_;
    return Write<LimitedClaim>([&] { return inner_.ClaimWithin(batch); });
  }
  absl::StatusOr<std::string> LastAnsweredBy(int64_t id) override { return inner_.LastAnsweredBy(id); }
  absl::StatusOr<bool> KeepFor(const Keeping& keeping) override { return inner_.KeepFor(keeping); }
  absl::StatusOr<std::vector<std::string>> WorkersKeptFor(absl::Time now) override {
    return inner_.WorkersKeptFor(now);
  }
  absl::StatusOr<std::vector<ClaimedInquiry>> ClaimKept(const KeptClaim& claim) override {
    return Write<std::vector<ClaimedInquiry>>([&] { return inner_.ClaimKept(claim); });
  }
  absl::StatusOr<std::vector<DueInquiry>> ReleaseKept(std::string_view worker, absl::Time now,
                                                      absl::Span<const int64_t> positions) override {
    return inner_.ReleaseKept(worker, now, positions);
  }
  absl::StatusOr<std::vector<SettleOutcome>> Settle(absl::Span<const Settlement> settlements) override {
    return Write<std::vector<SettleOutcome>>([&] { return inner_.Settle(settlements); });
  }
  absl::StatusOr<std::vector<bool>> Extend(absl::Span<const LeaseKey> leases,
                                           absl::Span<const absl::Time> until) override {
    return Write<std::vector<bool>>([&] { return inner_.Extend(leases, until); });
  }
  absl::StatusOr<LaneSweep> SweepLane(QueueNumber queue, Lane lane, int64_t hint, absl::Time now, int limit) override {
    if (on_sweep_) on_sweep_(now);
    absl::StatusOr<LaneSweep> sweep = inner_.SweepLane(queue, lane, hint, now, limit);
    absl::MutexLock lock(&mutex_);
    last_sweep_ = std::max(last_sweep_, now);
    return sweep;
  }
  absl::StatusOr<std::vector<HeldLease>> LeasesOf(std::string_view worker, absl::Span<const LaneHint> lanes) override {
    return inner_.LeasesOf(worker, lanes);
  }
  absl::StatusOr<std::string> HolderOf(const LeaseKey& lease) override { return inner_.HolderOf(lease); }
  absl::StatusOr<std::vector<DueInquiry>> PromoteDelayed(absl::Time now, absl::Span<const int64_t> positions) override {
    return inner_.PromoteDelayed(now, positions);
  }
  absl::StatusOr<std::vector<DueInquiry>> RunOverflow(absl::Time now, absl::Span<const int64_t> positions,
                                                      int* examined) override {
    return inner_.RunOverflow(now, positions, examined);
  }
  absl::StatusOr<std::vector<std::pair<QueueNumber, Lane>>> ListLanes() override { return inner_.ListLanes(); }
  absl::StatusOr<StoredInquiry> Get(int64_t id) override { return inner_.Get(id); }
  absl::StatusOr<std::vector<StoredEvent>> History(int64_t id) override { return inner_.History(id); }
  absl::StatusOr<std::vector<StoredMessage>> Conversation(int64_t id) override { return inner_.Conversation(id); }
  absl::StatusOr<std::vector<std::vector<StoredMessage>>> Conversations(absl::Span<const int64_t> ids) override {
    return inner_.Conversations(ids);
  }
  absl::StatusOr<std::vector<StoredInquiry>> List(const InquiryFilter& filter, int64_t before_id, int limit) override {
    return inner_.List(filter, before_id, limit);
  }
  absl::StatusOr<WithdrawOutcome> Withdraw(int64_t id, std::string_view reason, absl::Time now) override {
    return inner_.Withdraw(id, reason, now);
  }
  absl::StatusOr<AppendOutcome> Append(const AppendRequest& request) override { return inner_.Append(request); }
  absl::StatusOr<bool> Reclassify(const LeaseKey& lease, std::string_view topic, std::optional<absl::Duration> statute,
                                  std::string_view reason, absl::Time now) override {
    return inner_.Reclassify(lease, topic, statute, reason, now);
  }
  absl::StatusOr<SettleOutcome> Reply(const OutgoingReply& reply) override {
    return Write<SettleOutcome>([&] { return inner_.Reply(reply); });
  }
  absl::Status NoteView(int64_t id, std::string_view worker, int64_t event_position, absl::Time now) override {
    return inner_.NoteView(id, worker, event_position, now);
  }
  absl::StatusOr<bool> NoteUnderLease(const LeaseKey& lease, EventKind kind, int64_t event_position,
                                      std::string_view reason, absl::Time now) override {
    return Write<bool>([&] { return inner_.NoteUnderLease(lease, kind, event_position, reason, now); });
  }
  absl::StatusOr<ParkedDraft> ParkDraft(const NewDraft& draft) override { return inner_.ParkDraft(draft); }
  absl::StatusOr<DraftOutcome> DecideDraft(const DraftDecision& decision) override {
    return inner_.DecideDraft(decision);
  }
  absl::StatusOr<StoredDraft> GetDraft(const DraftKey& key) override { return inner_.GetDraft(key); }
  absl::StatusOr<std::vector<StoredDraft>> ListDrafts(const DraftFilter& filter) override {
    return inner_.ListDrafts(filter);
  }
  absl::StatusOr<std::vector<StoredDraft>> ClaimDrafts(const DraftClaim& claim) override {
    return inner_.ClaimDrafts(claim);
  }
  absl::StatusOr<std::vector<DraftKey>> ReleaseDrafts(const DraftRelease& release) override {
    return inner_.ReleaseDrafts(release);
  }
  absl::StatusOr<std::vector<DraftKey>> DueDrafts(absl::Time now, int limit) override {
    return inner_.DueDrafts(now, limit);
  }
  absl::StatusOr<std::vector<OutboundMessage>> ClaimOutbound(const OutboundClaim& claim) override {
    return inner_.ClaimOutbound(claim);
  }
  absl::StatusOr<OutboundOutcome> ReportOutbound(const OutboundReport& report) override {
    return Write<OutboundOutcome>([&] { return inner_.ReportOutbound(report); });
  }
  absl::StatusOr<std::optional<PrivateLeg>> FindPrivateLeg(int64_t id) override { return inner_.FindPrivateLeg(id); }
  absl::StatusOr<bool> RecallAnswer(const AnswerRecall& recall) override {
    return Write<bool>([&] { return inner_.RecallAnswer(recall); });
  }
  absl::StatusOr<std::vector<std::string>> RecalledAnswers() override { return inner_.RecalledAnswers(); }
  absl::StatusOr<std::vector<CitedReply>> UncorrectedReplies(std::string_view answer, int64_t after,
                                                             int limit) override {
    return inner_.UncorrectedReplies(answer, after, limit);
  }
  absl::StatusOr<int64_t> CountUncorrected(std::string_view answer) override { return inner_.CountUncorrected(answer); }
  absl::StatusOr<bool> Correct(const Correction& correction) override {
    return Write<bool>([&] { return inner_.Correct(correction); });
  }
  absl::StatusOr<std::vector<DeadLetterEntry>> ListDeadLetters(std::optional<QueueNumber> queue, int64_t before_id,
                                                               int limit) override {
    return inner_.ListDeadLetters(queue, before_id, limit);
  }
  absl::StatusOr<int64_t> CountDeadLetters(const DeadLetterSelection& selection) override {
    return inner_.CountDeadLetters(selection);
  }
  absl::StatusOr<std::vector<DueInquiry>> Redrive(const DeadLetterSelection& selection,
                                                  std::optional<QueueNumber> target,
                                                  absl::Span<const int64_t> positions, absl::Time now) override {
    return inner_.Redrive(selection, target, positions, now);
  }
  absl::StatusOr<std::vector<OutboundFigures>> SampleOutbound(int limit) override {
    return inner_.SampleOutbound(limit);
  }
  absl::StatusOr<std::vector<LaneFigures>> Sample() override {
    if (on_sample_) on_sample_();
    return inner_.Sample();
  }
  absl::StatusOr<std::vector<QueueTally>> Tallies(absl::Time now) override { return inner_.Tallies(now); }
  absl::Status FoldTallies(absl::Time now) override { return inner_.FoldTallies(now); }
  absl::StatusOr<std::vector<LeaseHolder>> Holders(QueueNumber queue, int limit) override {
    return inner_.Holders(queue, limit);
  }
  absl::StatusOr<std::vector<QueueRecord>> RegisterQueues(absl::Span<const std::string> names) override {
    return inner_.RegisterQueues(names);
  }
  absl::StatusOr<std::vector<QueueRecord>> ListQueues() override { return inner_.ListQueues(); }
  absl::StatusOr<QueueRecord> SetPaused(std::string_view name, bool paused, std::string_view reason) override {
    return inner_.SetPaused(name, paused, reason);
  }
  absl::StatusOr<int> ForgetRequestIds(absl::Time now, int limit) override {
    return inner_.ForgetRequestIds(now, limit);
  }
  absl::StatusOr<int> ForgetOutbound(absl::Time before, int limit) override {
    return inner_.ForgetOutbound(before, limit);
  }
  absl::Status CreatePartitions(absl::Time ahead_until) override { return inner_.CreatePartitions(ahead_until); }
  absl::StatusOr<int> DropPartitions(absl::Time older_than) override { return inner_.DropPartitions(older_than); }

 private:
  enum class Fate { kFine, kLostBefore, kLostAfter };

  template <typename Result, typename Call>
  absl::StatusOr<Result> Write(Call call) {
    {
      absl::MutexLock lock(&mutex_);
      if (!failure_.ok()) return failure_;
    }
    const Fate fate = Draw();
    if (fate == Fate::kLostBefore) return AnswerLost();
    absl::StatusOr<Result> result = call();
    if (fate == Fate::kLostAfter) return AnswerLost();
    return result;
  }

  Fate Draw() {
    absl::MutexLock lock(&mutex_);
    std::uniform_real_distribution<double> unit(0, 1);
    if (unit(random_) >= lost_share_) return Fate::kFine;
    ++lost_;
    return unit(random_) < 0.5 ? Fate::kLostBefore : Fate::kLostAfter;
  }

  static absl::Status AnswerLost() {
    return Unavailable(reason::kCommitOutcomeUnknown, "the connection died during the commit", absl::Seconds(1));
  }

  absl::Status WaitAndCheck(absl::Span<const NewInquiry> inquiries) {
    absl::MutexLock lock(&mutex_);
    ++waiting_;
    const auto released = [this]() { return !held_; };
    mutex_.Await(absl::Condition(&released));
    --waiting_;
    if (refused_text_.empty()) return absl::OkStatus();
    for (const NewInquiry& inquiry : inquiries) {
      if (inquiry.content.text != refused_text_) continue;
      return MakeError(absl::StatusCode::kInternal, reason::kDatabaseRefused, "the statement was refused");
    }
    return absl::OkStatus();
  }

  QueueStore& inner_;
  std::function<void()> on_sample_;
  std::function<void(absl::Time now)> on_sweep_;
  std::atomic<double> lost_share_{0};
  std::atomic<int> enqueues_{0};
  std::atomic<int> claims_{0};
  std::atomic<int> lost_{0};
  absl::Mutex mutex_;
  std::mt19937 random_ ABSL_GUARDED_BY(mutex_);
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  std::string refused_text_ ABSL_GUARDED_BY(mutex_);
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time last_sweep_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_TESTS_SUPPORT_FAULTY_QUEUE_STORE_H_
