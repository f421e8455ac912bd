#include "services/queue/submit_path.h"

#include <utility>

#include "common/status/errors.h"
#include "services/queue/batch_commit.h"
#include "services/queue/refusals.h"

namespace switchboard::queue {
namespace {

// What waits goes out before more comes in, or the machine would spend itself on a backlog while workers wait; and with
// nothing waiting, what comes is handed over in its own commit.
constexpr absl::Duration kLongestYield = absl::Milliseconds(20);

constexpr int64_t kSubmissionBytes = 600;  // of a submission beside its text, about

absl::Status RequestIdReused() {
  return MakeError(absl::StatusCode::kAlreadyExists, reason::kRequestIdReused,
                   "this request_id was used for an inquiry with other content; use a fresh one for a new inquiry");
}

ClaimedInquiry AsClaimed(NewInquiry& inquiry) {
  ClaimedInquiry claimed;
  claimed.place = inquiry.place;
  claimed.topic = inquiry.content.topic;
  claimed.attempts = 1;
  claimed.token = inquiry.hand_off->token;
  claimed.worker = std::move(inquiry.hand_off->worker);
  claimed.lease_until = inquiry.hand_off->lease_until;
  claimed.content = std::move(inquiry.content);
  return claimed;
}

bool IsStored(const absl::StatusOr<EnqueueOutcome>& outcome) {
  return outcome.ok() && outcome->kind == EnqueueOutcome::Kind::kStored;
}

}  // namespace

absl::Time FirstResponseDue::After(const BusinessCalendar* calendar, absl::Duration target) {
  if (calendar == nullptr) return now_ + target;
  for (const Known& known : known_) {
    if (known.calendar == calendar && known.target == target) return known.due;
  }
  return known_.emplace_back(Known{calendar, target, calendar->Add(now_, target)}).due;
}

SubmitPath::SubmitPath(EngineParts& parts, LeaseGranter& granter)
    : parts_(parts),
      granter_(granter),
      committer_("submit",
                 {.writers = parts.options.submit_writers,
                  .large_batch = kLargeBatch,
                  .precedence = kPrecedence,
                  .max_batch = static_cast<size_t>(parts.options.max_batch),
                  .max_pending = parts.options.max_pending,
                  .max_pending_bytes = parts.options.max_pending_bytes},
                 [this](std::vector<Element> batch) { Commit(std::move(batch)); }) {}

void SubmitPath::Submit(Submission submission, Callback<Accepted> done) {
  PendingSubmission pending{std::move(submission), std::move(done)};
  Committer::Offer offer = MakeOffer(pending, *parts_.directory.Load());
  if (offer.element == nullptr) return;
  const Committer::Verdict verdict = committer_.TryAdd(offer.element, offer.bytes, offer.urgency);
  if (verdict != Committer::Verdict::kTaken) offer.element->done(RefusalFor(verdict == Committer::Verdict::kClosed));
}

void SubmitPath::SubmitAll(std::vector<PendingSubmission> submissions) {
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  std::vector<Committer::Offer> offers;
  offers.reserve(submissions.size());
  for (PendingSubmission& pending : submissions) {
    Committer::Offer offer = MakeOffer(pending, *queues);
    if (offer.element != nullptr) offers.push_back(std::move(offer));
  }
  committer_.TryAddAll(absl::MakeSpan(offers));
  for (Committer::Offer& offer : offers) {
    if (offer.verdict == Committer::Verdict::kTaken) continue;
    offer.element->done(RefusalFor(offer.verdict == Committer::Verdict::kClosed));
  }
}

SubmitPath::Committer::Offer SubmitPath::MakeOffer(PendingSubmission& pending, const QueueSnapshot& queues) {
  Submission& submission = pending.submission;
  const absl::StatusOr<const QueueEntry*> queue = queues.Get(submission.queue);
  if (!queue.ok()) {
    pending.done(queue.status());
    return {};
  }
  auto element = std::make_unique<Pending>();
  if (submission.overflow_after > absl::ZeroDuration()) {
    const absl::StatusOr<const QueueEntry*> overflow = queues.Get(submission.overflow_queue);
    if (!overflow.ok()) {
      pending.done(overflow.status());
      return {};
    }
    element->inquiry.overflow = OverflowPlan{.queue = (*overflow)->record.number};
    element->overflow_after = submission.overflow_after;
  }
  const uint16_t group = parts_.fairness.Admit(submission.caller, 1, parts_.clock.Elapsed());
  element->inquiry.place.queue = (*queue)->record.number;
  element->inquiry.place.lane = Lane(submission.priority, submission.content.language, group);
  element->inquiry.request_id = submission.request_id;
  element->inquiry.content_hash = submission.content_hash;
  element->inquiry.statute = submission.statute;
  element->target = (*queue)->settings.TargetFor(submission.priority);
  element->calendar = (*queue)->settings.calendar;
  element->lease_duration = LeaseDurationOf((*queue)->settings);
  const int64_t bytes = kSubmissionBytes + static_cast<int64_t>(submission.content.text.size());
  element->inquiry.content = std::move(submission.content);
  element->done = std::move(pending.done);
  const auto urgency = group == 0 ? Committer::Urgency::kOrdinary : Committer::Urgency::kPatient;
  return {std::move(element), bytes, urgency};
}

void SubmitPath::Commit(std::vector<Element> batch) {
  if (batch.size() >= kLargeBatch) parts_.desk.LetClaimsThrough(parts_.clock, kLongestYield);
  Group group = Write(batch);
  std::vector<Place> ready;
  for (size_t i = 0; i < batch.size(); ++i) {
    if (!IsStored(group.outcomes[i])) continue;
    const NewInquiry& inquiry = group.inquiries[i];
    if (!inquiry.hand_off.has_value()) ready.push_back(inquiry.place);
  }
  parts_.Announce(ready);
  AnswerSubmits(batch, group);
  AnswerClaims(group);
}

SubmitPath::Group SubmitPath::Write(std::vector<Element>& batch) {
  const PositionsInFlight::Cover cover(parts_.positions);
  const absl::Time now = parts_.clock.Now();
  FirstResponseDue due(now);
  Group group;
  group.inquiries.reserve(batch.size());
  for (const Element& element : batch) {
    NewInquiry& inquiry = group.inquiries.emplace_back(std::move(element->inquiry));
    Complete(inquiry, *element, due);
  }
  HandOffWaiting(batch, group, now);
  const CommitScene scene = parts_.SceneOf(CommitKind::kSubmit);
  group.outcomes = CommitAll<NewInquiry, EnqueueOutcome>(
      scene, group.inquiries, [this](absl::Span<const NewInquiry> part) { return parts_.store.Enqueue(part); });
  return group;
}

void SubmitPath::Complete(NewInquiry& inquiry, const Pending& pending, FirstResponseDue& due) {
  const absl::Time now = due.now();
  const int shard = inquiry.request_id.has_value()
                        ? ShardFor(inquiry.content.tenant, *inquiry.request_id)
                        : static_cast<int>(next_shard_.fetch_add(1, std::memory_order_relaxed) % kShardCount);
  inquiry.content.id = parts_.ids.NextInquiryId(shard);
  inquiry.content.create_time = now;
  inquiry.content.first_response_due = due.After(pending.calendar.get(), pending.target);
  inquiry.place.position = parts_.ids.NextPosition();
  inquiry.request_id_expires = now + parts_.options.request_id_memory;
  if (inquiry.overflow.has_value()) inquiry.overflow->at = now + pending.overflow_after;
}

void SubmitPath::HandOffWaiting(std::vector<Element>& batch, Group& group, absl::Time now) {
  std::vector<Place> places;
  places.reserve(batch.size());
  for (const NewInquiry& inquiry : group.inquiries) places.push_back(inquiry.place);
  group.reservations = parts_.desk.Reserve(places, *parts_.directory.Load());
  for (size_t i = 0; i < batch.size(); ++i) {
    std::optional<Reservation>& reservation = group.reservations[i];
    if (!reservation.has_value()) continue;
    const absl::Duration duration = reservation->lease_duration.value_or(batch[i]->lease_duration);
    group.inquiries[i].hand_off = HandOff{std::move(reservation->worker), parts_.ids.NextPosition(), now + duration};
  }
}

void SubmitPath::AnswerSubmits(std::vector<Element>& batch, const Group& group) {
  for (size_t i = 0; i < batch.size(); ++i) {
    const Outcome& outcome = group.outcomes[i];
    if (!outcome.ok()) {
      batch[i]->done(outcome.status());
      continue;
    }
    switch (outcome->kind) {
      case EnqueueOutcome::Kind::kStored: {
        const InquiryContent& content = group.inquiries[i].content;
        batch[i]->done(Accepted{outcome->id, false, content.create_time, content.first_response_due});
        break;
      }
      case EnqueueOutcome::Kind::kDuplicate:
        batch[i]->done(Accepted{.id = outcome->id, .duplicate = true, .create_time = TimeOf(outcome->id)});
        break;
      case EnqueueOutcome::Kind::kRequestIdReused:
        batch[i]->done(RequestIdReused());
        break;
    }
  }
}

void SubmitPath::AnswerClaims(Group& group) {
  std::vector<ClaimDesk::Handed> handed;
  bool returned = false;
  for (size_t i = 0; i < group.inquiries.size(); ++i) {
    if (!group.reservations[i].has_value()) continue;
    ClaimDesk::Handed& one = handed.emplace_back();
    one.claim = group.reservations[i]->claim;
    if (IsStored(group.outcomes[i])) {
      one.inquiry = AsClaimed(group.inquiries[i]);
    } else {
      returned = true;
    }
  }
  if (handed.empty()) return;
  granter_.Answer(parts_.desk.FinishReserved(std::move(handed), parts_.positions.Horizon(), parts_.clock.Now()));
  if (returned) parts_.dispatcher.Ring();
}

}  // namespace switchboard::queue
