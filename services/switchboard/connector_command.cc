#include "services/switchboard/connector_command.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "common/text/string_view.h"
#include "common/text/utf8.h"
#include "common/time/clock.h"
#include "services/switchboard/output.h"

extern char** environ;

namespace switchboard::client {
namespace {

constexpr size_t kMostDetailBytes = 512;
constexpr size_t kMostReadBytes = 4096;  // of what the command wrote; what is cut in half at its end goes no further
// How often it is asked whether the command has ended: a short one is not kept waiting.
constexpr absl::Duration kFirstLook = absl::Milliseconds(1);
constexpr absl::Duration kLongestLook = absl::Milliseconds(20);

using File = std::unique_ptr<FILE, decltype(&std::fclose)>;

File TemporaryFile() { return {std::tmpfile(), &std::fclose}; }

// The environment of the command: this program's, and what it must know of the message.
std::vector<std::string> EnvironmentFor(const v1::Delivery& delivery) {
  std::vector<std::string> environment;
  for (char** each = environ; *each != nullptr; ++each) environment.emplace_back(*each);
  environment.push_back("SWITCHBOARD_INQUIRY=" + delivery.inquiry());
  environment.push_back("SWITCHBOARD_CHANNEL=" + v1::Channel_Name(delivery.channel()));
  environment.push_back("SWITCHBOARD_VISIBILITY=" + v1::Visibility_Name(delivery.visibility()));
  environment.push_back("SWITCHBOARD_AUTHOR=" + delivery.author());
  environment.push_back("SWITCHBOARD_ADDRESS=" + (delivery.address().empty() ? delivery.author() : delivery.address()));
  environment.push_back("SWITCHBOARD_EXTERNAL_ID=" + delivery.external_id());
  environment.push_back(StrCat("SWITCHBOARD_ATTEMPTS=", delivery.attempts()));
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// The process, leader of a group of its own, with signals as a program expects them; 0 where it cannot be started.
pid_t Spawn(const std::string& command, const v1::Delivery& delivery, int input_fd, int output_fd) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input_fd, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output_fd, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigaddset(&signals, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::vector<std::string> arguments = {"sh", "-c", command};
  std::vector<std::string> environment = EnvironmentFor(delivery);
  pid_t child = 0;
  const int failed =
      posix_spawn(&child, "/bin/sh", &actions, &attributes, Pointers(arguments).data(), Pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? child : 0;
}

// True once the process has ended; it stays a zombie, so that its group's number is nobody else's. False after `limit`,
// or where `wait` says so.
bool AwaitEnd(pid_t child, absl::Duration limit, WaitOrStop wait) {
  const SystemClock clock;
  const absl::Duration end = clock.Elapsed() + limit;
  for (absl::Duration look = kFirstLook;; look = std::min(look * 2, kLongestLook)) {
    siginfo_t info = {};
    waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT);
    if (info.si_pid == child) return true;
    const absl::Duration left = end - clock.Elapsed();
    if (left <= absl::ZeroDuration() || wait(std::min(look, left))) return false;
  }
}

void StopGroup(pid_t leader, WaitOrStop wait) {
  kill(-leader, SIGTERM);
  AwaitEnd(leader, kStopGrace, wait);
  kill(-leader, SIGKILL);
}

// Exit codes are those of sysexits.h. Of a command that was stopped only the word that the channel has it counts: what
// took too long may take as long again, so it is tried less and less often.
v1::ReportDeliveryRequest::Outcome OutcomeOf(const ConnectorRun& run) {
  const bool exited = WIFEXITED(run.wait_status);
  if (exited && WEXITSTATUS(run.wait_status) == 0) return v1::ReportDeliveryRequest::DELIVERED;
  if (run.stopped) return v1::ReportDeliveryRequest::TEMPORARY_FAILURE;
  if (!exited) return v1::ReportDeliveryRequest::TECHNICAL_FAILURE;
  switch (WEXITSTATUS(run.wait_status)) {
    case 69:
      return v1::ReportDeliveryRequest::PERMANENT_FAILURE;
    case 75:
      return v1::ReportDeliveryRequest::TEMPORARY_FAILURE;
    default:
      return v1::ReportDeliveryRequest::TECHNICAL_FAILURE;
  }
}

// The first line of what the command wrote, as the server takes it: a command may write anything.
std::string DetailOf(std::string_view output) {
  const std::string line = WithoutControls(output.substr(0, output.find('\n')));
  return std::string(TruncateUtf8(ToStd(absl::StripAsciiWhitespace(line)), kMostDetailBytes));
}

}  // namespace

// Files instead of pipes: neither side waits for the other.
absl::StatusOr<ConnectorRun> RunConnector(const std::string& command, const v1::Delivery& delivery,
                                          absl::Duration limit, WaitOrStop wait) {
  const File in = TemporaryFile();
  const File out = TemporaryFile();
  if (in == nullptr || out == nullptr) return absl::InternalError("cannot make a temporary file");
  std::fwrite(delivery.text().data(), 1, delivery.text().size(), in.get());
  std::rewind(in.get());
  const pid_t child = Spawn(command, delivery, fileno(in.get()), fileno(out.get()));
  if (child == 0) return absl::InternalError("cannot run the command");
  ConnectorRun run{.stopped = !AwaitEnd(child, limit, wait)};
  if (run.stopped) StopGroup(child, wait);
  if (waitpid(child, &run.wait_status, 0) != child) return absl::InternalError("cannot run the command");
  std::rewind(out.get());
  char buffer[kMostReadBytes];
  run.output.assign(buffer, std::fread(buffer, 1, sizeof buffer, out.get()));
  return run;
}

v1::ReportDeliveryRequest ReportOf(const ConnectorRun& run) {
  v1::ReportDeliveryRequest report;
  report.set_outcome(OutcomeOf(run));
  report.set_detail(DetailOf(run.output));
  const bool cut_short = run.stopped && report.outcome() != v1::ReportDeliveryRequest::DELIVERED;
  if (cut_short && report.detail().empty()) report.set_detail("the command was stopped before it ended");
  return report;
}

}  // namespace switchboard::client
