// What must be true of a database before inquiries are entrusted to it.
#ifndef SWITCHBOARD_COMMON_POSTGRES_SERVER_CHECK_H_
#define SWITCHBOARD_COMMON_POSTGRES_SERVER_CHECK_H_

#include "absl/status/status.h"
#include "common/postgres/connection.h"

namespace switchboard {

// The oldest PostgreSQL that is supported.
inline constexpr int kOldestServerVersion = 150000;

// FAILED_PRECONDITION when the server is older than 15, is a standby, or does not speak UTF-8.
absl::Status CheckServer(Connection& connection);

// FAILED_PRECONDITION (DATABASE_NOT_DURABLE) when fsync or synchronous_commit is off for this session; the text names
// the setting and --allow-data-loss. Ask on a session that was not opened with relaxed_commit.
absl::Status CheckDurability(Connection& connection);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_SERVER_CHECK_H_
