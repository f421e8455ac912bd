// COPY in binary form: libpqxx writes rows as text only. For this folder alone.
#ifndef SWITCHBOARD_COMMON_POSTGRES_BINARY_COPY_H_
#define SWITCHBOARD_COMMON_POSTGRES_BINARY_COPY_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/postgres/connection.h"

struct pg_conn;

namespace switchboard {

// Runs the steps that have rows in their order. Outside a transaction they are one of their own.
// What the server said, after the list in connection.h; nothing where it said nothing: nobody knows then what the
// session is in the middle of.
std::optional<absl::Status> CopyInBinary(pg_conn* session, absl::Span<const CopyStep> steps);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_BINARY_COPY_H_
