// A program under test as a child process.
#ifndef SWITCHBOARD_TESTS_SUPPORT_TESTED_PROGRAM_H_
#define SWITCHBOARD_TESTS_SUPPORT_TESTED_PROGRAM_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace switchboard {

// Its output goes to files in `directory`. Killed when destroyed. Used by one thread.
class TestedProgram {
 public:
  // `environment` is added to this process's own, "NAME=value" each.
  TestedProgram(std::vector<std::string> command, const std::string& directory,
                std::vector<std::string> environment = {});
  ~TestedProgram();

  TestedProgram(const TestedProgram&) = delete;
  TestedProgram& operator=(const TestedProgram&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal);

  // The exit code, or -signal where a signal ended it; nothing where it still runs after `timeout`.
  std::optional<int> Wait(absl::Duration timeout = absl::Seconds(60));

  std::string Stdout() const;
  std::string Stderr() const;

 private:
  std::string stdout_path_;
  std::string stderr_path_;
  pid_t pid_ = 0;
  std::optional<int> exit_;
};

// Runs to its end; the exit code, with what it wrote.
struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};
Outcome RunToEnd(std::vector<std::string> command, std::vector<std::string> environment = {});

// A fresh directory that goes away, with everything in it, when this is destroyed.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The whole of a file; empty where there is none.
std::string ReadFile(const std::string& path);

absl::Duration MonotonicNow();
void PauseBriefly();

// True as soon as `condition` is; looks every few milliseconds for at most `timeout`. For real programs only: whatever
// has a Clock is tested with a FakeClock.
template <typename Condition>
bool Eventually(Condition condition, absl::Duration timeout = absl::Seconds(30)) {
  const absl::Duration until = MonotonicNow() + timeout;
  while (!condition()) {
    if (MonotonicNow() > until) return false;
    PauseBriefly();
  }
  return true;
}

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_TESTED_PROGRAM_H_
