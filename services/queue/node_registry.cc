#include "services/queue/node_registry.h"

#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/queue/sql.h"

namespace switchboard::queue {

absl::StatusOr<std::unique_ptr<NodeLease>> NodeLease::Take(Database& database, absl::Duration duration) {
  const Uuid holder = RandomUuid();
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, database.Execute(kDurablePool, sql::kTakeNode, holder.ToString(),
                                                                 absl::ToInt64Microseconds(duration)));
  if (rows.empty()) {
    return Overloaded(
        "all node numbers are taken: 256 processes use this database, or ended without giving theirs back", duration);
  }
  return std::unique_ptr<NodeLease>(new NodeLease(database, duration, holder, static_cast<uint8_t>(rows[0].Int(0))));
}

absl::Status NodeLease::Renew() {
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows,
                               database_.Execute(kDurablePool, sql::kRenewNode, int{number_}, holder_.ToString(),
                                                 absl::ToInt64Microseconds(duration_)));
  if (!rows.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kLeaseLost,
                   "this process was silent for too long and another one may use its node number");
}

absl::Status NodeLease::GiveBack() {
  return database_.Execute(kDurablePool, sql::kReleaseNode, int{number_}, holder_.ToString()).status();
}

}  // namespace switchboard::queue
