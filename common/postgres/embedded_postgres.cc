#include "common/postgres/embedded_postgres.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <utility>

#include "absl/synchronization/mutex.h"
#include "common/postgres/connection.h"
#include "common/postgres/sql.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kPollInterval = absl::Milliseconds(10);
constexpr absl::Duration kInitTimeout = absl::Minutes(2);
constexpr absl::Duration kLeftoverGrace = absl::Seconds(20);  // for a server that its owner's death told to stop
constexpr absl::Duration kImmediateGrace = absl::Seconds(10);
constexpr off_t kMaxLogBytes = 64 << 20;
constexpr int kLogLinesInError = 5;
constexpr char kUser[] = "switchboard";

absl::Status Unfit(std::string_view message) { return absl::FailedPreconditionError(ToAbsl(message)); }

// Nothing of the caller's environment but what programs need: PG* variables would change what the server does.
std::vector<std::string> ServerEnvironment() { return {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}; }

// Waits until `done` or the timeout, looking every few milliseconds: what is awaited is the work of another program.
template <typename Done>
bool AwaitUntil(absl::Duration timeout, Done done) {
  absl::Mutex mutex;
  absl::MutexLock lock(&mutex);
  const bool never = false;
  for (absl::Duration waited; waited < timeout; waited += kPollInterval) {
    if (done()) return true;
    mutex.AwaitWithTimeout(absl::Condition(&never), kPollInterval);
  }
  return done();
}

std::string FirstLine(const std::string& path) {
  std::string line;
  std::getline(std::ifstream(path) >> std::ws, line);
  return line;
}

// The server writes how far it is into the last line of its pid file.
bool IsReady(const std::string& cluster_dir) {
  std::ifstream file(cluster_dir + "/postmaster.pid");
  std::string line, last;
  int count = 0;
  while (std::getline(file, line)) {
    last = line;
    ++count;
  }
  return count >= 8 && last.starts_with("ready");
}

}  // namespace

EmbeddedPostgres::EmbeddedPostgres(EmbeddedPostgresOptions options)
    : options_(std::move(options)),
      user_(ChooseServerUser()),
      cluster_dir_(options_.data_dir + "/postgres"),
      socket_dir_(ChooseSocketDirectory(options_.data_dir + "/socket")),
      log_path_(options_.data_dir + "/postgres.log") {
  conninfo_ = StrCat("host='", socket_dir_, "' port=5432 user=", kUser, " dbname=", options_.database);
}

absl::StatusOr<std::unique_ptr<EmbeddedPostgres>> EmbeddedPostgres::Start(EmbeddedPostgresOptions options) {
  options.data_dir = fs::absolute(options.data_dir).lexically_normal().string();
  while (options.data_dir.size() > 1 && options.data_dir.back() == '/') options.data_dir.pop_back();
  auto postgres = std::unique_ptr<EmbeddedPostgres>(new EmbeddedPostgres(std::move(options)));
  SWITCHBOARD_RETURN_IF_ERROR(postgres->TakeLock());
  SWITCHBOARD_RETURN_IF_ERROR(postgres->StopLeftover());
  SWITCHBOARD_RETURN_IF_ERROR(postgres->Prepare());
  SWITCHBOARD_RETURN_IF_ERROR(postgres->Launch());
  SWITCHBOARD_RETURN_IF_ERROR(postgres->EnsureDatabase());
  return postgres;
}

EmbeddedPostgres::~EmbeddedPostgres() {
  Stop().IgnoreError();
  if (log_fd_ >= 0) close(log_fd_);
  if (lock_fd_ >= 0) close(lock_fd_);
}

absl::Status EmbeddedPostgres::TakeLock() {
  std::error_code error;
  fs::create_directories(options_.data_dir, error);
  if (error) return Unfit(StrCat("cannot make the data directory ", options_.data_dir, ": ", error.message()));
  const std::string path = options_.data_dir + "/lock";
  lock_fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock_fd_ < 0) return Unfit(StrCat("cannot write to the data directory ", options_.data_dir));
  if (flock(lock_fd_, LOCK_EX | LOCK_NB) != 0) {
    return Unfit(StrCat("the data directory ", options_.data_dir, " is in use by another process (", FirstLine(path),
                        "): stop that one, or choose another --data-dir"));
  }
  const std::string owner = StrCat("pid ", getpid(), "\n");
  if (ftruncate(lock_fd_, 0) != 0 || pwrite(lock_fd_, owner.data(), owner.size(), 0) < 0) {
    return Unfit(StrCat("cannot write to ", path));
  }
  return absl::OkStatus();
}

absl::Status EmbeddedPostgres::StopLeftover() {
  const auto gone = [this] { return ServerProcessesOn(cluster_dir_).empty(); };
  const auto signal_all = [this](int signal) {
    const ServerProcesses processes = ServerProcessesOn(cluster_dir_);
    if (processes.postmaster != 0) kill(processes.postmaster, signal);
    for (const pid_t pid : processes.children) kill(pid, signal);
  };
  if (!gone()) {
    // A server that lost its owner is shutting down already, and is told once more. One that lost its postmaster has no
    // order left to keep: whatever was committed is in the log.
    const pid_t postmaster = ServerProcessesOn(cluster_dir_).postmaster;
    if (postmaster != 0) kill(postmaster, SIGINT);
    if (postmaster == 0 || !AwaitUntil(kLeftoverGrace, gone)) signal_all(SIGQUIT);
    if (!AwaitUntil(kImmediateGrace, gone)) signal_all(SIGKILL);
    if (!AwaitUntil(kImmediateGrace, gone)) return Unfit(StrCat("an old server on ", cluster_dir_, " does not stop"));
  }
  // Its number may meanwhile belong to somebody else, whom the server would take for a rival.
  unlink((cluster_dir_ + "/postmaster.pid").c_str());
  return absl::OkStatus();
}

absl::Status EmbeddedPostgres::Prepare() {
  SWITCHBOARD_ASSIGN_OR_RETURN(options_.bin_dir, FindServerPrograms(options_.bin_dir));
  SWITCHBOARD_RETURN_IF_ERROR(OpenLog());
  SWITCHBOARD_RETURN_IF_ERROR(MakePrivateDirectory(socket_dir_, user_));
  if (!fs::exists(cluster_dir_ + "/PG_VERSION")) SWITCHBOARD_RETURN_IF_ERROR(InitializeCluster());
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::string major, MajorVersion(options_.bin_dir));
  if (const std::string made_by = FirstLine(cluster_dir_ + "/PG_VERSION"); made_by != major) {
    return Unfit(StrCat("the cluster in ", cluster_dir_, " was made by PostgreSQL ", made_by, ", installed is ", major,
                        ": migrate it with pg_upgrade, or install PostgreSQL ", made_by));
  }
  return WriteSettingsFile(cluster_dir_ + "/switchboard.conf",
                           ServerSettings(options_.bin_dir, socket_dir_, options_.max_connections,
                                          options_.shared_buffers_mib, options_.settings),
                           user_);
}

absl::Status EmbeddedPostgres::OpenLog() {
  struct stat info;
  if (stat(log_path_.c_str(), &info) == 0 && info.st_size > kMaxLogBytes) {
    std::rename(log_path_.c_str(), (log_path_ + ".old").c_str());
  }
  log_fd_ = open(log_path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (log_fd_ < 0) return Unfit(StrCat("cannot write ", log_path_));
  return absl::OkStatus();
}

ChildProcessOptions EmbeddedPostgres::Command(const std::string& program, std::vector<std::string> arguments) const {
  ChildProcessOptions command = {.command = {options_.bin_dir + "/" + program},
                                 .environment = ServerEnvironment(),
                                 .uid = user_.uid,
                                 .gid = user_.gid,
                                 .output_fd = log_fd_};
  command.command.insert(command.command.end(), arguments.begin(), arguments.end());
  return command;
}

// Made beside its place and moved there when complete, so that being killed meanwhile leaves nothing half done.
absl::Status EmbeddedPostgres::InitializeCluster() {
  const std::string draft = cluster_dir_ + ".new";
  std::error_code error;
  fs::remove_all(draft, error);
  SWITCHBOARD_RETURN_IF_ERROR(MakePrivateDirectory(draft, user_));
  std::vector<std::string> arguments = {"-D",
                                        draft,
                                        "-U",
                                        kUser,
                                        "--auth=trust",
                                        "--encoding=UTF8",
                                        "--locale=C.UTF-8",
                                        "--data-checksums",
                                        "--no-instructions"};
  const std::pair<std::string, std::string> unsafe = {"fsync", "off"};
  if (std::find(options_.settings.begin(), options_.settings.end(), unsafe) != options_.settings.end()) {
    arguments.push_back("--no-sync");
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto initdb, ChildProcess::Launch(Command("initdb", std::move(arguments))));
  if (initdb->AwaitExit(kInitTimeout) != 0) {
    return Unfit(StrCat("initdb failed: ", TailOf(log_path_, kLogLinesInError)));
  }
  std::ofstream(draft + "/postgresql.conf", std::ios::trunc) << "include 'switchboard.conf'\n# Your settings:\n";
  fs::rename(draft, cluster_dir_, error);
  return error ? Unfit(StrCat("cannot move the new cluster to ", cluster_dir_)) : absl::OkStatus();
}

absl::Status EmbeddedPostgres::Launch() {
  ChildProcessOptions command = Command("postgres", {"-D", cluster_dir_});
  // What a terminated owner leaves behind shuts down by itself: see the header.
  command.death_signal = SIGINT;
  SWITCHBOARD_ASSIGN_OR_RETURN(server_, ChildProcess::Launch(std::move(command)));
  AwaitUntil(options_.start_timeout, [this] { return !server_->IsRunning() || IsReady(cluster_dir_); });
  if (server_->IsRunning() && IsReady(cluster_dir_)) return absl::OkStatus();
  server_.reset();
  return MakeError(absl::StatusCode::kUnavailable, reason::kDatabaseUnavailable,
                   StrCat("the embedded PostgreSQL did not come up: ", TailOf(log_path_, kLogLinesInError)));
}

absl::Status EmbeddedPostgres::EnsureDatabase() {
  const std::string maintenance = StrCat("host='", socket_dir_, "' port=5432 user=", kUser, " dbname=postgres");
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto connection, Connection::Open({.conninfo = maintenance}));
  SWITCHBOARD_ASSIGN_OR_RETURN(const Rows rows, connection->Execute(postgres::sql::kFindDatabase, options_.database));
  if (!rows.empty()) return absl::OkStatus();
  return connection->ExecuteScript(StrCat("CREATE DATABASE \"", options_.database, "\"")).status();
}

absl::Status EmbeddedPostgres::Stop() {
  if (server_ == nullptr) return absl::OkStatus();
  const std::pair<int, absl::Duration> steps[] = {
      {SIGINT, options_.stop_timeout}, {SIGQUIT, kImmediateGrace}, {SIGKILL, kImmediateGrace}};
  for (const auto& [signal, grace] : steps) {
    server_->Signal(signal);
    if (server_->AwaitExit(grace).has_value()) break;
  }
  const bool in_order = server_->AwaitExit(absl::ZeroDuration()) == 0;
  server_.reset();
  return in_order ? absl::OkStatus()
                  : absl::UnavailableError("PostgreSQL had to be stopped the hard way; it will recover");
}

absl::Status EmbeddedPostgres::RestartIfDead() {
  if (server_ != nullptr && server_->IsRunning()) return absl::OkStatus();
  server_.reset();
  SWITCHBOARD_RETURN_IF_ERROR(StopLeftover());
  return Launch();
}

pid_t EmbeddedPostgres::pid() const { return server_ != nullptr && server_->IsRunning() ? server_->pid() : 0; }

}  // namespace switchboard
