#include "common/postgres/libpq_session.h"

#include <algorithm>
#include <string>

#include "common/postgres/conninfo.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

// A notice may quote what citizens wrote.
void Ignore(void* /*unused*/, const PGresult* /*notice*/) {}

}  // namespace

absl::StatusOr<SessionHandle> OpenSession(const SessionOptions& options) {
  SessionHandle session(PQconnectdb(CompleteConninfo(options).c_str()));
  if (PQstatus(session.get()) != CONNECTION_OK) {
    std::string message = PQerrorMessage(session.get());
    std::replace(message.begin(), message.end(), '\n', ' ');
    return MakeError(absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
                     StrCat("cannot connect to the database: ", message));
  }
  PQsetNoticeReceiver(session.get(), Ignore, nullptr);
  return session;
}

}  // namespace switchboard
