// switchboardd: takes in, sorts, routes, hands out. This file reads what is asked and hosts a Server.
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/config/option_table.h"
#include "common/runtime/log.h"
#include "common/runtime/signals.h"
#include "common/text/string_view.h"
#include "services/switchboardd/server.h"
#include "services/switchboardd/server_options.h"

namespace switchboard {
namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kBadUsage = 2;

constexpr char kDescription[] =
    "Takes citizens' inquiries in, sorts them by topic, routes them to queues and hands them out under leases.\n"
    "\n"
    "Instead of serving:\n"
    "  --check-config   checks the options and ends\n"
    "  --print-config   prints the options in force, secrets hidden, and ends\n"
    "  --migrate-only   brings the database to this program's schema and ends\n"
    "  --version        prints the version and ends\n"
    "  --help           prints this and ends";

enum class Errand { kServe, kCheckConfig, kPrintConfig, kMigrateOnly, kVersion, kHelp };

// Takes the errand out of the arguments.
Errand TakeErrand(std::vector<std::string>& arguments) {
  static constexpr struct {
    const char* flag;
    Errand errand;
  } kErrands[] = {{"--help", Errand::kHelp},
                  {"-h", Errand::kHelp},
                  {"--version", Errand::kVersion},
                  {"--check-config", Errand::kCheckConfig},
                  {"--print-config", Errand::kPrintConfig},
                  {"--migrate-only", Errand::kMigrateOnly}};
  for (const auto& each : kErrands) {
    if (std::erase(arguments, each.flag) > 0) return each.errand;
  }
  return Errand::kServe;
}

std::optional<std::string> EnvironmentVariable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int Show(const std::string& text) {
  std::cout << text << std::flush;
  return kOk;
}

int Fail(int code, const absl::Status& status) {
  std::cerr << "switchboardd: " << MessageOf(status) << std::endl;
  return code;
}

int Migrate(const ServerOptions& options) {
  const SystemClock clock;
  MetricRegistry registry;
  const auto storage = Storage::Open(options, SchemaStep::kMigrate, clock, registry);
  return storage.ok() ? kOk : Fail(kFailed, storage.status());
}

// Whoever waits for the file never sees half of it.
absl::Status WritePortFile(const Server& server, const std::string& path) {
  const std::string unfinished = path + ".new";
  std::ofstream file(unfinished);
  file << "address: " << server.address() << "\nport: " << server.port() << "\nmetrics_port: " << server.metrics_port()
       << "\npid: " << getpid() << "\n";
  file.close();
  if (!file || std::rename(unfinished.c_str(), path.c_str()) != 0) {
    return absl::UnavailableError(StrCat("cannot write the port file ", path));
  }
  return absl::OkStatus();
}

// A second signal ends the process at once; nothing that was acknowledged is lost by that.
std::jthread EndAtNextSignal(TerminationSignals& signals) {
  return std::jthread([&signals](const std::stop_token& drained) {
    while (!drained.stop_requested()) {
      const int signal = signals.WaitFor(absl::Milliseconds(50));
      if (signal == 0) continue;
      Log(LogLevel::kWarning, "a second signal: ending at once");
      _exit(128 + signal);
    }
  });
}

int Serve(const ServerOptions& options, TerminationSignals& signals) {
  auto server = Server::Start(options, SWITCHBOARD_VERSION, SWITCHBOARD_REVISION);
  if (!server.ok()) return Fail(kFailed, server.status());
  if (!options.port_file.empty()) {
    const absl::Status written = WritePortFile(**server, options.port_file);
    if (!written.ok()) return Fail(kFailed, written);
  }
  Log(LogLevel::kInfo, StrCat("serving on ", (*server)->address(), ", metrics on port ", (*server)->metrics_port()));
  const int signal = signals.Wait();
  Log(LogLevel::kInfo, StrCat("signal ", signal, ": draining"));
  const std::jthread impatience = EndAtNextSignal(signals);
  (*server)->Drain(options.drain_timeout);
  server->reset();
  Log(LogLevel::kInfo, "drained");
  return kOk;
}

int Run(std::vector<std::string> arguments, TerminationSignals& signals) {
  const Errand errand = TakeErrand(arguments);
  ServerOptions options;
  OptionTable table("switchboardd", kDescription);
  RegisterServerOptions(table, options);
  if (errand == Errand::kHelp) return Show(table.Help());
  if (errand == Errand::kVersion) return Show("switchboardd " SWITCHBOARD_VERSION " (" SWITCHBOARD_REVISION ")\n");
  absl::Status status = table.Load(arguments, EnvironmentVariable);
  if (status.ok()) status = CompleteServerOptions(options);
  if (!status.ok()) return Fail(kBadUsage, status);
  if (errand == Errand::kPrintConfig) return Show(table.Print());
  if (errand == Errand::kCheckConfig) return Show("the options are fine\n");
  SetLogLevel(*ParseLogLevel(options.log_level));
  return errand == Errand::kMigrateOnly ? Migrate(options) : Serve(options, signals);
}

// Models and results of megabytes go back to the system when they are freed instead of leaving holes, and a thread more
// is not an arena more; small blocks are kept for the next batch.
void SetUpMemory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
  mallopt(M_ARENA_MAX, 4);
}

}  // namespace
}  // namespace switchboard

int main(int argc, char** argv) {
  switchboard::SetUpMemory();
  // Debian builds Abseil with its debugging aids: each lock, those inside gRPC included, would be entered in a graph
  // that all threads share. The tests keep looking for deadlocks.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  switchboard::TerminationSignals signals;
  return switchboard::Run({argv + 1, argv + argc}, signals);
}
