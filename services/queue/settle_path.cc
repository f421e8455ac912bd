#include "services/queue/settle_path.h"

#include <algorithm>
#include <utility>

#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/queue/batch_commit.h"
#include "services/queue/kept_inquiries.h"
#include "services/queue/refusals.h"
#include "services/queue/service_level.h"

namespace switchboard::queue {
namespace {

using Target = Settlement::Target;

// A worker does not wait for the answer by the millisecond, but what a citizen sends does wait for the disk that both
// are written to.
constexpr absl::Duration kPace = absl::Milliseconds(4);

constexpr int64_t kSettlementBytes = 300;  // of a settlement, about

InquiryState StateAfter(Target target) {
  switch (target) {
    case Target::kClosed:
      return InquiryState::kCompleted;
    case Target::kReady:
      return InquiryState::kReady;
    case Target::kDelayed:
      return InquiryState::kDelayed;
    case Target::kDeadLetter:
      return InquiryState::kDeadLettered;
  }
  return InquiryState::kReady;
}

}  // namespace

SettlePath::SettlePath(EngineParts& parts)
    : parts_(parts),
      committer_("settle",
                 {.writers = parts.options.settle_writers,
                  .large_batch = kLargeBatch,
                  .precedence = kPrecedence,
                  .pace = kPace,
                  .max_batch = static_cast<size_t>(parts.options.max_batch),
                  .max_pending = parts.options.max_pending,
                  .max_pending_bytes = parts.options.max_pending_bytes},
                 [this](std::vector<Element> batch) { Commit(std::move(batch)); }) {}

void SettlePath::Settle(SettleRequest request, Callback<Settled> done) {
  PendingSettlement settlement{std::move(request), std::move(done)};
  Element element = MakeElement(settlement, *parts_.directory.Load());
  if (element == nullptr) return;
  const Committer::Verdict verdict = committer_.TryAdd(element, kSettlementBytes, Committer::Urgency::kOrdinary);
  if (verdict != Committer::Verdict::kTaken) element->done(RefusalFor(verdict == Committer::Verdict::kClosed));
}

void SettlePath::SettleAll(std::vector<PendingSettlement> settlements) {
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  std::vector<Committer::Offer> offers;
  offers.reserve(settlements.size());
  for (PendingSettlement& settlement : settlements) {
    Element element = MakeElement(settlement, *queues);
    if (element != nullptr) offers.push_back({std::move(element), kSettlementBytes});
  }
  committer_.TryAddAll(absl::MakeSpan(offers));
  for (Committer::Offer& offer : offers) {
    if (offer.verdict == Committer::Verdict::kTaken) continue;
    offer.element->done(RefusalFor(offer.verdict == Committer::Verdict::kClosed));
  }
}

SettlePath::Element SettlePath::MakeElement(PendingSettlement& settlement, const QueueSnapshot& queues) {
  const absl::StatusOr<LeaseFacts> lease = DecodeLeaseToken(settlement.request.lease_token);
  if (!lease.ok()) {
    settlement.done(lease.status());
    return nullptr;
  }
  const double random = settlement.request.kind == EventKind::kReleased ? parts_.options.random() : 0;
  absl::StatusOr<SettlementPlan> plan = PlanRequest(settlement.request, *lease, queues, parts_.clock.Now(), random);
  if (!plan.ok()) {
    settlement.done(plan.status());
    return nullptr;
  }
  return std::make_unique<Pending>(Pending{*std::move(plan), *lease, std::move(settlement.done)});
}

void SettlePath::Expire(absl::Span<const LeaseFacts> leases) {
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  TakeBack(leases, Committer::Urgency::kOrdinary,
           [&queues](const LeaseFacts& lease) { return PlanExpiry(lease, *queues); });
}

void SettlePath::GiveBack(absl::Span<const LeaseFacts> leases) {
  TakeBack(leases, Committer::Urgency::kUnbounded, PlanReturn);
}

// Positions follow the order of the leases only within a batch, so none of them may begin one before the others came.
void SettlePath::TakeBack(absl::Span<const LeaseFacts> leases, Committer::Urgency urgency,
                          absl::FunctionRef<SettlementPlan(const LeaseFacts&)> plan) {
  if (leases.empty()) return;
  std::vector<Committer::Offer> offers;
  offers.reserve(leases.size());
  for (const LeaseFacts& lease : leases) {
    offers.push_back({std::make_unique<Pending>(Pending{plan(lease), lease, nullptr}), kSettlementBytes, urgency});
  }
  committer_.TryAddAll(absl::MakeSpan(offers));
}

void SettlePath::Commit(std::vector<Element> batch) {
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  const auto others = std::stable_partition(batch.begin(), batch.end(),
                                            [](const Element& element) { return !element->plan.keeps_lease; });
  for (auto element = others; element != batch.end(); ++element) ReclassifyInPlace(**element, *queues);
  batch.erase(others, batch.end());
  if (batch.empty()) return;
  std::vector<Settlement> settlements;
  std::vector<LeaseKey> ended;
  settlements.reserve(batch.size());
  ended.reserve(batch.size());
  for (const Element& element : batch) {
    ended.push_back(element->lease.key);
    settlements.push_back(std::move(element->plan.settlement));
  }
  bool in_doubt = false;
  const std::vector<Outcome> outcomes = Write(settlements, &in_doubt);
  // A lease whose end is unknown is left to the sweep, too: taking it away early would be wrong, late is not.
  parts_.leases.Remove(ended);
  for (size_t i = 0; i < batch.size(); ++i) Finish(*batch[i], settlements[i], outcomes[i], in_doubt, *queues);
}

std::vector<SettlePath::Outcome> SettlePath::Write(std::vector<Settlement>& settlements, bool* in_doubt) {
  const PositionsInFlight::Cover cover(parts_.positions);
  for (Settlement& settlement : settlements) settlement.next.position = parts_.ids.NextPosition();
  // After the positions: nothing becomes ready at a time before the number of the event that put it off.
  const absl::Time now = parts_.clock.Now();
  for (Settlement& settlement : settlements) {
    settlement.now = now;
    settlement.ready_time = std::max(settlement.ready_time, now);
  }
  const CommitScene scene = parts_.SceneOf(CommitKind::kSettle);
  return CommitAll<Settlement, SettleOutcome>(
      scene, settlements, [this](absl::Span<const Settlement> part) { return parts_.store.Settle(part); }, in_doubt);
}

void SettlePath::Finish(Pending& pending, const Settlement& settlement, const Outcome& outcome, bool in_doubt,
                        const QueueSnapshot& queues) {
  const QueueEntry* entry = queues.Find(pending.lease.key.place.queue);
  if (outcome.ok() && entry != nullptr) {
    SettleOutcome counted = *outcome;
    // Where the outcome was unknown, the first try is what the repetition met.
    if (in_doubt && counted.kind == SettleOutcome::Kind::kRepeated) counted.kind = SettleOutcome::Kind::kDone;
    Count(pending, settlement, counted, *entry);
    FollowUp(settlement, counted);
  }
  if (pending.done) pending.done(AnswerFor(pending, settlement, outcome, queues));
}

void SettlePath::Count(const Pending& pending, const Settlement& settlement, const SettleOutcome& outcome,
                       const QueueEntry& queue) {
  QueueSeries& series = *queue.series;
  if (outcome.kind == SettleOutcome::Kind::kLeaseLost) {
    if (pending.done) series.CountLeases(LeaseEvent::kStaleRejected);
    return;
  }
  if (outcome.kind != SettleOutcome::Kind::kDone) return;
  if (settlement.kind == EventKind::kCompleted) {
    const absl::Time claimed = outcome.claim_time == absl::Time() ? settlement.now : outcome.claim_time;
    if (!outcome.answered) CountFirstResponse(pending.lease, settlement.now, series);
    CountCompletion(pending.lease, settlement.disposition, claimed, settlement.now, queue);
    return;
  }
  const bool expired = settlement.only_if_expired;
  const bool given_up = settlement.target == Target::kDeadLetter;
  if (!expired && !given_up && settlement.kind != EventKind::kReleased) return;
  series.CountLeases(expired ? LeaseEvent::kExpired : LeaseEvent::kReleased);
  const ReturnReason reason = expired ? ReturnReason::kExpired : ReturnReason::kReleased;
  given_up ? series.CountDeadLetter(reason) : series.CountRedelivery(reason);
}

void SettlePath::FollowUp(const Settlement& settlement, const SettleOutcome& outcome) {
  if (outcome.kind != SettleOutcome::Kind::kDone) return;
  if (outcome.reopened) {
    KeepOrAnnounce(parts_, settlement.lease.id, settlement.next);
  } else if (settlement.target == Target::kReady) {
    parts_.Announce({settlement.next});
  }
  if (settlement.target == Target::kDelayed) {
    parts_.due_times.Add(settlement.ready_time);
    parts_.caretaker.Ring();
  }
}

absl::StatusOr<Settled> SettlePath::AnswerFor(const Pending& pending, const Settlement& settlement,
                                              const Outcome& outcome, const QueueSnapshot& queues) {
  if (!outcome.ok()) return outcome.status();
  if (outcome->kind == SettleOutcome::Kind::kLeaseLost) return LeaseLost();
  Settled settled;
  settled.id = pending.lease.key.id;
  settled.repeated = outcome->kind == SettleOutcome::Kind::kRepeated;
  settled.reopened = outcome->reopened;
  settled.first_response = outcome->kind == SettleOutcome::Kind::kDone && !outcome->answered;
  settled.lease_kept = pending.plan.keeps_lease;
  settled.state = settled.lease_kept ? InquiryState::kLeased
                  : settled.reopened ? InquiryState::kReady
                                     : StateAfter(settlement.target);
  if (settlement.target == Target::kDelayed) settled.ready_time = settlement.ready_time;
  if (const QueueEntry* entry = queues.Find(settlement.next.queue)) settled.queue = entry->record.name;
  settled.priority = settlement.next.lane.priority();
  return settled;
}

void SettlePath::ReclassifyInPlace(Pending& pending, const QueueSnapshot& queues) {
  const Settlement& settlement = pending.plan.settlement;
  const CommitScene scene = parts_.SceneOf(CommitKind::kSettle);
  const absl::Time now = parts_.clock.Now();
  const absl::StatusOr<bool> valid = RepeatInDoubt<bool>(scene, [&] {
    return parts_.store.Reclassify(settlement.lease, settlement.topic, settlement.statute, settlement.reason, now);
  });
  Outcome outcome = SettleOutcome{};
  if (!valid.ok()) {
    outcome = valid.status();
  } else {
    outcome = SettleOutcome{.kind = *valid ? SettleOutcome::Kind::kDone : SettleOutcome::Kind::kLeaseLost};
    const QueueEntry* entry = queues.Find(settlement.lease.place.queue);
    if (!*valid && entry != nullptr) entry->series->CountLeases(LeaseEvent::kStaleRejected);
  }
  pending.done(AnswerFor(pending, settlement, outcome, queues));
}

absl::StatusOr<Settled> SettlePath::Reply(ReplyRequest request) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const LeaseFacts lease, DecodeLeaseToken(request.lease_token));
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  const SettleRequest closing{.lease_token = request.lease_token, .disposition = request.disposition};
  SWITCHBOARD_ASSIGN_OR_RETURN(SettlementPlan plan, PlanRequest(closing, lease, *queues, parts_.clock.Now(), 0));
  plan.keeps_lease = request.disposition == 0;
  const PositionsInFlight::Cover cover(parts_.positions);
  OutgoingReply reply{.lease = lease.key, .message = std::move(request.message), .request_id = request.request_id};
  reply.opening = std::move(request.opening);
  if (reply.opening.has_value()) {
    reply.opening->holding_id = parts_.ids.NextPosition();
    reply.opening->event_position = parts_.ids.NextPosition();
  }
  reply.message_id = parts_.ids.NextPosition();
  plan.settlement.next.position = parts_.ids.NextPosition();
  plan.settlement.now = reply.message.create_time = parts_.clock.Now();
  if (reply.opening.has_value()) reply.opening->holding.create_time = plan.settlement.now;
  if (!plan.keeps_lease) reply.closing = plan.settlement;
  const CommitScene scene = parts_.SceneOf(CommitKind::kSettle);
  bool in_doubt = false;
  const Outcome outcome = RepeatInDoubt<SettleOutcome>(
      scene, [&] { return parts_.store.Reply(reply); }, &in_doubt);
  const Settlement settlement = plan.settlement;
  const Pending pending{std::move(plan), lease, [](const absl::StatusOr<Settled>&) {}};
  const QueueEntry* entry = queues->Find(lease.key.place.queue);
  if (outcome.ok() && entry != nullptr) {
    SettleOutcome counted = *outcome;
    if (in_doubt && counted.kind == SettleOutcome::Kind::kRepeated) counted.kind = SettleOutcome::Kind::kDone;
    if (!pending.plan.keeps_lease) {
      parts_.leases.Remove({lease.key});
      Count(pending, settlement, counted, *entry);
      FollowUp(settlement, counted);
    } else if (counted.kind == SettleOutcome::Kind::kDone && !counted.answered) {
      CountFirstResponse(lease, settlement.now, *entry->series);
    }
  }
  return AnswerFor(pending, settlement, outcome, *queues);
}

absl::Status SettlePath::Note(std::string_view lease_token, EventKind kind, std::string_view reason) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const LeaseFacts lease, DecodeLeaseToken(lease_token));
  const int64_t position = parts_.ids.NextPosition();
  const CommitScene scene = parts_.SceneOf(CommitKind::kSettle);
  const absl::Time now = parts_.clock.Now();
  const absl::StatusOr<bool> noted =
      RepeatInDoubt<bool>(scene, [&] { return parts_.store.NoteUnderLease(lease.key, kind, position, reason, now); });
  if (!noted.ok()) return noted.status();
  return *noted ? absl::OkStatus() : LeaseLost();
}

}  // namespace switchboard::queue
