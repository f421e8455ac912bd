// A queue engine that does nothing by itself: a test sees what it was asked and gives the answers when it wants to. For
// what cannot be timed over the real engine, such as an answer that comes after its caller has gone.
#ifndef SWITCHBOARD_TESTS_SUPPORT_SCRIPTED_QUEUE_ENGINE_H_
#define SWITCHBOARD_TESTS_SUPPORT_SCRIPTED_QUEUE_ENGINE_H_

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/status/errors.h"
#include "services/queue/queue_engine.h"

namespace switchboard {

// Thread-safe. Tokens are texts that begin with "lease-". What a test does not script answers UNIMPLEMENTED.
class ScriptedQueueEngine final : public queue::QueueEngine {
 public:
  struct AskedClaim {
    int64_t number = 0;
    queue::ClaimRequest request;
    queue::Callback<std::vector<queue::GrantedLease>> done;
  };

  // ---- What a test does ----

  // Waits for the next claim, settlement or submission; fails the test by aborting after 20 s.
  AskedClaim NextClaim() {
    const absl::MutexLock lock(&mutex_);
    Await(+[](ScriptedQueueEngine* self) {
      self->mutex_.AssertHeld();
      return !self->claims_.empty();
    });
    AskedClaim claim = std::move(claims_.front());
    claims_.pop_front();
    return claim;
  }
  queue::PendingSettlement NextSettlement() {
    const absl::MutexLock lock(&mutex_);
    Await(+[](ScriptedQueueEngine* self) {
      self->mutex_.AssertHeld();
      return !self->settlements_.empty();
    });
    queue::PendingSettlement settlement = std::move(settlements_.front());
    settlements_.pop_front();
    return settlement;
  }
  queue::PendingSubmission NextSubmission() {
    const absl::MutexLock lock(&mutex_);
    Await(+[](ScriptedQueueEngine* self) {
      self->mutex_.AssertHeld();
      return !self->submissions_.empty();
    });
    queue::PendingSubmission submission = std::move(submissions_.front());
    submissions_.pop_front();
    return submission;
  }
  // Waits until so many submissions are unanswered with the engine.
  void AwaitSubmissions(size_t count) {
    const absl::MutexLock lock(&mutex_);
    wanted_submissions_ = count;
    Await(+[](ScriptedQueueEngine* self) {
      self->mutex_.AssertHeld();
      return self->submissions_.size() >= self->wanted_submissions_;
    });
  }
  size_t waiting_submissions() {
    const absl::MutexLock lock(&mutex_);
    return submissions_.size();
  }
  // Waits until the claim was cancelled.
  void AwaitCancelled(int64_t claim) {
    const absl::MutexLock lock(&mutex_);
    wanted_cancel_ = claim;
    Await(+[](ScriptedQueueEngine* self) {
      self->mutex_.AssertHeld();
      return std::find(self->cancelled_.begin(), self->cancelled_.end(), self->wanted_cancel_) !=
             self->cancelled_.end();
    });
  }
  bool granting_stopped() {
    const absl::MutexLock lock(&mutex_);
    return granting_stopped_;
  }

  // ---- QueueEngine ----

  absl::Status Start() override { return absl::OkStatus(); }
  void StopGranting() override {
    const absl::MutexLock lock(&mutex_);
    granting_stopped_ = true;
  }
  void Shutdown() override {}
  absl::Status Configure(std::vector<queue::QueueSettings>) override { return absl::OkStatus(); }
  void Submit(queue::Submission submission, queue::Callback<queue::Accepted> done) override {
    const absl::MutexLock lock(&mutex_);
    submissions_.push_back({std::move(submission), std::move(done)});
  }
  void SubmitAll(std::vector<queue::PendingSubmission> submissions) override {
    const absl::MutexLock lock(&mutex_);
    for (auto& submission : submissions) submissions_.push_back(std::move(submission));
  }
  int64_t Claim(queue::ClaimRequest request, queue::Callback<std::vector<queue::GrantedLease>> done) override {
    const absl::MutexLock lock(&mutex_);
    claims_.push_back({++last_claim_, std::move(request), std::move(done)});
    return last_claim_;
  }
  void CancelClaim(int64_t claim) override {
    const absl::MutexLock lock(&mutex_);
    cancelled_.push_back(claim);
  }
  absl::StatusOr<std::vector<queue::GrantedLease>> ClaimKept(const queue::ClaimRequest&) override {
    return std::vector<queue::GrantedLease>();
  }
  absl::StatusOr<std::vector<int64_t>> ReleaseKept(std::string_view) override { return Unscripted(); }
  void Settle(queue::SettleRequest request, queue::Callback<queue::Settled> done) override {
    const absl::MutexLock lock(&mutex_);
    settlements_.push_back({std::move(request), std::move(done)});
  }
  void SettleAll(std::vector<queue::PendingSettlement> settlements) override {
    const absl::MutexLock lock(&mutex_);
    for (auto& settlement : settlements) settlements_.push_back(std::move(settlement));
  }
  void Extend(std::string_view, std::optional<absl::Duration>, queue::Callback<absl::Time> done) override {
    done(Unscripted());
  }
  absl::StatusOr<queue::Settled> Reply(queue::ReplyRequest) override { return Unscripted(); }
  absl::StatusOr<std::vector<queue::GrantedDelivery>> ClaimDeliveries(int16_t, int, absl::Duration) override {
    return Unscripted();
  }
  absl::StatusOr<queue::ReportedDelivery> ReportDelivery(std::string_view, queue::DeliveryResult,
                                                         std::string_view) override {
    return Unscripted();
  }
  absl::Status NoteView(int64_t, std::string_view) override { return Unscripted(); }
  absl::Status NoteRefusedReply(std::string_view, std::string_view) override { return Unscripted(); }
  absl::Status NoteStatutoryOutcome(std::string_view, std::string_view) override { return Unscripted(); }
  absl::StatusOr<queue::KeptDraft> KeepDraft(queue::DraftRequest) override { return Unscripted(); }
  absl::StatusOr<queue::DecidedDraft> DecideDraft(const queue::DraftAnswer&) override { return Unscripted(); }
  absl::StatusOr<std::vector<queue::StoredDraft>> ClaimDrafts(const queue::ReviewRequest&) override {
    return Unscripted();
  }
  absl::StatusOr<std::vector<queue::DraftKey>> ReleaseDrafts(std::string_view, std::optional<queue::DraftKey>,
                                                             int64_t) override {
    return Unscripted();
  }
  absl::StatusOr<queue::StoredDraft> GetDraft(const queue::DraftKey&) override { return Unscripted(); }
  absl::StatusOr<std::vector<queue::StoredDraft>> ListDrafts(const queue::DraftFilter&) override {
    return Unscripted();
  }
  std::string TokenOf(const queue::StoredDraft&) const override { return {}; }
  absl::StatusOr<std::vector<queue::WorkersLease>> LeasesOf(std::string_view) override { return Unscripted(); }
  absl::StatusOr<std::string> HolderOf(std::string_view) override { return Unscripted(); }
  absl::StatusOr<std::optional<queue::PrivateLeg>> FindPrivateLeg(int64_t) override { return Unscripted(); }
  absl::StatusOr<bool> RecallAnswer(std::string, std::string, std::string) override { return Unscripted(); }
  absl::StatusOr<std::vector<std::string>> RecalledAnswers() override { return Unscripted(); }
  absl::StatusOr<std::vector<queue::CitedReply>> UncorrectedReplies(std::string_view, int64_t, int) override {
    return Unscripted();
  }
  absl::StatusOr<int64_t> CountUncorrected(std::string_view) override { return Unscripted(); }
  absl::StatusOr<bool> Correct(const queue::CitedReply&, queue::StoredMessage, std::string_view) override {
    return Unscripted();
  }
  absl::StatusOr<queue::StoredInquiry> Get(int64_t) override { return Unscripted(); }
  absl::StatusOr<std::vector<queue::StoredEvent>> History(int64_t) override { return Unscripted(); }
  absl::StatusOr<std::vector<queue::StoredMessage>> Conversation(int64_t) override { return Unscripted(); }
  absl::StatusOr<std::vector<queue::StoredInquiry>> List(const queue::InquiryFilter&, int64_t, int) override {
    return Unscripted();
  }
  absl::StatusOr<queue::WithdrawOutcome> Withdraw(int64_t, std::string_view) override { return Unscripted(); }
  absl::StatusOr<queue::AppendOutcome> Append(int64_t, queue::StoredMessage, std::optional<Uuid>, uint64_t) override {
    return Unscripted();
  }
  absl::StatusOr<std::vector<queue::DeadLetterEntry>> ListDeadLetters(std::optional<queue::QueueNumber>, int64_t,
                                                                      int) override {
    return Unscripted();
  }
  absl::StatusOr<RedriveResult> Redrive(const queue::DeadLetterSelection&, std::optional<queue::QueueNumber>, int,
                                        bool) override {
    return Unscripted();
  }
  absl::StatusOr<queue::QueueRecord> SetPaused(std::string_view, bool, std::string_view) override {
    return Unscripted();
  }
  absl::StatusOr<std::vector<queue::LeaseHolder>> Holders(std::string_view, int) override { return Unscripted(); }
  absl::StatusOr<queue::FiguresSample> Figures(absl::Duration) override { return Unscripted(); }
  absl::StatusOr<queue::QueueNumber> NumberOf(std::string_view) const override { return 1; }
  std::string NameOf(queue::QueueNumber) const override { return "roads"; }
  absl::StatusOr<queue::LeaseKey> DecodeToken(std::string_view token) const override {
    if (!token.starts_with("lease-")) return InvalidField("lease_token", "is no lease token");
    return queue::LeaseKey{.id = 1, .place = {}, .token = 1};
  }
  void Hint(absl::Span<const queue::QueueNumber>) override {}
  std::vector<queue::QueueNumber> TakeFreshQueues() override { return {}; }
  void ClockMoved() override {}

 private:
  static absl::Status Unscripted() { return absl::UnimplementedError("the test does not script this"); }

  void Await(bool (*condition)(ScriptedQueueEngine*)) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (mutex_.AwaitWithTimeout(absl::Condition(condition, this), absl::Seconds(20))) return;
    std::fprintf(stderr, "ScriptedQueueEngine: what the test waits for did not come\n");
    std::abort();
  }

  absl::Mutex mutex_;
  std::deque<AskedClaim> claims_ ABSL_GUARDED_BY(mutex_);
  std::deque<queue::PendingSettlement> settlements_ ABSL_GUARDED_BY(mutex_);
  std::deque<queue::PendingSubmission> submissions_ ABSL_GUARDED_BY(mutex_);
  std::vector<int64_t> cancelled_ ABSL_GUARDED_BY(mutex_);
  size_t wanted_submissions_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t wanted_cancel_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t last_claim_ ABSL_GUARDED_BY(mutex_) = 0;
  bool granting_stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

// A lease as the engine grants it; its token is one that ScriptedQueueEngine knows.
inline queue::GrantedLease ScriptedLease(int64_t id, std::string text = "a pothole") {
  queue::GrantedLease lease;
  lease.token = "lease-" + std::to_string(id);
  lease.inquiry.content.id = id;
  lease.inquiry.content.text = std::move(text);
  lease.inquiry.attempts = 1;
  lease.queue = "roads";
  return lease;
}

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_SCRIPTED_QUEUE_ENGINE_H_
