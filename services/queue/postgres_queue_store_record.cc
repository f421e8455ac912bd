// What is looked up and changed by an inquiry's id, and dead letters.
#include <algorithm>
#include <limits>

#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/queue/clocks.h"
#include "services/queue/postgres_queue_store.h"
#include "services/queue/postgres_row_reader.h"
#include "services/queue/sql.h"

namespace switchboard::queue {
namespace {

// An inquiry that moved just while it was looked for is looked for again, this often.
constexpr int kMaxMoves = 20;

absl::Status NoSuchInquiry(int64_t id) {
  return NotFound("switchboard.v1.Inquiry", InquiryName(id),
                  StrCat("there is no inquiry ", InquiryName(id), "; it was never taken in, or is past its retention"));
}

absl::Status MovedTooOften() {
  return MakeError(absl::StatusCode::kAborted, reason::kDatabaseConflict, "the inquiry kept moving: try again");
}

absl::Status LockInquiry(Connection& connection, int64_t id) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, connection.Execute(sql::kLockInquiry, id));
  return rows.empty() ? NoSuchInquiry(id) : absl::OkStatus();
}

int64_t UpperBound(int64_t before_id) { return before_id == 0 ? std::numeric_limits<int64_t>::max() : before_id; }

StoredMessage ReadMessage(const Row& row) {
  return {static_cast<int16_t>(row.Int(1)), static_cast<int16_t>(row.Int(2)),
          std::string(row.Text(3)),         row.Time(4),
          std::string(row.Text(5)),         std::string(row.Text(6)),
          std::string(row.Text(7)),         std::string(row.Text(8)),
          std::string(row.Text(9))};
}

StoredEvent ReadEvent(const Row& row) {
  StoredEvent event;
  event.time = TimeOf(row.Int64(0));
  event.kind = static_cast<EventKind>(row.Int(1));
  event.queue = row.Int(2);
  event.worker = std::string(row.Text(3));
  event.topic = std::string(row.Text(4));
  event.disposition = static_cast<int16_t>(row.Int(5));
  event.reason = std::string(row.Text(6));
  event.attempts = row.Int(7);
  return event;
}

PgArray IdsOf(const DeadLetterSelection& selection) {
  PgArray ids;
  for (const int64_t id : selection.ids) ids.Add(id);
  return ids;
}

// What the first try of the same call did, or nothing.
absl::StatusOr<std::optional<AppendOutcome>> FindEarlier(Connection& connection, const AppendRequest& request) {
  using Kind = AppendOutcome::Kind;
  std::optional<std::string> request_id;
  if (request.request_id.has_value()) request_id = request.request_id->ToString();
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, connection.Execute(sql::kFindMessage, request.id, request.message_id,
                                                                   request_id, request.reopen_position));
  if (rows.empty()) return std::nullopt;
  const Row row = rows[0];
  if (row.Int64(0) != request.message_id) {
    const bool same = static_cast<uint64_t>(row.Int64(1)) == request.content_hash;
    return AppendOutcome{same ? Kind::kDuplicate : Kind::kRequestIdReused, {}};
  }
  if (row.IsNull(2)) return AppendOutcome{Kind::kAppended, {}};
  return AppendOutcome{Kind::kReopened, {row.Int(2), Lane::FromNumber(row.Int(3)), row.Int64(4)}};
}

}  // namespace

absl::StatusOr<StoredInquiry> PostgresQueueStore::Get(int64_t id) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kLookUpPool, sql::kGetInquiry, id));
  if (rows.empty()) return NoSuchInquiry(id);
  return ReadInquiry(rows[0]);
}

absl::StatusOr<std::vector<StoredEvent>> PostgresQueueStore::History(int64_t id) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows received, database_.Execute(kLookUpPool, sql::kReceived, id));
  if (received.empty()) return NoSuchInquiry(id);
  StoredEvent first;
  first.time = received[0].Time(0);
  first.queue = received[0].Int(1);
  first.topic = std::string(received[0].Text(2));
  std::vector<StoredEvent> history = {first};
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kLookUpPool, sql::kHistory, id));
  for (const Row row : rows) history.push_back(ReadEvent(row));
  return history;
}

absl::StatusOr<std::vector<StoredMessage>> PostgresQueueStore::Conversation(int64_t id) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows received, database_.Execute(kLookUpPool, sql::kReceived, id));
  if (received.empty()) return NoSuchInquiry(id);
  SWITCHBOARD_ASSIGN_OR_RETURN(auto conversations, Conversations({id}));
  return std::move(conversations.front());
}

absl::StatusOr<std::vector<std::vector<StoredMessage>>> PostgresQueueStore::Conversations(
    absl::Span<const int64_t> ids) {
  std::vector<std::vector<StoredMessage>> conversations(ids.size());
  if (ids.empty()) return conversations;
  PgArray asked;
  for (const int64_t id : ids) asked.Add(id);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kLookUpPool, sql::kConversations, asked));
  for (const Row row : rows) conversations[static_cast<size_t>(row.Int64(0) - 1)].push_back(ReadMessage(row));
  return conversations;
}

absl::StatusOr<std::vector<StoredInquiry>> PostgresQueueStore::List(const InquiryFilter& filter, int64_t before_id,
                                                                    int limit) {
  std::optional<int> state;
  if (filter.state.has_value()) state = static_cast<int>(*filter.state);
  // Ids are made a moment before or after create_time is read: the index narrows by the id, the condition decides.
  constexpr absl::Duration kSlack = absl::Minutes(1);
  const int64_t from_id = filter.created_from.has_value() ? FirstIdAt(*filter.created_from - kSlack) : 0;
  int64_t below_id = UpperBound(before_id);
  if (filter.created_before.has_value()) below_id = std::min(below_id, FirstIdAt(*filter.created_before + kSlack));
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Rows rows,
      database_.Execute(kLookUpPool, sql::kListInquiries, below_id, from_id, filter.created_from, filter.created_before,
                        filter.channel, state, filter.queue, filter.topic, limit));
  std::vector<StoredInquiry> page;
  for (const Row row : rows) page.push_back(ReadInquiry(row));
  return page;
}

absl::StatusOr<WithdrawOutcome> PostgresQueueStore::Withdraw(int64_t id, std::string_view reason, absl::Time now) {
  auto state = InquiryState::kReady;
  const absl::Status status = database_.Transaction(kDurablePool, [&](Connection& connection) -> absl::Status {
    SWITCHBOARD_RETURN_IF_ERROR(LockInquiry(connection, id));
    for (int look = 0; look < kMaxMoves; ++look) {
      SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                                   connection.Execute(sql::kWithdraw, id, ids_.NextPosition(), reason, now));
      if (rows.empty()) continue;
      state = static_cast<InquiryState>(rows[0].Int(0));
      return absl::OkStatus();
    }
    return MovedTooOften();
  });
  if (!status.ok()) return status;
  if (state == InquiryState::kWithdrawn) return WithdrawOutcome::kAlreadyWithdrawn;
  return state == InquiryState::kCompleted ? WithdrawOutcome::kCompleted : WithdrawOutcome::kWithdrawn;
}

absl::StatusOr<AppendOutcome> PostgresQueueStore::Append(const AppendRequest& request) {
  AppendOutcome outcome;
  std::optional<std::string> request_id;
  if (request.request_id.has_value()) request_id = request.request_id->ToString();
  const StoredMessage& message = request.message;
  const absl::Status status = database_.Transaction(kDurablePool, [&](Connection& connection) -> absl::Status {
    SWITCHBOARD_RETURN_IF_ERROR(LockInquiry(connection, request.id));
    SWITCHBOARD_ASSIGN_OR_RETURN(const auto earlier, FindEarlier(connection, request));
    if (earlier.has_value()) {
      outcome = *earlier;
      return absl::OkStatus();
    }
    for (int look = 0; look < kMaxMoves; ++look) {
      SWITCHBOARD_ASSIGN_OR_RETURN(
          const Rows rows,
          connection.Execute(sql::kAppendMessage, request.id, request.message_id, request_id,
                             static_cast<int64_t>(request.content_hash), message.create_time, message.author,
                             message.visibility, message.text, request.reopen_position, ids_.NextPosition()));
      if (rows.empty()) continue;
      const Row row = rows[0];
      outcome = {};
      if (row.Bool(0)) {
        outcome = {AppendOutcome::Kind::kReopened, {row.Int(1), Lane::FromNumber(row.Int(2)), request.reopen_position}};
      }
      return absl::OkStatus();
    }
    return MovedTooOften();
  });
  if (!status.ok()) return status;
  return outcome;
}

absl::StatusOr<bool> PostgresQueueStore::Reclassify(const LeaseKey& lease, std::string_view topic,
                                                    std::optional<absl::Duration> statute, std::string_view reason,
                                                    absl::Time /*now*/) {
  std::optional<std::string> wanted;
  if (statute.has_value()) wanted = StatuteReason(*statute);
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Rows rows,
      database_.Execute(kDurablePool, sql::kReclassify, lease.id, lease.place.queue, lease.place.lane.number(),
                        lease.place.position, lease.token, topic, reason, ids_.NextPosition(), wanted));
  return !rows.empty();
}

absl::StatusOr<std::vector<DeadLetterEntry>> PostgresQueueStore::ListDeadLetters(std::optional<QueueNumber> queue,
                                                                                 int64_t before_id, int limit) {
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Rows rows, database_.Execute(kLookUpPool, sql::kListDeadLetters, queue, UpperBound(before_id), limit));
  std::vector<DeadLetterEntry> page;
  for (const Row row : rows) {
    page.push_back({ReadInquiry(row), std::string(row.Text(kInquiryColumns)), row.Time(kInquiryColumns + 1)});
  }
  return page;
}

absl::StatusOr<int64_t> PostgresQueueStore::CountDeadLetters(const DeadLetterSelection& selection) {
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Rows rows, database_.Execute(kQueryPool, sql::kCountDeadLetters, selection.queue, IdsOf(selection)));
  return rows[0].Int64(0);
}

absl::StatusOr<std::vector<DueInquiry>> PostgresQueueStore::Redrive(const DeadLetterSelection& selection,
                                                                    std::optional<QueueNumber> target,
                                                                    absl::Span<const int64_t> positions,
                                                                    absl::Time now) {
  PgArray fresh;
  for (const int64_t position : positions) fresh.Add(position);
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kDurablePool, sql::kRedrive, selection.queue,
                                                                  IdsOf(selection), target, fresh, now));
  std::vector<DueInquiry> moved;
  for (const Row row : rows) moved.push_back(ReadDueInquiry(row));
  return moved;
}

absl::Status PostgresQueueStore::NoteView(int64_t id, std::string_view worker, int64_t event_position,
                                          absl::Time /*now*/) {
  return database_.Transaction(kDurablePool, [&](Connection& connection) -> absl::Status {
    SWITCHBOARD_RETURN_IF_ERROR(LockInquiry(connection, id));
    return connection.Execute(sql::kNoteView, id, event_position, worker).status();
  });
}

}  // namespace switchboard::queue
