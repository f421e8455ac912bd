// Replies that wait for somebody with the authority.
#include <algorithm>
#include <tuple>

#include "common/status/status_macros.h"
#include "services/queue/draft_rules.h"
#include "services/queue/in_memory_queue_store.h"

namespace switchboard::queue {

using DraftKind = DraftOutcome::Kind;

namespace {

template <typename T>
bool Contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

absl::StatusOr<ParkedDraft> InMemoryQueueStore::ParkDraft(const NewDraft& draft) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [id, stored] : drafts_) {
    if (stored.lease.id == draft.lease.id && stored.request_id == draft.request_id) {
      return ParkedDraft{SettleOutcome::Kind::kRepeated, id};
    }
  }
  Record* record = FindLease(draft.lease);
  if (record == nullptr) return ParkedDraft{};
  StoredDraft& stored = drafts_[draft.id];
  stored.id = draft.id;
  stored.lease = draft.lease;
  stored.lease.token = std::max(draft.id, draft.lease.token + 1);
  stored.channel = record->content.channel;
  stored.request_id = draft.request_id;
  stored.message = draft.message;
  stored.message.author = kStaffAuthor;
  stored.message.worker = record->worker;
  stored.disposition = draft.disposition;
  stored.authority_level = draft.authority_level;
  stored.refusal = draft.refusal;
  stored.deadline = draft.deadline;
  stored.at_deadline = draft.at_deadline;
  stored.holding_reply = draft.holding_reply;
  stored.reassign_to = draft.reassign_to;
  stored.attempts = record->attempts;
  stored.first_response_due = record->content.first_response_due;
  record->token = stored.lease.token;
  record->lease_until = draft.hold_until;
  Note(*record, EventKind::kAwaitingAuthority, draft.message.create_time, draft.refusal, draft.lease.token);
  record->events.back().stored.worker = record->worker;
  return ParkedDraft{SettleOutcome::Kind::kDone, draft.id};
}

absl::StatusOr<StoredDraft> InMemoryQueueStore::GetDraft(const DraftKey& key) {
  absl::MutexLock lock(&mutex_);
  const auto found = drafts_.find(key.draft);
  if (found == drafts_.end() || found->second.lease.id != key.inquiry) return NoSuchDraft(key);
  return found->second;
}

absl::StatusOr<std::vector<StoredDraft>> InMemoryQueueStore::ListDrafts(const DraftFilter& filter) {
  absl::MutexLock lock(&mutex_);
  std::vector<StoredDraft> drafts;
  for (auto at = drafts_.upper_bound(filter.after_id); at != drafts_.end(); ++at) {
    const StoredDraft& draft = at->second;
    if (static_cast<int>(drafts.size()) == filter.limit) break;
    if (filter.state.has_value() && draft.state != *filter.state) continue;
    if (filter.queue.has_value() && draft.lease.place.queue != *filter.queue) continue;
    if (!filter.worker.empty() && draft.message.worker != filter.worker) continue;
    if (draft.authority_level <= filter.highest_authority) drafts.push_back(draft);
  }
  return drafts;
}

absl::StatusOr<std::vector<StoredDraft>> InMemoryQueueStore::ClaimDrafts(const DraftClaim& claim) {
  absl::MutexLock lock(&mutex_);
  std::vector<StoredDraft*> candidates;
  for (auto& [id, draft] : drafts_) {
    const DraftReview& review = draft.review;
    const std::string& language = records_.at(draft.lease.id).content.language;
    const bool understood = claim.languages.empty() || language == "und" || Contains(claim.languages, language);
    const bool open = draft.state == DraftState::kWaiting && draft.deadline > claim.now;
    const bool free = review.token == claim.token || review.until <= claim.now;
    const bool may = draft.message.worker != claim.worker && draft.authority_level <= claim.highest_authority;
    if (open && free && may && understood && Contains(claim.queues, draft.lease.place.queue))
      candidates.push_back(&draft);
  }
  std::sort(candidates.begin(), candidates.end(), [&claim](const StoredDraft* a, const StoredDraft* b) {
    const auto key = [&claim](const StoredDraft* draft) {
      return std::make_tuple(draft->review.token != claim.token, draft->deadline, draft->id);
    };
    return key(a) < key(b);
  });
  candidates.resize(std::min(candidates.size(), static_cast<size_t>(claim.limit)));
  std::vector<StoredDraft> claimed;
  for (StoredDraft* draft : candidates) {
    if (draft->review.token != claim.token) NoteReview(*draft, EventKind::kDraftClaimed, claim.worker, claim.now);
    draft->review = {claim.token, claim.worker, claim.until};
    claimed.push_back(*draft);
  }
  return claimed;
}

absl::StatusOr<std::vector<DraftKey>> InMemoryQueueStore::ReleaseDrafts(const DraftRelease& release) {
  absl::MutexLock lock(&mutex_);
  std::vector<DraftKey> released;
  for (auto& [id, draft] : drafts_) {
    const DraftReview& review = draft.review;
    if (draft.state != DraftState::kWaiting || review.worker != release.worker || review.until <= release.now) continue;
    if (release.key.has_value() && (release.key->draft != id || release.token != review.token)) continue;
    draft.review = {};
    NoteReview(draft, EventKind::kDraftReleased, release.worker, release.now);
    released.push_back({draft.lease.id, id});
  }
  return released;
}

void InMemoryQueueStore::NoteReview(const StoredDraft& draft, EventKind kind, const std::string& reviewer,
                                    absl::Time now) {
  Record& record = records_.at(draft.lease.id);
  Note(record, kind, now, {}, draft.lease.token);
  record.events.back().stored.worker = reviewer;
}

absl::StatusOr<std::vector<DraftKey>> InMemoryQueueStore::DueDrafts(absl::Time now, int limit) {
  absl::MutexLock lock(&mutex_);
  std::vector<DraftKey> due;
  for (const auto& [id, draft] : drafts_) {
    if (draft.state != DraftState::kWaiting || draft.deadline > now) continue;
    if (static_cast<int>(due.size()) < limit) due.push_back({draft.lease.id, id});
  }
  return due;
}

absl::StatusOr<DraftOutcome> InMemoryQueueStore::DecideDraft(const DraftDecision& decision) {
  absl::MutexLock lock(&mutex_);
  const auto found = drafts_.find(decision.draft);
  if (found == drafts_.end() || found->second.lease.id != decision.inquiry) {
    return NoSuchDraft({decision.inquiry, decision.draft});
  }
  StoredDraft& draft = found->second;
  DraftOutcome outcome{.kind = Admissible(draft, decision), .draft = draft};
  if (outcome.kind != DraftKind::kDone) return outcome;
  if (decision.kind == DraftDecision::Kind::kSend) SWITCHBOARD_RETURN_IF_ERROR(CheckCited(draft.message.answers));
  draft.decided_by = decision.decided_by;
  draft.advice = decision.advice;
  draft.decide_time = decision.now;
  Record* record = FindLease(draft.lease);
  if (record == nullptr) {
    draft.state = DraftState::kWithdrawn;
    outcome.kind = DraftKind::kWithdrawn;
  } else {
    outcome.claim_time = record->claim_time;
    outcome.answered = record->answered;
    CarryOut(*record, decision, draft, outcome);
  }
  outcome.draft = draft;
  return outcome;
}

void InMemoryQueueStore::CarryOut(Record& record, const DraftDecision& decision, StoredDraft& draft,
                                  DraftOutcome& outcome) {
  const bool deadline = decision.kind == DraftDecision::Kind::kDeadline;
  if (decision.kind == DraftDecision::Kind::kSend) {
    Note(record, EventKind::kAuthorized, decision.now, draft.refusal, draft.lease.token);
    record.events.back().stored.worker = decision.decided_by;
    const OutgoingReply reply = ReplyOf(draft, decision);
    if (SendReply(record, reply).reopened) outcome.next = reply.closing->next;
    draft.state = DraftState::kSent;
    return;
  }
  if (deadline && draft.at_deadline == DeadlineAction::kReassign) {
    const Settlement settlement = ReassignmentOf(draft, decision);
    SettleOne(settlement);
    outcome.next = settlement.next;
    draft.state = DraftState::kReassigned;
    return;
  }
  const bool holding = deadline && draft.at_deadline == DeadlineAction::kHoldingReply;
  if (holding) SendReply(record, HoldingReplyFor(draft, decision));
  Note(record, EventKind::kDraftReturned, decision.now, decision.advice, draft.lease.token);
  record.events.back().stored.worker = decision.decided_by;
  record.token = draft.lease.token = std::max(decision.token, draft.lease.token + 1);
  record.claim_time = decision.now;
  record.lease_until = draft.lease_until = decision.lease_until;
  draft.state = holding ? DraftState::kHoldingReply : DraftState::kReturned;
}

}  // namespace switchboard::queue
