// A real switchboardd for a test to use and abuse.
#ifndef SWITCHBOARD_TESTS_SUPPORT_SERVER_PROCESS_H_
#define SWITCHBOARD_TESTS_SUPPORT_SERVER_PROCESS_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tests/support/program.h"
#include "tests/support/temporary_directory.h"

namespace switchboard {

struct ServerProcessOptions {
  // Empty: the server makes a private PostgreSQL in the data directory.
  std::string database;
  std::string data_dir;                // empty: one of its own, kept over restarts
  std::vector<std::string> arguments;  // further ones, "--name=value"
  bool unix_socket = true;             // the same address after a restart; else TCP on a free port
  bool address_by_default = true;      // false: `arguments` say where to listen
};

// One server at a time, which can be started again after it ended. Used by one thread.
class ServerProcess {
 public:
  explicit ServerProcess(ServerProcessOptions options);
  ~ServerProcess();  // SIGTERM, then SIGKILL: a private PostgreSQL is stopped too

  // Starts the program and waits until it serves. UNAVAILABLE with what it said where it does not.
  absl::Status Start(absl::Duration timeout = absl::Seconds(60));

  // Starts the program and does not wait.
  void Launch();
  absl::Status AwaitReady(absl::Duration timeout = absl::Seconds(60));

  // SIGKILL; it is gone when this returns.
  void Kill();

  // SIGTERM; its exit code, or nullopt where it still runs after `timeout`.
  std::optional<int> Stop(absl::Duration timeout = absl::Seconds(60));

  void Signal(int signal);
  bool IsRunning() const;
  std::optional<int> AwaitExit(absl::Duration timeout);
  pid_t pid() const;

  // host:port or unix:/path, as a client names it; valid after the first Start.
  const std::string& address() const { return address_; }
  int metrics_port() const { return metrics_port_; }
  const std::string& data_dir() const { return data_dir_; }

  // How to reach the private PostgreSQL in the data directory.
  std::string own_conninfo() const;

  // What it logged since it was started last.
  std::string log() const;

  // A connection of its own that comes back within some ten milliseconds after a restart.
  std::shared_ptr<grpc::Channel> NewChannel() const;

 private:
  void ReadPortFile();

  const ServerProcessOptions options_;
  TemporaryDirectory directory_;
  std::string data_dir_;
  std::string address_;
  int metrics_port_ = 0;
  std::unique_ptr<Program> program_;
};

// The text of http://127.0.0.1:port/path; "" where nobody answers.
std::string HttpGet(int port, const std::string& path);

// A TCP port of 127.0.0.1 that was free a moment ago.
int FreePort();

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_SERVER_PROCESS_H_
