#include "tests/support/program.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#if !defined(SWITCHBOARD_SERVER_PROGRAM) || !defined(SWITCHBOARD_CLIENT_PROGRAM)
#error "the build says where the programs under test are"
#endif

namespace switchboard {
namespace {

constexpr absl::Duration kDeath = absl::Seconds(20);

std::vector<std::string> EnvironmentWith(const std::map<std::string, std::string>& added) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  for (const auto& [name, value] : added) environment.push_back(name + "=" + value);
  return environment;
}

// The shell gives the two outputs a file each; `exec` makes the program take its place, so that signals reach it.
std::vector<std::string> WithOutputs(const std::vector<std::string>& command, const TemporaryDirectory& directory) {
  std::vector<std::string> shell = {"/bin/sh", "-c",
                                    "exec \"$@\" >" + directory.File("out") + " 2>" + directory.File("err"), "sh"};
  shell.insert(shell.end(), command.begin(), command.end());
  return shell;
}

}  // namespace

Program::Program(std::vector<std::string> command, const std::map<std::string, std::string>& environment) {
  auto process = ChildProcess::Launch({.command = WithOutputs(command, directory_),
                                       .environment = EnvironmentWith(environment),
                                       .directory = directory_.path(),
                                       .uid = getuid(),
                                       .gid = getgid(),
                                       .death_signal = SIGKILL});
  if (!process.ok()) {
    std::fprintf(stderr, "%s: %s\n", command.front().c_str(), process.status().ToString().c_str());
    std::_Exit(2);
  }
  process_ = *std::move(process);
}

pid_t Program::pid() const { return process_->pid(); }

bool Program::IsRunning() const { return process_->IsRunning(); }

void Program::Signal(int signal) { process_->Signal(signal); }

void Program::Kill() {
  process_->Signal(SIGKILL);
  process_->AwaitExit(kDeath);
}

std::optional<int> Program::AwaitExit(absl::Duration timeout) { return process_->AwaitExit(timeout); }

ProgramResult Program::Finish(absl::Duration timeout) {
  const std::optional<int> code = process_->AwaitExit(timeout);
  if (!code.has_value()) Kill();
  return {code.value_or(-1), out(), err()};
}

std::string Program::out() const { return ReadFile(directory_.File("out")); }

std::string Program::err() const { return ReadFile(directory_.File("err")); }

ProgramResult RunProgram(std::vector<std::string> command, const std::map<std::string, std::string>& environment,
                         absl::Duration timeout) {
  return Program(std::move(command), environment).Finish(timeout);
}

std::vector<std::string> ClientCommand(const std::string& address, std::vector<std::string> arguments) {
  std::vector<std::string> command = {ClientProgram(), "--server", address};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

ProgramResult RunClient(const std::string& address, std::vector<std::string> arguments, absl::Duration timeout) {
  return RunProgram(ClientCommand(address, std::move(arguments)), {}, timeout);
}

std::string ServerProgram() {
  const char* given = std::getenv("SWITCHBOARD_SERVER_PROGRAM");
  return given != nullptr ? given : SWITCHBOARD_SERVER_PROGRAM;
}

std::string ClientProgram() {
  const char* given = std::getenv("SWITCHBOARD_CLIENT_PROGRAM");
  return given != nullptr ? given : SWITCHBOARD_CLIENT_PROGRAM;
}

}  // namespace switchboard
