// A private PostgreSQL server for a test executable, and a fresh database for each test.
#ifndef SWITCHBOARD_TESTS_SUPPORT_TEST_POSTGRES_H_
#define SWITCHBOARD_TESTS_SUPPORT_TEST_POSTGRES_H_

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "common/postgres/connection.h"
#include "common/postgres/embedded_postgres.h"

namespace switchboard {

// One server per process, started at first use in a mktemp directory and removed when the process ends. It runs without
// fsync, as tests that crash the server itself start an EmbeddedPostgres of their own.
class TestPostgres {
 public:
  // Gives the process's server. Ends the test run with a message when it cannot be started.
  static TestPostgres& Get();

  // A fresh, empty database; gives its conninfo. Dropped with the server.
  std::string CreateDatabase();

  // A fresh database like the one that `prepare` made: it runs once per `template_name` and process (to migrate, say),
  // and every call copies the result, in some 30 ms.
  std::string CreateDatabaseFrom(const std::string& template_name, const std::function<void(Connection&)>& prepare);

  ~TestPostgres();

  EmbeddedPostgres& server() { return *server_; }

 private:
  TestPostgres();
  std::string NewName(const std::string& stem);
  std::string ConninfoOf(const std::string& database) const;
  void Run(const std::string& sql);

  std::string directory_;
  std::unique_ptr<EmbeddedPostgres> server_;
  std::set<std::string> templates_;
  int databases_ = 0;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_TEST_POSTGRES_H_
