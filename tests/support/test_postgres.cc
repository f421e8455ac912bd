#include "tests/support/test_postgres.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "common/text/string_view.h"

namespace switchboard {
namespace {

[[noreturn]] void GiveUp(const absl::Status& status) {
  std::fprintf(stderr, "the test's PostgreSQL: %s\n", status.ToString().c_str());
  std::_Exit(2);
}

std::string MakeDirectory() {
  std::string path = (std::filesystem::temp_directory_path() / "switchboard-test-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) GiveUp(absl::UnavailableError("cannot make a temporary directory"));
  // Run by root, the server is another user, and has to pass.
  chmod(path.c_str(), 0755);
  return path;
}

std::unique_ptr<Connection> Connect(const std::string& conninfo) {
  auto connection = Connection::Open({.conninfo = conninfo});
  if (!connection.ok()) GiveUp(connection.status());
  return *std::move(connection);
}

}  // namespace

TestPostgres& TestPostgres::Get() {
  static TestPostgres postgres;
  return postgres;
}

TestPostgres::TestPostgres() : directory_(MakeDirectory()) {
  auto server =
      EmbeddedPostgres::Start({.data_dir = directory_,
                               .database = "test",
                               .max_connections = 200,
                               .shared_buffers_mib = 64,
                               .settings = {{"fsync", "off"}, {"max_wal_size", "256MB"}, {"min_wal_size", "80MB"}}});
  if (!server.ok()) GiveUp(server.status());
  server_ = *std::move(server);
}

TestPostgres::~TestPostgres() {
  server_.reset();
  std::error_code error;
  std::filesystem::remove_all(directory_, error);
}

std::string TestPostgres::CreateDatabase() {
  const std::string name = NewName("fresh");
  Run(StrCat("CREATE DATABASE \"", name, "\" STRATEGY file_copy"));
  return ConninfoOf(name);
}

std::string TestPostgres::CreateDatabaseFrom(const std::string& template_name,
                                             const std::function<void(Connection&)>& prepare) {
  if (templates_.insert(template_name).second) {
    Run(StrCat("CREATE DATABASE \"", template_name, "\" STRATEGY file_copy"));
    // Nobody may be connected to a database while it is copied.
    prepare(*Connect(ConninfoOf(template_name)));
  }
  const std::string name = NewName(template_name);
  Run(StrCat("CREATE DATABASE \"", name, "\" TEMPLATE \"", template_name, "\" STRATEGY file_copy"));
  return ConninfoOf(name);
}

std::string TestPostgres::NewName(const std::string& stem) { return StrCat(stem, "_", ++databases_); }

std::string TestPostgres::ConninfoOf(const std::string& database) const {
  // The last setting of a keyword counts.
  return StrCat(server_->conninfo(), " dbname='", database, "'");
}

void TestPostgres::Run(const std::string& sql) {
  const absl::Status status = Connect(server_->conninfo())->ExecuteScript(sql).status();
  if (!status.ok()) GiveUp(status);
}

}  // namespace switchboard
