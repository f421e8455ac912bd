// What workers do: claim, settle, extend; and what the sweeps do.
#include <algorithm>
#include <limits>

#include "absl/container/flat_hash_map.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/queue/clocks.h"
#include "services/queue/postgres_claim.h"
#include "services/queue/postgres_queue_store.h"
#include "services/queue/postgres_row_reader.h"
#include "services/queue/refusals.h"
#include "services/queue/sql.h"

namespace switchboard::queue {
namespace {

// The keys of leases as five parallel arrays.
struct LeaseArrays {
  PgArray id, queue, lane, position, token;

  void Add(const LeaseKey& lease) {
    id.Add(lease.id);
    queue.Add(lease.place.queue);
    lane.Add(lease.place.lane.number());
    position.Add(lease.place.position);
    token.Add(lease.token);
  }
};

void AddOrNull(PgArray& array, const std::string& text) { text.empty() ? array.AddNull() : array.Add(text); }

// The arrays that `settle` takes.
struct SettlementArrays {
  LeaseArrays lease;
  PgArray expired_by, kind, target, next_queue, next_lane, next_position, at, forget_attempts, refund_attempt,
      disposition, reason, topic, statute;

  void Add(const Settlement& settlement) {
    lease.Add(settlement.lease);
    settlement.only_if_expired ? expired_by.Add(settlement.now) : expired_by.AddNull();
    kind.Add(static_cast<int>(settlement.kind));
    target.Add(static_cast<int>(settlement.target));
    next_queue.Add(settlement.next.queue);
    next_lane.Add(settlement.next.lane.number());
    next_position.Add(settlement.next.position);
    AddTime(settlement);
    forget_attempts.Add(settlement.forget_attempts);
    refund_attempt.Add(settlement.refund_attempt);
    settlement.disposition != 0 ? disposition.Add(int{settlement.disposition}) : disposition.AddNull();
    AddOrNull(reason, settlement.reason);
    AddOrNull(topic, settlement.topic);
    settlement.statute.has_value() ? statute.Add(StatuteReason(*settlement.statute)) : statute.AddNull();
  }

 private:
  void AddTime(const Settlement& settlement) {
    switch (settlement.target) {
      case Settlement::Target::kDelayed:
        at.Add(settlement.ready_time);
        break;
      case Settlement::Target::kDeadLetter:
        at.Add(settlement.now);
        break;
      default:
        at.AddNull();
    }
  }
};

// The arrays that `complete` takes.
struct CompletionArrays {
  LeaseArrays lease;
  PgArray disposition, reason;

  void Add(const Settlement& settlement) {
    lease.Add(settlement.lease);
    settlement.disposition != 0 ? disposition.Add(int{settlement.disposition}) : disposition.AddNull();
    AddOrNull(reason, settlement.reason);
  }
};

bool IsCompletion(const Settlement& settlement) {
  return settlement.kind == EventKind::kCompleted && settlement.target == Settlement::Target::kClosed &&
         !settlement.only_if_expired && settlement.topic.empty();
}

absl::StatusOr<Rows> ExecuteComplete(Database& database, absl::Span<const Settlement> settlements, int64_t position) {
  CompletionArrays a;
  for (const Settlement& settlement : settlements) a.Add(settlement);
  return database.Execute(kDurablePool, sql::kComplete, a.lease.id, a.lease.queue, a.lease.lane, a.lease.position,
                          a.lease.token, a.disposition, a.reason, position);
}

// The arrays stay the caller's until the statement has run.
Params ParamsOf(const SettlementArrays& a, int64_t tally) {
  return Params::Of(a.lease.id, a.lease.queue, a.lease.lane, a.lease.position, a.lease.token, a.expired_by, a.kind,
                    a.target, a.next_queue, a.next_lane, a.next_position, a.at, a.forget_attempts, a.refund_attempt,
                    a.disposition, a.reason, a.topic, tally, a.statute);
}

absl::Status HalfDone() {
  return Unavailable(reason::kCommitOutcomeUnknown, "the database was lost before it told how leases had ended",
                     absl::Seconds(1));
}

// Sends one message of whoever holds the lease; no row where it is lost.
absl::StatusOr<Rows> Send(Connection& connection, const LeaseKey& lease, const StoredMessage& message,
                          int64_t message_id, const std::optional<std::string>& request_id) {
  return connection.Execute(sql::kReply, lease.id, lease.place.queue, lease.place.lane.number(), lease.place.position,
                            lease.token, message_id, request_id, message.create_time, message.author,
                            message.visibility, message.text, message.guidelines, message.rules, message.answers);
}

struct OpenedLeg {
  int64_t event = 0;      // its number; 0: the lease is lost
  bool answered = false;  // before
};

absl::StatusOr<OpenedLeg> OpenLeg(Connection& connection, const LeaseKey& lease, const LegOpening& opening) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows held,
                               Send(connection, lease, opening.holding, opening.holding_id, std::nullopt));
  if (held.empty()) return OpenedLeg{};
  const int64_t event = std::max(opening.event_position, held[0].Int64(0) + 1);
  SWITCHBOARD_RETURN_IF_ERROR(connection
                                  .Execute(sql::kOpenPrivateLeg, lease.id, lease.place.queue, lease.place.lane.number(),
                                           lease.place.position, lease.token, event, opening.leg.channel,
                                           opening.leg.address, opening.reason)
                                  .status());
  return OpenedLeg{event, held[0].Bool(3)};
}

}  // namespace

absl::StatusOr<std::vector<ClaimedInquiry>> PostgresQueueStore::Claim(const ClaimBatch& batch) {
  if (batch.lanes.empty() || batch.slots.empty()) return std::vector<ClaimedInquiry>();
  const ClaimParams params(batch, batch.slots);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kRelaxedPool, sql::kClaim, params.Get()));
  std::vector<ClaimedInquiry> claimed = ReadClaimed(rows, batch.token);
  // They are leased by now: only a repetition with the same token may hand them out.
  if (!AddContents(claimed).ok()) return ClaimUnread();
  return claimed;
}

absl::Status PostgresQueueStore::AddContents(std::vector<ClaimedInquiry>& claimed) {
  PgArray ids;
  absl::flat_hash_map<int64_t, ClaimedInquiry*> without;
  for (ClaimedInquiry& inquiry : claimed) {
    if (std::optional<InquiryContent> content = recent_.Take(inquiry.content.id); content.has_value()) {
      inquiry.content = *std::move(content);
    } else {
      ids.Add(inquiry.content.id);
      without[inquiry.content.id] = &inquiry;
    }
  }
  if (!without.empty()) {
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kRelaxedPool, sql::kContents, ids));
    if (rows.size() != without.size()) return absl::InternalError("what is leased is not stored");
    for (const Row row : rows) without.at(row.Int64(0))->content = ReadContent(row, row.Int64(0), 1);
  }
  for (ClaimedInquiry& inquiry : claimed) {
    if (inquiry.topic.empty()) inquiry.topic = inquiry.content.topic;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SettleOutcome>> PostgresQueueStore::Settle(absl::Span<const Settlement> settlements) {
  std::vector<SettleOutcome> outcomes(settlements.size());
  if (settlements.empty()) return outcomes;
  absl::flat_hash_set<LaneKey> lanes;
  for (const Settlement& settlement : settlements) {
    if (settlement.next.queue != 0) lanes.insert({settlement.next.queue, settlement.next.lane});
  }
  SWITCHBOARD_RETURN_IF_ERROR(AddLanes(std::move(lanes)));
  if (!std::all_of(settlements.begin(), settlements.end(), IsCompletion)) {
    SWITCHBOARD_RETURN_IF_ERROR(SettleRest(settlements, outcomes));
    return outcomes;
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, ExecuteComplete(database_, settlements, ids_.NextPosition()));
  for (const Row row : rows) {
    outcomes[static_cast<size_t>(row.Int64(0) - 1)] = {SettleOutcome::Kind::kDone, false, row.Time(1), row.Int(2),
                                                       row.Bool(3)};
  }
  // Rare: citizens who wrote meanwhile, repetitions, lost leases.
  if (rows.size() < settlements.size() && !SettleRest(settlements, outcomes).ok()) return HalfDone();
  return outcomes;
}

absl::Status PostgresQueueStore::SettleRest(absl::Span<const Settlement> settlements,
                                            std::vector<SettleOutcome>& outcomes) {
  SettlementArrays arrays;
  std::vector<size_t> rest;
  for (size_t i = 0; i < settlements.size(); ++i) {
    if (outcomes[i].kind == SettleOutcome::Kind::kDone) continue;
    arrays.Add(settlements[i]);
    rest.push_back(i);
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                               database_.Execute(kDurablePool, sql::kSettle, ParamsOf(arrays, ids_.NextPosition())));
  for (const Row row : rows) {
    outcomes[rest[static_cast<size_t>(row.Int64(0) - 1)]] = {SettleOutcome::Kind::kDone, row.Bool(3), row.Time(1),
                                                             row.Int(2), row.Bool(4)};
  }
  return rows.size() < rest.size() ? AnswerRepeated(settlements, outcomes) : absl::OkStatus();
}

absl::StatusOr<SettleOutcome> PostgresQueueStore::Reply(const OutgoingReply& reply) {
  const LeaseKey& lease = reply.lease;
  if (reply.closing.has_value()) {
    SWITCHBOARD_RETURN_IF_ERROR(AddLanes({{reply.closing->next.queue, reply.closing->next.lane}}));
  }
  SettleOutcome outcome;
  const absl::Status status = database_.Transaction(kDurablePool, [&](Connection& connection) -> absl::Status {
    outcome = {};
    SWITCHBOARD_RETURN_IF_ERROR(connection.Execute(sql::kLockInquiry, lease.id).status());
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows earlier,
                                 connection.Execute(sql::kFindReply, lease.id, reply.request_id.ToString()));
    if (!earlier.empty()) {
      outcome.kind = SettleOutcome::Kind::kRepeated;
      return absl::OkStatus();
    }
    SWITCHBOARD_ASSIGN_OR_RETURN(outcome, SendReply(connection, reply));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return outcome;
}

absl::StatusOr<SettleOutcome> PostgresQueueStore::SendReply(Connection& connection, const OutgoingReply& reply) {
  const LeaseKey& lease = reply.lease;
  SWITCHBOARD_RETURN_IF_ERROR(HoldAnswers(connection, reply.message.answers));
  int64_t message_id = reply.message_id;
  OpenedLeg leg;
  if (reply.opening.has_value()) {
    SWITCHBOARD_ASSIGN_OR_RETURN(leg, OpenLeg(connection, lease, *reply.opening));
    if (leg.event == 0) return SettleOutcome{};
    message_id = std::max(message_id, leg.event + 1);
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows sent,
                               Send(connection, lease, reply.message, message_id, reply.request_id.ToString()));
  if (sent.empty()) return SettleOutcome{};
  const bool answered = reply.opening.has_value() ? leg.answered : sent[0].Bool(3);
  SettleOutcome outcome{SettleOutcome::Kind::kDone, false, sent[0].Time(1), sent[0].Int(2), answered};
  if (!reply.closing.has_value()) return outcome;
  // The number of the closing event stands behind that of the reply, whichever clock each position was made by.
  Settlement closing = *reply.closing;
  closing.next.position = std::max(closing.next.position, sent[0].Int64(0) + 1);
  SettlementArrays arrays;
  arrays.Add(closing);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows closed,
                               connection.Execute(sql::kSettle, ParamsOf(arrays, ids_.NextPosition())));
  if (closed.empty()) return absl::InternalError("a lease that was just locked could not be settled");
  outcome.reopened = closed[0].Bool(3);
  return outcome;
}

absl::StatusOr<bool> PostgresQueueStore::SettleOne(Connection& connection, const Settlement& settlement) {
  SettlementArrays arrays;
  arrays.Add(settlement);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                               connection.Execute(sql::kSettle, ParamsOf(arrays, ids_.NextPosition())));
  return !rows.empty();
}

absl::StatusOr<bool> PostgresQueueStore::NoteUnderLease(const LeaseKey& lease, EventKind kind, int64_t event_position,
                                                        std::string_view reason, absl::Time /*now*/) {
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Rows rows,
      database_.Execute(kDurablePool, sql::kNoteUnderLease, lease.id, lease.place.queue, lease.place.lane.number(),
                        lease.place.position, lease.token, event_position, reason, static_cast<int>(kind)));
  if (!rows.empty() || kind != EventKind::kStatutoryOutcome) return !rows.empty();
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows closed,
                               database_.Execute(kDurablePool, sql::kNoteAfterClosing, lease.id, event_position,
                                                 static_cast<int>(kind), reason, lease.token));
  return !closed.empty();
}

absl::Status PostgresQueueStore::AnswerRepeated(absl::Span<const Settlement> settlements,
                                                std::vector<SettleOutcome>& outcomes) {
  PgArray ids, tokens, kinds;
  std::vector<size_t> asked;
  for (size_t i = 0; i < settlements.size(); ++i) {
    if (outcomes[i].kind == SettleOutcome::Kind::kDone) continue;
    ids.Add(settlements[i].lease.id);
    tokens.Add(settlements[i].lease.token);
    kinds.Add(static_cast<int>(settlements[i].kind));
    asked.push_back(i);
  }
  absl::StatusOr<Rows> rows = database_.Execute(kDurablePool, sql::kFindSettled, ids, tokens, kinds);
  if (!rows.ok()) return HalfDone();  // the batch itself is done by now
  for (const Row row : *rows) {
    SettleOutcome& outcome = outcomes[asked[static_cast<size_t>(row.Int64(0) - 1)]];
    outcome.kind = SettleOutcome::Kind::kRepeated;
    outcome.reopened = row.Bool(1);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<bool>> PostgresQueueStore::Extend(absl::Span<const LeaseKey> leases,
                                                             absl::Span<const absl::Time> until) {
  std::vector<bool> extended(leases.size(), false);
  if (leases.empty()) return extended;
  LeaseArrays keys;
  PgArray ends;
  for (size_t i = 0; i < leases.size(); ++i) {
    keys.Add(leases[i]);
    ends.Add(until[i]);
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kDurablePool, sql::kExtend, keys.id, keys.queue,
                                                                  keys.lane, keys.position, keys.token, ends));
  for (const Row row : rows) extended[static_cast<size_t>(row.Int64(0) - 1)] = true;
  return extended;
}

absl::StatusOr<LaneSweep> PostgresQueueStore::SweepLane(QueueNumber queue, Lane lane, int64_t hint, absl::Time now,
                                                        int limit) {
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Rows rows, database_.Execute(kRelaxedPool, sql::kSweepLane, queue, lane.number(), hint, now, limit));
  LaneSweep sweep;
  for (const Row row : rows) {
    const int64_t position = row.Int64(0);
    if (row.IsNull(1)) {
      sweep.first_ready = position;
    } else {
      sweep.expired.push_back({{row.Int64(1), {queue, lane, position}, row.Int64(2)}, row.Int(3)});
    }
  }
  return sweep;
}

absl::StatusOr<std::vector<DueInquiry>> PostgresQueueStore::PromoteDelayed(absl::Time now,
                                                                           absl::Span<const int64_t> positions) {
  PgArray fresh;
  for (const int64_t position : positions) fresh.Add(position);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kDurablePool, sql::kPromoteDelayed, now, fresh));
  std::vector<DueInquiry> moved;
  for (const Row row : rows) moved.push_back(ReadDueInquiry(row));
  return moved;
}

absl::StatusOr<std::vector<DueInquiry>> PostgresQueueStore::RunOverflow(absl::Time now,
                                                                        absl::Span<const int64_t> positions,
                                                                        int* examined) {
  *examined = 0;
  PgArray fresh;
  for (const int64_t position : positions) fresh.Add(position);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kDurablePool, sql::kRunOverflow, now, fresh));
  std::vector<DueInquiry> moved;
  for (const Row row : rows) {
    if (!row.IsNull(3)) moved.push_back(ReadDueInquiry(row));
  }
  *examined = static_cast<int>(rows.size());
  return moved;
}

}  // namespace switchboard::queue
