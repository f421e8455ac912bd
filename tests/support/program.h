// Running real programs from a test.
#ifndef SWITCHBOARD_TESTS_SUPPORT_PROGRAM_H_
#define SWITCHBOARD_TESTS_SUPPORT_PROGRAM_H_

#include <sys/types.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "common/postgres/child_process.h"
#include "tests/support/temporary_directory.h"

namespace switchboard {

struct ProgramResult {
  int exit_code = -1;  // 128 + the signal's number for a signal; -1: it did not end in time, and was killed
  std::string out;
  std::string err;
};

// A program under way. Killed when its owner goes, or when the test dies.
class Program {
 public:
  // `command`: absolute path and arguments. `environment` is added to this process's own.
  explicit Program(std::vector<std::string> command, const std::map<std::string, std::string>& environment = {});

  pid_t pid() const;
  bool IsRunning() const;
  void Signal(int signal);

  // SIGKILL, and waits until it is gone.
  void Kill();

  std::optional<int> AwaitExit(absl::Duration timeout);

  // Waits for its end (kills it after `timeout`) and gives what it said.
  ProgramResult Finish(absl::Duration timeout);

  // What it has said so far.
  std::string out() const;
  std::string err() const;

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<ChildProcess> process_;
};

// Runs it to its end.
ProgramResult RunProgram(std::vector<std::string> command, const std::map<std::string, std::string>& environment = {},
                         absl::Duration timeout = absl::Minutes(2));

// The client: `switchboard` with these arguments, against the server at `address`.
ProgramResult RunClient(const std::string& address, std::vector<std::string> arguments,
                        absl::Duration timeout = absl::Minutes(2));
std::vector<std::string> ClientCommand(const std::string& address, std::vector<std::string> arguments);

// The programs under test: those of this build, or the ones that the environment variables SWITCHBOARD_SERVER_PROGRAM
// and SWITCHBOARD_CLIENT_PROGRAM name.
std::string ServerProgram();
std::string ClientProgram();

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_PROGRAM_H_
