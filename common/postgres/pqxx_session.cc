#include "common/postgres/pqxx_session.h"

#include <libpq-fe.h>

#include "common/postgres/conninfo.h"

namespace switchboard {

RememberingPolicy::handle RememberingPolicy::do_startconnect(handle session) {
  return session_ = normalconnect(session);
}

RememberingPolicy::handle RememberingPolicy::do_disconnect(handle session) noexcept {
  session_ = nullptr;
  return connectionpolicy::do_disconnect(session);
}

PqxxSession::PqxxSession(const SessionOptions& options)
    : pqxx::connection_base(policy_), policy_(CompleteConninfo(options)) {
  init();
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"  // the next version never does, and has no such call
  inhibit_reactivation(true);
#pragma GCC diagnostic pop
  // Details and hints quote values.
  set_verbosity(terse);
}

PqxxSession::~PqxxSession() { close(); }

bool PqxxSession::IsIdle() const { return PQtransactionStatus(handle()) == PQTRANS_IDLE; }

}  // namespace switchboard
