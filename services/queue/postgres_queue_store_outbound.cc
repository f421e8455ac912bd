// Replies on their way to the connectors of their channels.
#include <algorithm>
#include <optional>

#include "common/ids/id_generator.h"
#include "common/status/status_macros.h"
#include "services/queue/postgres_queue_store.h"
#include "services/queue/sql.h"

namespace switchboard::queue {
namespace {

OutboundOutcome ReadOutcome(const Row& row, const OutboundReport& report) {
  using Kind = OutboundOutcome::Kind;
  if (row.Bool(0)) {
    const bool waits = report.result == OutboundReport::Result::kRetry;
    return {.kind = Kind::kDone, .said = report.said, .due = waits ? std::make_optional(report.due) : std::nullopt};
  }
  const auto said = static_cast<DeliveryResult>(row.Int(1));
  return {.kind = said == report.said ? Kind::kRepeated : Kind::kReportedOtherwise,
          .said = said,
          .due = row.Bool(2) ? std::nullopt : std::make_optional(row.Time(3))};
}

}  // namespace

absl::StatusOr<std::vector<OutboundMessage>> PostgresQueueStore::ClaimOutbound(const OutboundClaim& claim) {
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Rows rows, database_.Execute(kDurablePool, sql::kClaimOutbound, claim.channel, claim.now, claim.limit,
                                         claim.token, claim.lease_until));
  std::vector<OutboundMessage> claimed;
  for (const Row row : rows) {
    claimed.push_back({.inquiry = row.Int64(0),
                       .message_id = row.Int64(1),
                       .channel = claim.channel,
                       .visibility = static_cast<int16_t>(row.Int(2)),
                       .attempts = row.Int(3),
                       .text = std::string(row.Text(4)),
                       .author = std::string(row.Text(5)),
                       .external_id = std::string(row.Text(6)),
                       .address = std::string(row.Text(7))});
  }
  std::sort(claimed.begin(), claimed.end(),
            [](const OutboundMessage& a, const OutboundMessage& b) { return a.message_id < b.message_id; });
  return claimed;
}

absl::StatusOr<OutboundOutcome> PostgresQueueStore::ReportOutbound(const OutboundReport& report) {
  using Result = OutboundReport::Result;
  OutboundOutcome outcome;
  const absl::Status status = database_.Transaction(kDurablePool, [&](Connection& connection) -> absl::Status {
    // One after the other with whatever else is done to the inquiry by its id: the event has the next number.
    SWITCHBOARD_RETURN_IF_ERROR(connection.Execute(sql::kLockInquiry, report.inquiry).status());
    SWITCHBOARD_ASSIGN_OR_RETURN(
        const Rows rows,
        connection.Execute(sql::kReportOutbound, report.channel, report.message_id, report.inquiry, report.token,
                           report.due, report.refund_attempt, report.result == Result::kRetry, report.reason,
                           static_cast<int16_t>(report.said)));
    outcome = rows.empty() ? OutboundOutcome() : ReadOutcome(rows[0], report);
    if (outcome.kind != OutboundOutcome::Kind::kDone || report.result == Result::kRetry) return absl::OkStatus();
    const EventKind event = report.result == Result::kDelivered ? EventKind::kDelivered : EventKind::kUndeliverable;
    const std::string remark = DeliveryRemark(report, static_cast<int16_t>(rows[0].Int(4)), rows[0].Int64(5));
    return connection
        .Execute(sql::kNoteDelivery, report.inquiry, report.event_position, static_cast<int>(event), report.token,
                 remark)
        .status();
  });
  if (!status.ok()) return status;
  return outcome;
}

absl::StatusOr<std::vector<OutboundFigures>> PostgresQueueStore::SampleOutbound(int limit) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database_.Execute(kQueryPool, sql::kSampleOutbound, limit));
  std::vector<OutboundFigures> sample;
  for (const Row row : rows) {
    sample.push_back({static_cast<int16_t>(row.Int(0)), row.Int64(1), TimeOf(row.Int64(2))});
  }
  return sample;
}

}  // namespace switchboard::queue
