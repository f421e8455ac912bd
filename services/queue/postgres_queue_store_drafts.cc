// Replies that wait for somebody with the authority.
#include <algorithm>

#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/queue/draft_rules.h"
#include "services/queue/postgres_queue_store.h"
#include "services/queue/reply_draft.h"
#include "services/queue/sql.h"

namespace switchboard::queue {
namespace {

using Kind = DraftOutcome::Kind;

StoredDraft ReadDraft(const Row& row) {
  StoredDraft draft;
  draft.id = row.Int64(0);
  draft.lease = {row.Int64(1), {row.Int(2), Lane::FromNumber(row.Int(3)), row.Int64(4)}, row.Int64(5)};
  draft.channel = static_cast<int16_t>(row.Int(6));
  draft.state = static_cast<DraftState>(row.Int(7));
  draft.request_id = ParseUuid(row.Text(8)).value_or(Uuid());
  draft.message.author = kStaffAuthor;
  draft.message.worker = std::string(row.Text(9));
  draft.message.visibility = static_cast<int16_t>(row.Int(10));
  draft.message.text = std::string(row.Text(11));
  draft.message.create_time = row.Time(12);
  draft.disposition = static_cast<int16_t>(row.Int(13));
  draft.authority_level = row.Int(14);
  draft.refusal = std::string(row.Text(15));
  draft.deadline = row.Time(16);
  draft.at_deadline = static_cast<DeadlineAction>(row.Int(17));
  draft.holding_reply = std::string(row.Text(18));
  draft.reassign_to = row.Int(19);
  draft.attempts = row.Int(20);
  draft.decided_by = std::string(row.Text(21));
  draft.advice = std::string(row.Text(22));
  draft.decide_time = row.Time(23);
  draft.lease_until = row.Time(24);
  draft.first_response_due = row.Time(25);
  draft.message.answers = std::string(row.Text(26));
  draft.review = {row.Int64(27), std::string(row.Text(28)), row.Time(29)};
  return draft;
}

absl::StatusOr<StoredDraft> OneDraft(const Rows& rows, const DraftKey& key) {
  if (rows.empty()) return NoSuchDraft(key);
  return ReadDraft(rows[0]);
}

// The draft's lease was taken away: the reply stays in.
absl::Status TakeAsWithdrawn(DraftOutcome& outcome) {
  outcome.kind = Kind::kWithdrawn;
  outcome.draft.state = DraftState::kWithdrawn;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ParkedDraft> PostgresQueueStore::ParkDraft(const NewDraft& draft) {
  const LeaseKey& lease = draft.lease;
  const StoredMessage& message = draft.message;
  ParkedDraft parked;
  const absl::Status status = database_.Transaction(kDurablePool, [&](Connection& connection) -> absl::Status {
    parked = {};
    const std::string request_id = draft.request_id.ToString();
    SWITCHBOARD_RETURN_IF_ERROR(connection.Execute(sql::kLockInquiry, lease.id).status());
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows earlier, connection.Execute(sql::kFindDraft, lease.id, request_id));
    if (!earlier.empty()) {
      parked = {SettleOutcome::Kind::kRepeated, earlier[0].Int64(0)};
      return absl::OkStatus();
    }
    SWITCHBOARD_ASSIGN_OR_RETURN(
        const Rows stored,
        connection.Execute(sql::kParkDraft, lease.id, lease.place.queue, lease.place.lane.number(),
                           lease.place.position, lease.token, draft.id, draft.hold_until, message.create_time,
                           draft.deadline, request_id, message.visibility, draft.disposition, draft.authority_level,
                           static_cast<int>(draft.at_deadline), draft.reassign_to, message.text, draft.refusal,
                           draft.holding_reply, message.answers));
    if (!stored.empty()) parked = {SettleOutcome::Kind::kDone, draft.id};
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return parked;
}

absl::StatusOr<StoredDraft> PostgresQueueStore::GetDraft(const DraftKey& key) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kLookUpPool, sql::kGetDraft, key.inquiry, key.draft));
  return OneDraft(rows, key);
}

absl::StatusOr<std::vector<StoredDraft>> PostgresQueueStore::ListDrafts(const DraftFilter& filter) {
  std::optional<int> state;
  if (filter.state.has_value()) state = static_cast<int>(*filter.state);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                               database_.Execute(kQueryPool, sql::kListDrafts, state, filter.queue, filter.worker,
                                                 filter.highest_authority, filter.after_id, filter.limit));
  std::vector<StoredDraft> drafts;
  for (const Row row : rows) drafts.push_back(ReadDraft(row));
  return drafts;
}

absl::StatusOr<std::vector<StoredDraft>> PostgresQueueStore::ClaimDrafts(const DraftClaim& claim) {
  PgArray queues, languages;
  for (const QueueNumber queue : claim.queues) queues.Add(queue);
  for (const std::string& language : claim.languages) languages.Add(language);
  languages.Add("und");
  std::optional<std::string> asked;
  if (!claim.languages.empty()) asked = languages.literal();
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Rows rows, database_.Execute(kDurablePool, sql::kClaimDrafts, claim.worker, queues, asked,
                                         claim.highest_authority, claim.limit, claim.token, claim.now, claim.until));
  std::vector<StoredDraft> drafts;
  for (const Row row : rows) drafts.push_back(ReadDraft(row));
  return drafts;
}

absl::StatusOr<std::vector<DraftKey>> PostgresQueueStore::ReleaseDrafts(const DraftRelease& release) {
  std::optional<int64_t> inquiry, draft;
  if (release.key.has_value()) {
    inquiry = release.key->inquiry;
    draft = release.key->draft;
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                               database_.Execute(kDurablePool, sql::kReleaseDrafts, release.worker, inquiry, draft,
                                                 release.token, release.event_position, release.now));
  std::vector<DraftKey> released;
  for (const Row row : rows) released.push_back({row.Int64(0), row.Int64(1)});
  return released;
}

absl::StatusOr<std::vector<DraftKey>> PostgresQueueStore::DueDrafts(absl::Time now, int limit) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kDueDrafts, now, limit));
  std::vector<DraftKey> due;
  for (const Row row : rows) due.push_back({row.Int64(0), row.Int64(1)});
  return due;
}

absl::StatusOr<DraftOutcome> PostgresQueueStore::DecideDraft(const DraftDecision& decision) {
  const DraftKey key{decision.inquiry, decision.draft};
  SWITCHBOARD_ASSIGN_OR_RETURN(const StoredDraft before, GetDraft(key));
  const Place next = NextPlace(before, decision);
  SWITCHBOARD_RETURN_IF_ERROR(AddLanes({{next.queue, next.lane}}));
  DraftOutcome outcome;
  const absl::Status status = database_.Transaction(kDurablePool, [&](Connection& connection) -> absl::Status {
    outcome = {};
    SWITCHBOARD_RETURN_IF_ERROR(connection.Execute(sql::kLockInquiry, key.inquiry).status());
    SWITCHBOARD_RETURN_IF_ERROR(connection.Execute(sql::kLockDraft, key.inquiry, key.draft).status());
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, connection.Execute(sql::kGetDraft, key.inquiry, key.draft));
    SWITCHBOARD_ASSIGN_OR_RETURN(outcome.draft, OneDraft(rows, key));
    outcome.kind = Admissible(outcome.draft, decision);
    if (outcome.kind != Kind::kDone) return absl::OkStatus();
    outcome.draft.decided_by = decision.decided_by;
    outcome.draft.advice = decision.advice;
    outcome.draft.decide_time = decision.now;
    SWITCHBOARD_RETURN_IF_ERROR(CarryOut(connection, decision, outcome));
    const StoredDraft& draft = outcome.draft;
    std::optional<absl::Time> lease_until;
    if (draft.lease_until != absl::Time()) lease_until = draft.lease_until;
    return connection
        .Execute(sql::kDecideDraft, key.inquiry, key.draft, static_cast<int>(draft.state), draft.decided_by,
                 draft.advice, draft.decide_time, draft.lease.token, lease_until)
        .status();
  });
  if (!status.ok()) return status;
  return outcome;
}

absl::Status PostgresQueueStore::CarryOut(Connection& connection, const DraftDecision& decision,
                                          DraftOutcome& outcome) {
  if (decision.kind == DraftDecision::Kind::kSend) return SendDraft(connection, decision, outcome);
  if (decision.kind == DraftDecision::Kind::kReturn) {
    return ReturnDraft(connection, decision, decision.token, DraftState::kReturned, outcome);
  }
  switch (outcome.draft.at_deadline) {
    case DeadlineAction::kRelease:
      return ReturnDraft(connection, decision, decision.token, DraftState::kReturned, outcome);
    case DeadlineAction::kReassign:
      return ReassignDraft(connection, decision, outcome);
    case DeadlineAction::kHoldingReply:
      break;
  }
  const OutgoingReply holding = HoldingReplyFor(outcome.draft, decision);
  SWITCHBOARD_ASSIGN_OR_RETURN(const SettleOutcome sent, SendReply(connection, holding));
  if (sent.kind != SettleOutcome::Kind::kDone) return TakeAsWithdrawn(outcome);
  outcome.answered = sent.answered;
  // The events keep their order, whatever the clocks say (see settle.sql).
  const int64_t reply_event = std::max({holding.message_id, holding.lease.token + 1, holding.lease.place.position + 3});
  return ReturnDraft(connection, decision, std::max(decision.token, reply_event + 1), DraftState::kHoldingReply,
                     outcome);
}

absl::Status PostgresQueueStore::SendDraft(Connection& connection, const DraftDecision& decision,
                                           DraftOutcome& outcome) {
  StoredDraft& draft = outcome.draft;
  const LeaseKey& lease = draft.lease;
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Rows noted, connection.Execute(sql::kNoteAuthorized, lease.id, lease.place.queue, lease.place.lane.number(),
                                           lease.place.position, lease.token, decision.event_position,
                                           decision.decided_by, draft.refusal));
  if (noted.empty()) return TakeAsWithdrawn(outcome);
  OutgoingReply reply = ReplyOf(draft, decision);
  reply.message_id = std::max(reply.message_id, noted[0].Int64(0) + 1);
  SWITCHBOARD_ASSIGN_OR_RETURN(const SettleOutcome sent, SendReply(connection, reply));
  if (sent.kind != SettleOutcome::Kind::kDone) return absl::InternalError("a draft that was just locked was not sent");
  if (sent.reopened) outcome.next = reply.closing->next;
  outcome.claim_time = sent.claim_time;
  outcome.answered = sent.answered;
  draft.state = DraftState::kSent;
  return absl::OkStatus();
}

absl::Status PostgresQueueStore::ReturnDraft(Connection& connection, const DraftDecision& decision, int64_t token,
                                             DraftState state, DraftOutcome& outcome) {
  StoredDraft& draft = outcome.draft;
  const LeaseKey& lease = draft.lease;
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Rows returned, connection.Execute(sql::kReturnDraft, lease.id, lease.place.queue, lease.place.lane.number(),
                                              lease.place.position, lease.token, token, decision.now,
                                              decision.lease_until, decision.decided_by, decision.advice));
  if (returned.empty()) return TakeAsWithdrawn(outcome);
  draft.lease.token = returned[0].Int64(0);
  draft.lease_until = decision.lease_until;
  draft.state = state;
  return absl::OkStatus();
}

absl::Status PostgresQueueStore::ReassignDraft(Connection& connection, const DraftDecision& decision,
                                               DraftOutcome& outcome) {
  const Settlement settlement = ReassignmentOf(outcome.draft, decision);
  SWITCHBOARD_ASSIGN_OR_RETURN(const bool moved, SettleOne(connection, settlement));
  if (!moved) return TakeAsWithdrawn(outcome);
  outcome.next = settlement.next;
  outcome.draft.state = DraftState::kReassigned;
  return absl::OkStatus();
}

}  // namespace switchboard::queue
