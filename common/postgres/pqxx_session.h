// A session of libpqxx, set to what this folder wants of one. For this folder alone.
#ifndef SWITCHBOARD_COMMON_POSTGRES_PQXX_SESSION_H_
#define SWITCHBOARD_COMMON_POSTGRES_PQXX_SESSION_H_

#include <pqxx/connection>
#include <string>

#include "common/postgres/connection.h"

namespace switchboard {

// Connects as libpqxx does by itself, and remembers what libpq calls the session.
class RememberingPolicy final : public pqxx::connectionpolicy {
 public:
  using pqxx::connectionpolicy::connectionpolicy;

  handle session() const { return session_; }
  handle do_startconnect(handle session) override;
  handle do_disconnect(handle session) noexcept override;

 private:
  handle session_ = nullptr;
};

// Never connects again by itself: a statement would then run in a session that was not set up. Used by one thread at a
// time. Throws what libpqxx throws.
class PqxxSession final : public pqxx::connection_base {
 public:
  // Connects, without any further settings. The text of what is thrown names hosts, databases and users, never a
  // password.
  explicit PqxxSession(const SessionOptions& options);
  ~PqxxSession();

  // The same session for libpq, for what libpqxx does not have; null once it is closed. Not to be used while a
  // statement of libpqxx is under way, and left as it was found.
  pg_conn* handle() const { return policy_.session(); }

  // Whether no transaction is open on the server.
  bool IsIdle() const;

 private:
  RememberingPolicy policy_;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_PQXX_SESSION_H_
