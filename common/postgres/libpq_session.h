// What libpq hands out, with its end built in. For this folder alone.
#ifndef SWITCHBOARD_COMMON_POSTGRES_LIBPQ_SESSION_H_
#define SWITCHBOARD_COMMON_POSTGRES_LIBPQ_SESSION_H_

#include <libpq-fe.h>

#include <memory>

#include "absl/status/statusor.h"
#include "common/postgres/connection.h"

namespace switchboard {

struct CloseSession {
  void operator()(PGconn* session) const { PQfinish(session); }
};
struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};

using SessionHandle = std::unique_ptr<PGconn, CloseSession>;
using ResultHandle = std::unique_ptr<PGresult, ClearResult>;

// Connects, without any further settings. UNAVAILABLE; the text names hosts, databases and users, never a password.
absl::StatusOr<SessionHandle> OpenSession(const SessionOptions& options);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_LIBPQ_SESSION_H_
