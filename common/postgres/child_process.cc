#include "common/postgres/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

namespace switchboard {
namespace {

constexpr int kCannotExecute = 127;

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

bool BecomeUser(uid_t uid, gid_t gid) {
  if (getuid() != 0) return true;
  return setgroups(0, nullptr) == 0 && setgid(gid) == 0 && setuid(uid) == 0;
}

// Gives the child default signal handling: the parent blocks the ones that it waits for.
void ResetSignals() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT}) ::signal(signal, SIG_DFL);
}

// Between fork and exec, in a copy of a process with many threads: nothing here may allocate.
[[noreturn]] void BecomeCommand(const ChildProcessOptions& options, pid_t parent, char* const* command,
                                char* const* environment) {
  ResetSignals();
  setsid();  // Ctrl-C at the terminal is for the parent, which then stops its children in order
  const int input = open("/dev/null", O_RDONLY);
  dup2(input, STDIN_FILENO);
  dup2(options.output_fd, STDOUT_FILENO);
  dup2(options.output_fd, STDERR_FILENO);
  if (!BecomeUser(options.uid, options.gid) || chdir(options.directory.c_str()) != 0) _exit(kCannotExecute);
  // After the change of user, which clears it; the parent may have died before it.
  if (options.death_signal != 0) {
    prctl(PR_SET_PDEATHSIG, options.death_signal);
    if (getppid() != parent) _exit(kCannotExecute);
  }
  execve(command[0], command, environment);
  _exit(kCannotExecute);
}

int ExitCodeOf(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Launch(ChildProcessOptions options) {
  auto child = std::unique_ptr<ChildProcess>(new ChildProcess());
  // The kernel takes the death of the forking thread for the parent's: so a thread of its own forks, and lives as long
  // as the child.
  child->keeper_ = std::thread([child = child.get(), options = std::move(options)] { child->Run(options); });
  absl::MutexLock lock(&child->mutex_);
  child->mutex_.Await(absl::Condition(&child->launched_));
  if (child->pid_ < 0) {
    child->pid_ = 0;
    return absl::UnavailableError("cannot start another process");
  }
  return child;
}

void ChildProcess::Run(const ChildProcessOptions& options) {
  const std::vector<char*> command = Pointers(options.command);
  const std::vector<char*> environment = Pointers(options.environment);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) BecomeCommand(options, parent, command.data(), environment.data());
  {
    absl::MutexLock lock(&mutex_);
    pid_ = pid;
    launched_ = true;
    if (pid < 0) exit_code_ = kCannotExecute;
  }
  if (pid < 0) return;
  // The child stays a zombie until its end is recorded, so Signal() never hits a stranger who got its number.
  siginfo_t info;
  while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  absl::MutexLock lock(&mutex_);
  int wait_status = 0;
  waitpid(pid, &wait_status, 0);
  exit_code_ = ExitCodeOf(wait_status);
}

ChildProcess::~ChildProcess() {
  Signal(SIGKILL);
  if (keeper_.joinable()) keeper_.join();
}

bool ChildProcess::IsRunning() const {
  absl::MutexLock lock(&mutex_);
  return !exit_code_.has_value();
}

void ChildProcess::Signal(int signal) {
  absl::MutexLock lock(&mutex_);
  if (!exit_code_.has_value() && pid_ > 0) kill(pid_, signal);
}

std::optional<int> ChildProcess::AwaitExit(absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  const auto ended = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return exit_code_.has_value(); };
  mutex_.AwaitWithTimeout(absl::Condition(&ended), timeout);
  return exit_code_;
}

}  // namespace switchboard
