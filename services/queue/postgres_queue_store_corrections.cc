// Private legs, the answers that replies cite, and corrections of those that cited a wrong one.
#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/queue/postgres_queue_store.h"
#include "services/queue/refusals.h"
#include "services/queue/sql.h"

namespace switchboard::queue {

absl::StatusOr<std::optional<PrivateLeg>> PostgresQueueStore::FindPrivateLeg(int64_t id) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kFindPrivateLeg, id));
  if (rows.empty()) return std::nullopt;
  return PrivateLeg{static_cast<int16_t>(rows[0].Int(0)), std::string(rows[0].Text(1))};
}

absl::StatusOr<bool> PostgresQueueStore::RecallAnswer(const AnswerRecall& recall) {
  bool recalled = false;
  const absl::Status status = database_.Transaction(kDurablePool, [&](Connection& connection) -> absl::Status {
    recalled = false;
    PgArray answer;
    answer.Add(recall.answer);
    SWITCHBOARD_RETURN_IF_ERROR(connection.Execute(sql::kCiteAnswers, answer).status());
    SWITCHBOARD_ASSIGN_OR_RETURN(const Rows known, connection.Execute(sql::kLockAnswer, recall.answer));
    recalled = !known[0].Bool(0);
    if (!recalled) return absl::OkStatus();
    return connection.Execute(sql::kRecallAnswer, recall.answer, recall.now, recall.worker, recall.reason).status();
  });
  if (!status.ok()) return status;
  return recalled;
}

absl::StatusOr<std::vector<std::string>> PostgresQueueStore::RecalledAnswers() {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kRecalledAnswers));
  std::vector<std::string> answers;
  for (const Row row : rows) answers.emplace_back(row.Text(0));
  return answers;
}

absl::StatusOr<std::vector<CitedReply>> PostgresQueueStore::UncorrectedReplies(std::string_view answer, int64_t after,
                                                                               int limit) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                               database_.Execute(kQueryPool, sql::kUncorrectedReplies, answer, after, limit));
  std::vector<CitedReply> replies;
  for (const Row row : rows) replies.push_back({row.Int64(0), row.Int64(1), static_cast<int16_t>(row.Int(2))});
  return replies;
}

absl::StatusOr<int64_t> PostgresQueueStore::CountUncorrected(std::string_view answer) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kCountUncorrected, answer));
  return rows[0].Int64(0);
}

absl::Status PostgresQueueStore::HoldAnswers(Connection& connection, const std::string& answers) {
  PgArray cited;
  for (const absl::string_view answer : absl::StrSplit(answers, ',', absl::SkipEmpty())) cited.Add(ToStd(answer));
  if (cited.empty()) return absl::OkStatus();
  SWITCHBOARD_RETURN_IF_ERROR(connection.Execute(sql::kCiteAnswers, cited).status());
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows held, connection.Execute(sql::kHoldAnswers, cited));
  for (const Row row : held) {
    if (row.Bool(1)) return AnswerRecalled(row.Text(0));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> PostgresQueueStore::Correct(const Correction& correction) {
  const StoredMessage& message = correction.message;
  bool sent = false;
  const absl::Status status = database_.Transaction(kDurablePool, [&](Connection& connection) -> absl::Status {
    const std::string request_id = correction.request_id.ToString();
    // One after the other with whatever else is done to the inquiry by its id: the event has the next number.
    SWITCHBOARD_RETURN_IF_ERROR(connection.Execute(sql::kLockInquiry, correction.inquiry).status());
    SWITCHBOARD_RETURN_IF_ERROR(HoldAnswers(connection, message.answers));
    SWITCHBOARD_ASSIGN_OR_RETURN(
        const Rows rows,
        connection.Execute(sql::kCorrectReply, correction.inquiry, message.corrects, correction.corrected_id,
                           correction.message_id, correction.event_position, message.create_time, request_id,
                           message.author, message.text, message.worker, message.guidelines, message.rules,
                           correction.reason, message.answers));
    sent = !rows.empty();
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return sent;
}

absl::StatusOr<int> PostgresQueueStore::ForgetOutbound(absl::Time before, int limit) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kForgetOutbound, before, limit));
  return static_cast<int>(rows.affected());
}

}  // namespace switchboard::queue
