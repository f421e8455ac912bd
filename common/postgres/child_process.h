// A program that this process runs and waits for.
#ifndef SWITCHBOARD_COMMON_POSTGRES_CHILD_PROCESS_H_
#define SWITCHBOARD_COMMON_POSTGRES_CHILD_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace switchboard {

struct ChildProcessOptions {
  std::vector<std::string> command;      // absolute path and arguments
  std::vector<std::string> environment;  // all of it
  std::string directory = "/";
  uid_t uid = 0;  // who it runs as, if this process is root; ignored otherwise
  gid_t gid = 0;
  int output_fd = 2;     // its stdout and stderr
  int death_signal = 0;  // sent to it by the kernel when this process dies; 0: none
};

// Thread-safe.
class ChildProcess {
 public:
  // UNAVAILABLE when it cannot be started. A command that cannot be executed exits with 127.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Launch(ChildProcessOptions options);

  ~ChildProcess();  // kills it if it still runs

  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  bool IsRunning() const;

  // Sends a signal if it still runs.
  void Signal(int signal);

  // Waits for its end; the exit code (128 + signal number for a signal), or nullopt when it still runs after `timeout`.
  std::optional<int> AwaitExit(absl::Duration timeout);

 private:
  ChildProcess() = default;
  void Run(const ChildProcessOptions& options);

  pid_t pid_ = 0;
  mutable absl::Mutex mutex_;
  bool launched_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<int> exit_code_ ABSL_GUARDED_BY(mutex_);
  std::thread keeper_;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_CHILD_PROCESS_H_
