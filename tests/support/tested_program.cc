#include "tests/support/tested_program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/time/clock.h"

extern char** environ;

namespace switchboard {
namespace {

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& each : strings) pointers.push_back(each.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> Environment(std::vector<std::string> added) {
  for (char** each = environ; *each != nullptr; ++each) added.push_back(*each);
  return added;
}

}  // namespace

TestedProgram::TestedProgram(std::vector<std::string> command, const std::string& directory,
                             std::vector<std::string> environment) {
  static std::atomic<int> number{0};
  const std::string stem = absl::StrCat(directory, "/output.", ++number);
  stdout_path_ = stem + ".out";
  stderr_path_ = stem + ".err";
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  constexpr int kCreate = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, stdout_path_.c_str(), kCreate, 0644);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, stderr_path_.c_str(), kCreate, 0644);
  std::vector<std::string> variables = Environment(std::move(environment));
  if (posix_spawnp(&pid_, command[0].c_str(), &files, nullptr, Pointers(command).data(), Pointers(variables).data()) !=
      0) {
    exit_ = 127;
  }
  posix_spawn_file_actions_destroy(&files);
}

TestedProgram::~TestedProgram() {
  Signal(SIGCONT);
  Signal(SIGKILL);
  Wait();
}

void TestedProgram::Signal(int signal) {
  if (!exit_) kill(pid_, signal);
}

std::optional<int> TestedProgram::Wait(absl::Duration timeout) {
  Eventually(
      [this] {
        if (exit_) return true;
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
        exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        return true;
      },
      timeout);
  return exit_;
}

std::string TestedProgram::Stdout() const { return ReadFile(stdout_path_); }
std::string TestedProgram::Stderr() const { return ReadFile(stderr_path_); }

Outcome RunToEnd(std::vector<std::string> command, std::vector<std::string> environment) {
  const TemporaryDirectory directory;
  TestedProgram child(std::move(command), directory.path(), std::move(environment));
  const int code = child.Wait().value_or(-1);
  return {code, child.Stdout(), child.Stderr()};
}

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "switchboard-test.XXXXXX").string();
  path_ = mkdtemp(pattern.data()) != nullptr ? pattern : "";
  // A private PostgreSQL below it runs as another user.
  std::filesystem::permissions(path_, std::filesystem::perms(0755));
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void PauseBriefly() {
  const timespec pause{0, 5'000'000};
  nanosleep(&pause, nullptr);
}

absl::Duration MonotonicNow() { return SystemClock().Elapsed(); }

}  // namespace switchboard
