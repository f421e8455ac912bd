#include "services/queue/queue_engine.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/random/distributions.h"
#include "absl/random/random.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/queue/caretaker.h"
#include "services/queue/claim_dispatcher.h"
#include "services/queue/corrections.h"
#include "services/queue/deliveries.h"
#include "services/queue/drafts.h"
#include "services/queue/engine_parts.h"
#include "services/queue/extend_path.h"
#include "services/queue/figures_sampler.h"
#include "services/queue/kept_inquiries.h"
#include "services/queue/lease_granter.h"
#include "services/queue/maintenance.h"
#include "services/queue/redrive.h"
#include "services/queue/refusals.h"
#include "services/queue/settle_path.h"
#include "services/queue/submit_path.h"
#include "services/queue/views.h"
#include "services/queue/workers_leases.h"

namespace switchboard::queue {
namespace {

double RandomUnit() {
  thread_local absl::BitGen generator;
  return absl::Uniform<double>(generator, 0.0, 1.0);
}

EngineOptions Completed(EngineOptions options) {
  options.submit_writers = std::max(1, options.submit_writers);
  options.settle_writers = std::max(1, options.settle_writers);
  options.claim_writers = std::max(1, options.claim_writers);
  options.max_batch = std::max(1, options.max_batch);
  options.sweep_interval = std::max(options.sweep_interval, absl::Milliseconds(10));
  options.poll_interval = std::max(options.poll_interval, absl::Milliseconds(1));
  if (!options.random) options.random = RandomUnit;
  return options;
}

class BatchingQueueEngine final : public QueueEngine {
 public:
  BatchingQueueEngine(QueueStore& store, const Clock& clock, IdGenerator& ids, QueueMetrics& metrics,
                      EngineOptions options)
      : parts_(store, clock, ids, metrics, Completed(std::move(options))) {}
  ~BatchingQueueEngine() override { Shutdown(); }

  absl::Status Start() override;
  void StopGranting() override { granter_.Answer(parts_.desk.Close()); }
  void Shutdown() override;
  absl::Status Configure(std::vector<QueueSettings> settings) override;

  void Submit(Submission submission, Callback<Accepted> done) override {
    submit_.Submit(std::move(submission), std::move(done));
  }
  void SubmitAll(std::vector<PendingSubmission> submissions) override { submit_.SubmitAll(std::move(submissions)); }
  int64_t Claim(ClaimRequest request, Callback<std::vector<GrantedLease>> done) override;
  void CancelClaim(int64_t claim) override;
  absl::StatusOr<std::vector<GrantedLease>> ClaimKept(const ClaimRequest& request) override {
    return queue::ClaimKept(parts_, granter_, request);
  }
  absl::StatusOr<std::vector<int64_t>> ReleaseKept(std::string_view worker) override {
    return queue::ReleaseKept(parts_, worker);
  }
  void Settle(SettleRequest request, Callback<Settled> done) override {
    settle_.Settle(std::move(request), std::move(done));
  }
  void SettleAll(std::vector<PendingSettlement> settlements) override { settle_.SettleAll(std::move(settlements)); }
  void Extend(std::string_view lease_token, std::optional<absl::Duration> duration,
              Callback<absl::Time> done) override {
    extend_.Extend(lease_token, duration, std::move(done));
  }

  absl::StatusOr<Settled> Reply(ReplyRequest request) override { return settle_.Reply(std::move(request)); }
  absl::StatusOr<std::vector<GrantedDelivery>> ClaimDeliveries(int16_t channel, int limit,
                                                               absl::Duration lease) override {
    return queue::ClaimDeliveries(parts_, channel, limit, lease);
  }
  absl::StatusOr<ReportedDelivery> ReportDelivery(std::string_view delivery_token, DeliveryResult result,
                                                  std::string_view reason) override {
    return queue::ReportDelivery(parts_, delivery_token, result, reason);
  }
  absl::StatusOr<std::optional<PrivateLeg>> FindPrivateLeg(int64_t id) override {
    return parts_.store.FindPrivateLeg(id);
  }
  absl::StatusOr<bool> RecallAnswer(std::string answer, std::string worker, std::string reason) override {
    return queue::RecallAnswer(parts_, std::move(answer), std::move(worker), std::move(reason));
  }
  absl::StatusOr<std::vector<std::string>> RecalledAnswers() override { return parts_.store.RecalledAnswers(); }
  absl::StatusOr<std::vector<CitedReply>> UncorrectedReplies(std::string_view answer, int64_t after,
                                                             int limit) override {
    return parts_.store.UncorrectedReplies(answer, after, limit);
  }
  absl::StatusOr<int64_t> CountUncorrected(std::string_view answer) override {
    return parts_.store.CountUncorrected(answer);
  }
  absl::StatusOr<bool> Correct(const CitedReply& reply, StoredMessage message, std::string_view reason) override {
    return CorrectReply(parts_, reply, std::move(message), reason);
  }
  absl::Status NoteView(int64_t id, std::string_view worker) override { return queue::NoteView(parts_, id, worker); }
  absl::Status NoteRefusedReply(std::string_view lease_token, std::string_view reason) override {
    return settle_.Note(lease_token, EventKind::kReplyRefused, reason);
  }
  absl::Status NoteStatutoryOutcome(std::string_view lease_token, std::string_view reason) override {
    return settle_.Note(lease_token, EventKind::kStatutoryOutcome, reason);
  }
  absl::StatusOr<KeptDraft> KeepDraft(DraftRequest request) override {
    return queue::KeepDraft(parts_, std::move(request));
  }
  absl::StatusOr<DecidedDraft> DecideDraft(const DraftAnswer& answer) override {
    return queue::DecideDraft(parts_, answer);
  }
  absl::StatusOr<std::vector<StoredDraft>> ClaimDrafts(const ReviewRequest& request) override {
    return queue::ClaimDrafts(parts_, request);
  }
  absl::StatusOr<std::vector<DraftKey>> ReleaseDrafts(std::string_view worker, std::optional<DraftKey> key,
                                                      int64_t review_token) override {
    return queue::ReleaseDrafts(parts_, worker, key, review_token);
  }
  absl::StatusOr<StoredDraft> GetDraft(const DraftKey& key) override { return parts_.store.GetDraft(key); }
  absl::StatusOr<std::vector<StoredDraft>> ListDrafts(const DraftFilter& filter) override {
    return parts_.store.ListDrafts(filter);
  }
  std::string TokenOf(const StoredDraft& draft) const override { return queue::TokenOf(draft); }
  absl::StatusOr<std::vector<WorkersLease>> LeasesOf(std::string_view worker) override {
    return queue::LeasesOf(parts_, worker);
  }
  absl::StatusOr<std::string> HolderOf(std::string_view lease_token) override {
    SWITCHBOARD_ASSIGN_OR_RETURN(const LeaseKey lease, DecodeToken(lease_token));
    return parts_.store.HolderOf(lease);
  }
  absl::StatusOr<StoredInquiry> Get(int64_t id) override { return parts_.store.Get(id); }
  absl::StatusOr<std::vector<StoredEvent>> History(int64_t id) override { return parts_.store.History(id); }
  absl::StatusOr<std::vector<StoredMessage>> Conversation(int64_t id) override { return parts_.store.Conversation(id); }
  absl::StatusOr<std::vector<StoredInquiry>> List(const InquiryFilter& filter, int64_t before_id, int limit) override {
    return parts_.store.List(filter, before_id, limit);
  }
  absl::StatusOr<WithdrawOutcome> Withdraw(int64_t id, std::string_view reason) override;
  absl::StatusOr<AppendOutcome> Append(int64_t id, StoredMessage message, std::optional<Uuid> request_id,
                                       uint64_t content_hash) override;
  absl::StatusOr<std::vector<DeadLetterEntry>> ListDeadLetters(std::optional<QueueNumber> queue, int64_t before_id,
                                                               int limit) override {
    return parts_.store.ListDeadLetters(queue, before_id, limit);
  }
  absl::StatusOr<RedriveResult> Redrive(const DeadLetterSelection& selection, std::optional<QueueNumber> target,
                                        int max_count, bool dry_run) override {
    return dry_run ? PreviewRedrive(parts_.store, selection, max_count)
                   : queue::Redrive(parts_, selection, target, max_count);
  }
  absl::StatusOr<QueueRecord> SetPaused(std::string_view queue, bool paused, std::string_view reason) override;
  absl::StatusOr<std::vector<LeaseHolder>> Holders(std::string_view queue, int limit) override;
  absl::StatusOr<FiguresSample> Figures(absl::Duration max_age) override { return sampler_.Figures(max_age); }

  absl::StatusOr<QueueNumber> NumberOf(std::string_view queue) const override;
  std::string NameOf(QueueNumber queue) const override;
  absl::StatusOr<LeaseKey> DecodeToken(std::string_view lease_token) const override;
  void Hint(absl::Span<const QueueNumber> queues) override {
    if (parts_.desk.AnnounceQueues(queues)) parts_.dispatcher.Ring();
    // The news may be of a lane that this process does not know yet.
    dispatcher_.RefreshLanesSoon();
  }
  std::vector<QueueNumber> TakeFreshQueues() override { return parts_.desk.TakeFreshQueues(); }
  void ClockMoved() override;

 private:
  absl::StatusOr<std::vector<QueueNumber>> QueuesToClaimFrom(const std::vector<std::string>& names) const;

  EngineParts parts_;
  SettlePath settle_{parts_};
  LeaseGranter granter_{parts_, settle_};
  SubmitPath submit_{parts_, granter_};
  ExtendPath extend_{parts_};
  ClaimDispatcher dispatcher_{parts_, granter_};
  Caretaker caretaker_{parts_, settle_};
  FiguresSampler sampler_{parts_};
  Maintenance maintenance_{parts_};
  std::atomic<bool> shut_down_{false};
};

absl::Status BatchingQueueEngine::Start() {
  if (parts_.options.run_maintenance) {
    // The first inquiry must find its partition.
    SWITCHBOARD_RETURN_IF_ERROR(parts_.store.CreatePartitions(parts_.clock.Now() + absl::Hours(24)));
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<QueueRecord> queues, parts_.store.ListQueues());
  parts_.directory.SetRecords(queues);
  SWITCHBOARD_RETURN_IF_ERROR(parts_.RefreshLanes());
  settle_.Start();
  submit_.Start();
  extend_.Start();
  dispatcher_.Start();
  caretaker_.Start();
  if (parts_.options.run_maintenance) maintenance_.Start();
  return absl::OkStatus();
}

void BatchingQueueEngine::Shutdown() {
  if (shut_down_.exchange(true)) return;
  StopGranting();
  maintenance_.Close();
  caretaker_.Close();
  dispatcher_.Close();
  submit_.Close();
  extend_.Close();
  // Last: the others may have leases to give back.
  settle_.Close();
  parts_.doubt.Stop();
}

absl::Status BatchingQueueEngine::Configure(std::vector<QueueSettings> settings) {
  std::vector<std::string> names;
  for (const QueueSettings& queue : settings) names.push_back(queue.name);
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<QueueRecord> records, parts_.store.RegisterQueues(names));
  parts_.directory.SetSettings(std::move(settings));
  parts_.directory.SetRecords(records);
  return absl::OkStatus();
}

int64_t BatchingQueueEngine::Claim(ClaimRequest request, Callback<std::vector<GrantedLease>> done) {
  absl::StatusOr<std::vector<QueueNumber>> queues = QueuesToClaimFrom(request.queues);
  if (!queues.ok()) {
    done(queues.status());
    return 0;
  }
  const ClaimDesk::Added added = parts_.desk.Add(std::move(request), *std::move(queues), parts_.clock.Now(), done);
  switch (added.verdict) {
    case ClaimDesk::Added::Verdict::kQueued:
      if (added.needs_look) parts_.dispatcher.Ring();
      break;
    case ClaimDesk::Added::Verdict::kFull:
      done(Overloaded("more claims wait than may; repeat it later", absl::Seconds(1)));
      break;
    case ClaimDesk::Added::Verdict::kClosed:
      if (shut_down_) {
        done(ShuttingDown());
      } else {
        done(std::vector<GrantedLease>());
      }
      break;
  }
  return added.claim;
}

absl::StatusOr<std::vector<QueueNumber>> BatchingQueueEngine::QueuesToClaimFrom(
    const std::vector<std::string>& names) const {
  if (names.empty()) return InvalidField("queues", "names no queue; at least one is needed");
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  std::vector<QueueNumber> numbers;
  const QueueEntry* paused = nullptr;
  bool all_paused = true;
  for (const std::string& name : names) {
    SWITCHBOARD_ASSIGN_OR_RETURN(const QueueEntry* entry, queues->Get(name));
    numbers.push_back(entry->record.number);
    if (entry->record.paused) paused = entry;
    all_paused &= entry->record.paused;
  }
  if (!all_paused) return numbers;
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kQueuePaused,
                   "every queue asked for is paused: " + paused->record.pause_reason, {{"queue", paused->record.name}});
}

void BatchingQueueEngine::CancelClaim(int64_t claim) {
  std::optional<ClaimAnswer> answer = parts_.desk.Cancel(claim);
  if (!answer.has_value()) return;
  std::vector<ClaimAnswer> answers;
  answers.push_back(*std::move(answer));
  granter_.Answer(std::move(answers));
}

absl::StatusOr<WithdrawOutcome> BatchingQueueEngine::Withdraw(int64_t id, std::string_view reason) {
  const absl::StatusOr<WithdrawOutcome> outcome = parts_.store.Withdraw(id, reason, parts_.clock.Now());
  if (!outcome.ok() || *outcome != WithdrawOutcome::kWithdrawn) return outcome;
  // Rare enough for a look-up of what the counter is labelled with.
  const absl::StatusOr<StoredInquiry> inquiry = parts_.store.Get(id);
  if (!inquiry.ok()) return outcome;
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  if (const QueueEntry* entry = queues->Find(inquiry->queue)) entry->series->CountWithdrawal(inquiry->content.channel);
  return outcome;
}

absl::StatusOr<AppendOutcome> BatchingQueueEngine::Append(int64_t id, StoredMessage message,
                                                          std::optional<Uuid> request_id, uint64_t content_hash) {
  const PositionsInFlight::Cover cover(parts_.positions);
  const absl::Time now = parts_.clock.Now();
  AppendRequest request;
  request.id = id;
  request.message = std::move(message);
  if (request.message.create_time == absl::Time()) request.message.create_time = now;
  request.message_id = parts_.ids.NextPosition();
  request.request_id = request_id;
  request.content_hash = content_hash;
  request.request_id_expires = now + parts_.options.request_id_memory;
  request.reopen_position = parts_.ids.NextPosition();
  absl::StatusOr<AppendOutcome> outcome = parts_.store.Append(request);
  if (outcome.ok() && outcome->kind == AppendOutcome::Kind::kReopened) KeepOrAnnounce(parts_, id, outcome->place);
  return outcome;
}

absl::StatusOr<QueueRecord> BatchingQueueEngine::SetPaused(std::string_view queue, bool paused,
                                                           std::string_view reason) {
  SWITCHBOARD_ASSIGN_OR_RETURN(QueueRecord record, parts_.store.SetPaused(queue, paused, reason));
  parts_.directory.SetRecords({record});
  if (!paused) Hint({record.number});
  return record;
}

absl::StatusOr<std::vector<LeaseHolder>> BatchingQueueEngine::Holders(std::string_view queue, int limit) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const QueueNumber number, NumberOf(queue));
  return parts_.store.Holders(number, limit);
}

absl::StatusOr<QueueNumber> BatchingQueueEngine::NumberOf(std::string_view queue) const {
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  SWITCHBOARD_ASSIGN_OR_RETURN(const QueueEntry* entry, queues->Get(queue));
  return entry->record.number;
}

std::string BatchingQueueEngine::NameOf(QueueNumber queue) const {
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  const QueueEntry* entry = queues->Find(queue);
  return entry == nullptr ? std::string() : entry->record.name;
}

absl::StatusOr<LeaseKey> BatchingQueueEngine::DecodeToken(std::string_view lease_token) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(const LeaseFacts facts, DecodeLeaseToken(lease_token));
  return facts.key;
}

void BatchingQueueEngine::ClockMoved() {
  parts_.doubt.Ring();
  parts_.dispatcher.Ring();
  parts_.caretaker.Ring();
  maintenance_.Ring();
}

}  // namespace

std::unique_ptr<QueueEngine> MakeQueueEngine(QueueStore& store, const Clock& clock, IdGenerator& ids,
                                             QueueMetrics& metrics, EngineOptions options) {
  return std::make_unique<BatchingQueueEngine>(store, clock, ids, metrics, std::move(options));
}

}  // namespace switchboard::queue
