#include "services/queue/drafts.h"

#include <utility>
#include <vector>

#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/queue/batch_commit.h"
#include "services/queue/draft_rules.h"
#include "services/queue/kept_inquiries.h"
#include "services/queue/lease_token.h"
#include "services/queue/refusals.h"
#include "services/queue/service_level.h"

namespace switchboard::queue {
namespace {

constexpr int kDueLimit = 100;  // decided on between two looks
// The lease of a draft outlives its deadline, so that only where nobody acts for so long the inquiry comes back alone.
constexpr absl::Duration kDraftGrace = absl::Hours(24 * 30);
constexpr char kNobodyDecided[] =
    "nobody with the authority decided in time: change the reply so that it keeps the rules, or ask again";

LeaseFacts FactsOf(const StoredDraft& draft) {
  return {.key = draft.lease,
          .channel = draft.channel,
          .attempts = draft.attempts,
          .first_response_due = draft.first_response_due};
}

DraftEnd EndOf(const DraftDecision& decision, const DraftOutcome& outcome) {
  if (outcome.kind == DraftOutcome::Kind::kWithdrawn) return DraftEnd::kWithdrawn;
  switch (decision.kind) {
    case DraftDecision::Kind::kSend:
      return DraftEnd::kSent;
    case DraftDecision::Kind::kReturn:
      return DraftEnd::kReturned;
    case DraftDecision::Kind::kDeadline:
      break;
  }
  return DraftEnd::kDeadline;
}

// The citizen has heard something.
bool IsToldBy(DraftState state) { return state == DraftState::kSent || state == DraftState::kHoldingReply; }

void Count(const DraftDecision& decision, const DraftOutcome& outcome, const QueueEntry& queue) {
  const StoredDraft& draft = outcome.draft;
  queue.series->ObserveDraft(EndOf(decision, outcome), decision.now - draft.message.create_time);
  if (IsToldBy(draft.state) && !outcome.answered) CountFirstResponse(FactsOf(draft), decision.now, *queue.series);
  if (draft.state != DraftState::kSent || draft.disposition == 0) return;
  CountCompletion(FactsOf(draft), draft.disposition, outcome.claim_time, decision.now, queue);
}

// `decision` has key, kind and words; times and positions are filled in.
absl::StatusOr<DraftOutcome> Decide(EngineParts& parts, DraftDecision decision, QueueNumber queue) {
  const std::shared_ptr<const QueueSnapshot> queues = parts.directory.Load();
  const QueueEntry* entry = queues->Find(queue);
  const PositionsInFlight::Cover cover(parts.positions);
  decision.event_position = parts.ids.NextPosition();
  decision.message_id = parts.ids.NextPosition();
  decision.next_position = parts.ids.NextPosition();
  decision.token = parts.ids.NextPosition();
  decision.now = parts.clock.Now();
  decision.lease_until = decision.now + LeaseDurationOf(entry == nullptr ? QueueSettings() : entry->settings);
  bool in_doubt = false;
  SWITCHBOARD_ASSIGN_OR_RETURN(DraftOutcome outcome, RepeatInDoubt<DraftOutcome>(
                                                         parts.SceneOf(CommitKind::kSettle),
                                                         [&] { return parts.store.DecideDraft(decision); }, &in_doubt));
  if (outcome.kind == DraftOutcome::Kind::kClaimed && entry != nullptr) {
    entry->series->CountReview(ReviewEvent::kRefused);
  }
  // Where the outcome was unknown, the first try is what the repetition met.
  const bool done =
      outcome.kind == DraftOutcome::Kind::kDone || (in_doubt && outcome.kind == DraftOutcome::Kind::kRepeated);
  if (!done) return outcome;
  if (entry != nullptr) Count(decision, outcome, *entry);
  if (outcome.next.has_value()) {
    const bool reopened = outcome.draft.state == DraftState::kSent;
    reopened ? KeepOrAnnounce(parts, decision.inquiry, *outcome.next) : parts.Announce({*outcome.next});
  }
  if (outcome.draft.lease_until > decision.now) {
    parts.leases.Add({{.facts = FactsOf(outcome.draft), .until = outcome.draft.lease_until}});
  }
  return outcome;
}

absl::Status DecideAtDeadline(EngineParts& parts, const DraftKey& key) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const StoredDraft draft, parts.store.GetDraft(key));
  DraftDecision decision{
      .inquiry = key.inquiry, .draft = key.draft, .kind = DraftDecision::Kind::kDeadline, .advice = kNobodyDecided};
  return Decide(parts, std::move(decision), draft.lease.place.queue).status();
}

}  // namespace

absl::StatusOr<KeptDraft> KeepDraft(EngineParts& parts, DraftRequest request) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const LeaseFacts lease, DecodeLeaseToken(request.lease_token));
  NewDraft draft{.id = parts.ids.NextPosition(),
                 .lease = lease.key,
                 .request_id = request.request_id,
                 .message = std::move(request.message),
                 .disposition = request.disposition,
                 .authority_level = request.authority_level,
                 .refusal = std::move(request.refusal),
                 .at_deadline = request.at_deadline,
                 .holding_reply = std::move(request.holding_reply)};
  if (!request.reassign_to.empty()) {
    SWITCHBOARD_ASSIGN_OR_RETURN(const QueueEntry* entry, parts.directory.Load()->Get(request.reassign_to));
    draft.reassign_to = entry->record.number;
  }
  draft.message.create_time = parts.clock.Now();
  draft.deadline = draft.message.create_time + request.wait;
  draft.hold_until = draft.deadline + kDraftGrace;
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const ParkedDraft parked,
      RepeatInDoubt<ParkedDraft>(parts.SceneOf(CommitKind::kSettle), [&] { return parts.store.ParkDraft(draft); }));
  if (parked.kind == SettleOutcome::Kind::kLeaseLost) return LeaseLost();
  parts.leases.Remove({lease.key});
  KeptDraft kept{{lease.key.id, parked.draft}, draft.deadline, parked.kind == SettleOutcome::Kind::kRepeated};
  if (kept.repeated) {
    SWITCHBOARD_ASSIGN_OR_RETURN(const StoredDraft stored, parts.store.GetDraft(kept.key));
    kept.deadline = stored.deadline;
  }
  return kept;
}

absl::StatusOr<DecidedDraft> DecideDraft(EngineParts& parts, const DraftAnswer& answer) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const StoredDraft before, parts.store.GetDraft(answer.key));
  DraftDecision decision{.inquiry = answer.key.inquiry,
                         .draft = answer.key.draft,
                         .kind = answer.send ? DraftDecision::Kind::kSend : DraftDecision::Kind::kReturn,
                         .decided_by = answer.decided_by,
                         .review_token = answer.review_token,
                         .advice = answer.advice,
                         .guidelines = answer.guidelines,
                         .rules = answer.rules};
  SWITCHBOARD_ASSIGN_OR_RETURN(DraftOutcome outcome, Decide(parts, std::move(decision), before.lease.place.queue));
  switch (outcome.kind) {
    case DraftOutcome::Kind::kDecided:
      return MakeError(absl::StatusCode::kFailedPrecondition, reason::kDraftDecided,
                       "something else was decided on this draft before; nothing was changed. Look at it again");
    case DraftOutcome::Kind::kWithdrawn:
      return MakeError(absl::StatusCode::kFailedPrecondition, reason::kLeaseLost,
                       "the inquiry was taken away while the draft waited; nothing was sent");
    case DraftOutcome::Kind::kClaimed:
      return MakeError(
          absl::StatusCode::kFailedPrecondition, reason::kDraftClaimed,
          StrCat(WorkerName(outcome.draft.review.worker), " was handed this draft and decides on it, until ",
                 absl::FormatTime("%H:%M:%SZ", outcome.draft.review.until, absl::UTCTimeZone()),
                 "; nothing was changed"));
    case DraftOutcome::Kind::kReviewLost:
      return MakeError(
          absl::StatusCode::kFailedPrecondition, reason::kReviewLost,
          "the review ended and the draft may be somebody else's; nothing was changed. Claim drafts again");
    default:
      break;
  }
  return DecidedDraft{.draft = std::move(outcome.draft),
                      .repeated = outcome.kind == DraftOutcome::Kind::kRepeated,
                      .reopened = outcome.next.has_value(),
                      .first_response = outcome.kind == DraftOutcome::Kind::kDone && !outcome.answered};
}

absl::StatusOr<std::vector<StoredDraft>> ClaimDrafts(EngineParts& parts, const ReviewRequest& request) {
  const std::shared_ptr<const QueueSnapshot> queues = parts.directory.Load();
  DraftClaim claim{.worker = request.worker,
                   .languages = request.languages,
                   .highest_authority = request.authority_level,
                   .limit = request.max_drafts,
                   .token = parts.ids.NextPosition(),
                   .now = parts.clock.Now()};
  for (const std::string& name : request.queues) {
    SWITCHBOARD_ASSIGN_OR_RETURN(const QueueEntry* entry, queues->Get(name));
    claim.queues.push_back(entry->record.number);
  }
  claim.until = claim.now + request.duration;
  using Drafts = std::vector<StoredDraft>;
  SWITCHBOARD_ASSIGN_OR_RETURN(Drafts drafts, RepeatInDoubt<Drafts>(parts.SceneOf(CommitKind::kSettle),
                                                                    [&] { return parts.store.ClaimDrafts(claim); }));
  for (const StoredDraft& draft : drafts) {
    if (const QueueEntry* entry = queues->Find(draft.lease.place.queue))
      entry->series->CountReview(ReviewEvent::kClaimed);
  }
  return drafts;
}

absl::StatusOr<std::vector<DraftKey>> ReleaseDrafts(EngineParts& parts, std::string_view worker,
                                                    std::optional<DraftKey> key, int64_t review_token) {
  const DraftRelease release{.worker = std::string(worker),
                             .key = key,
                             .token = review_token,
                             .event_position = parts.ids.NextPosition(),
                             .now = parts.clock.Now()};
  using Keys = std::vector<DraftKey>;
  return RepeatInDoubt<Keys>(parts.SceneOf(CommitKind::kSettle), [&] { return parts.store.ReleaseDrafts(release); });
}

std::string TokenOf(const StoredDraft& draft) {
  const bool returned = draft.state == DraftState::kReturned || draft.state == DraftState::kHoldingReply;
  return returned ? EncodeLeaseToken(FactsOf(draft)) : std::string();
}

absl::Status DecideDueDrafts(EngineParts& parts) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<DraftKey> due, parts.store.DueDrafts(parts.clock.Now(), kDueLimit));
  absl::Status status;
  for (const DraftKey& key : due) status.Update(DecideAtDeadline(parts, key));
  return status;
}

}  // namespace switchboard::queue
