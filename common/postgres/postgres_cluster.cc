#include "common/postgres/postgres_cluster.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

namespace fs = std::filesystem;

constexpr int kOldestMajor = 15;
// sun_path holds 108 bytes with its NUL; the server appends this.
constexpr std::string_view kSocketFile = "/.s.PGSQL.5432";
constexpr size_t kLongestSocketPath = 107;
constexpr int64_t kMebibyte = 1 << 20;

absl::Status NoCluster(std::string_view message) { return absl::FailedPreconditionError(ToAbsl(message)); }

bool HasServerPrograms(const fs::path& dir) {
  return access((dir / "initdb").c_str(), X_OK) == 0 && access((dir / "postgres").c_str(), X_OK) == 0;
}

// /usr/lib/postgresql/<major>/bin, newest first, then $PATH.
std::vector<fs::path> Candidates() {
  std::vector<std::pair<int, fs::path>> installed;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", error)) {
    installed.emplace_back(std::atoi(entry.path().filename().c_str()), entry.path() / "bin");
  }
  std::sort(installed.rbegin(), installed.rend());
  std::vector<fs::path> candidates;
  for (auto& [major, path] : installed) candidates.push_back(std::move(path));
  const char* path = std::getenv("PATH");
  for (const absl::string_view dir : absl::StrSplit(path == nullptr ? "" : path, ':', absl::SkipEmpty())) {
    candidates.emplace_back(std::string(dir));
  }
  return candidates;
}

// First line of what `command` prints.
std::string OutputOf(const std::string& command) {
  std::string output(4096, '\0');
  FILE* pipe = popen(command.c_str(), "re");
  if (pipe == nullptr) return "";
  output.resize(fread(output.data(), 1, output.size(), pipe));
  pclose(pipe);
  return output;
}

// Whether the user may pass through a folder that it does not own.
bool LetsThrough(const struct stat& info, const ServerUser& user) {
  if (info.st_uid == user.uid) return (info.st_mode & S_IXUSR) != 0;
  if (info.st_gid == user.gid) return (info.st_mode & S_IXGRP) != 0;
  return (info.st_mode & S_IXOTH) != 0;
}

absl::Status CheckAncestors(const fs::path& path, const ServerUser& user) {
  for (fs::path above = path.parent_path(); above.has_relative_path(); above = above.parent_path()) {
    struct stat info;
    if (stat(above.c_str(), &info) != 0) return NoCluster(StrCat("cannot look at ", above.string()));
    if (LetsThrough(info, user)) continue;
    return NoCluster(StrCat("PostgreSQL runs as the user '", user.name, "', which may not enter ", above.string(),
                            ": choose another --data-dir (below /var/lib, say) or bring a --database"));
  }
  return absl::OkStatus();
}

std::string Mebibytes(int64_t count) { return StrCat(count, "MB"); }

int64_t MemoryMebibytes() {
  struct sysinfo info;
  if (sysinfo(&info) != 0) return 1024;
  return static_cast<int64_t>(info.totalram) * info.mem_unit / kMebibyte;
}

std::string QuoteSetting(std::string_view value) {
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted + "'";
}

std::string TargetOf(const std::string& link) {
  std::error_code error;
  return fs::read_symlink(link, error).string();
}

}  // namespace

ServerUser ChooseServerUser() {
  if (getuid() != 0) {
    const passwd* self = getpwuid(getuid());
    return {getuid(), getgid(), self == nullptr ? "this user" : self->pw_name};
  }
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* entry = getpwnam(name)) return {entry->pw_uid, entry->pw_gid, name};
  }
  return {65534, 65534, "65534"};
}

absl::StatusOr<std::string> FindServerPrograms(const std::string& wanted) {
  const std::vector<fs::path> candidates = wanted.empty() ? Candidates() : std::vector<fs::path>{wanted};
  for (const fs::path& dir : candidates) {
    if (!HasServerPrograms(dir)) continue;
    SWITCHBOARD_ASSIGN_OR_RETURN(const std::string major, MajorVersion(dir.string()));
    if (std::atoi(major.c_str()) >= kOldestMajor) return dir.string();
    return NoCluster(StrCat("PostgreSQL ", major, " in ", dir.string(), " is too old: 15 or later is needed"));
  }
  return NoCluster("no PostgreSQL server is installed here: install the package postgresql, or bring a --database");
}

absl::StatusOr<std::string> MajorVersion(const std::string& bin_dir) {
  // "postgres (PostgreSQL) 15.4 (Debian 15.4-1)"
  const std::string output = OutputOf(StrCat("'", bin_dir, "/postgres' --version 2>/dev/null"));
  const size_t digits = output.find_first_of("0123456789");
  if (digits == std::string::npos) return NoCluster(StrCat(bin_dir, "/postgres does not run"));
  return output.substr(digits, output.find_first_not_of("0123456789", digits) - digits);
}

absl::Status MakePrivateDirectory(const std::string& path, const ServerUser& user) {
  std::error_code error;
  fs::create_directories(path, error);
  struct stat info;
  if (error || lstat(path.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) {
    return NoCluster(StrCat("cannot make the directory ", path));
  }
  if (info.st_uid != user.uid && info.st_uid != getuid()) {
    return NoCluster(StrCat("the directory ", path, " belongs to another user"));
  }
  if (chmod(path.c_str(), 0700) != 0 || (getuid() == 0 && chown(path.c_str(), user.uid, user.gid) != 0)) {
    return NoCluster(StrCat("cannot make ", path, " private to the user '", user.name, "'"));
  }
  return CheckAncestors(fs::absolute(path), user);
}

std::string ChooseSocketDirectory(const std::string& preferred) {
  if (preferred.size() + kSocketFile.size() <= kLongestSocketPath) return preferred;
  return absl::StrFormat("/tmp/switchboard-%016x", std::hash<std::string>()(preferred));
}

Settings ServerSettings(const std::string& bin_dir, const std::string& socket_dir, int max_connections,
                        int shared_buffers_mib, const Settings& overrides) {
  const int64_t memory = MemoryMebibytes();
  const int64_t buffers = shared_buffers_mib > 0 ? shared_buffers_mib : std::clamp<int64_t>(memory / 8, 128, 2048);
  const bool has_lz4 =
      OutputOf(StrCat("'", bin_dir, "/pg_config' --configure 2>/dev/null")).find("--with-lz4") != std::string::npos;
  Settings settings = {
      {"listen_addresses", ""},
      {"unix_socket_directories", socket_dir},
      {"unix_socket_permissions", "0700"},
      {"port", "5432"},
      {"max_connections", StrCat(max_connections)},
      // What was acknowledged is on disk.
      {"fsync", "on"},
      {"synchronous_commit", "on"},
      {"full_page_writes", "on"},
      // Memory.
      {"shared_buffers", Mebibytes(buffers)},
      {"effective_cache_size", Mebibytes(std::max<int64_t>(memory / 2, 256))},
      {"work_mem", "16MB"},
      {"maintenance_work_mem", "128MB"},
      // Few, even checkpoints; short records.
      {"wal_compression", has_lz4 ? "lz4" : "on"},
      {"wal_buffers", "16MB"},
      {"max_wal_size", "4GB"},
      {"min_wal_size", "512MB"},
      {"checkpoint_timeout", "15min"},
      {"checkpoint_completion_target", "0.9"},
      // Queue tables turn over many times a minute.
      {"autovacuum_naptime", "5s"},
      {"autovacuum_vacuum_cost_limit", "4000"},
      {"autovacuum_vacuum_scale_factor", "0.05"},
      {"autovacuum_analyze_scale_factor", "0.05"},
      {"autovacuum_vacuum_insert_scale_factor", "0.2"},
      // Short statements on solid-state disks.
      {"jit", "off"},
      {"random_page_cost", "1.1"},
      {"effective_io_concurrency", "100"},
      {"max_parallel_workers_per_gather", "0"},
      {"idle_in_transaction_session_timeout", "60s"},
      // The log never shows what is in a statement: citizens wrote it.
      {"log_min_messages", "warning"},
      {"log_min_error_statement", "panic"},
      {"log_error_verbosity", "terse"},
      {"log_parameter_max_length", "0"},
      {"log_parameter_max_length_on_error", "0"},
      {"log_statement", "none"},
      {"log_line_prefix", "%m [%p] "},
      {"log_timezone", "UTC"},
      {"timezone", "UTC"},
      {"lc_messages", "C"},
  };
  if (has_lz4) settings.emplace_back("default_toast_compression", "lz4");
  settings.insert(settings.end(), overrides.begin(), overrides.end());
  return settings;
}

absl::Status WriteSettingsFile(const std::string& path, const Settings& settings, const ServerUser& user) {
  const std::string draft = path + ".new";
  {
    std::ofstream file(draft, std::ios::trunc);
    file << "# Written anew at every start. Put your own settings into postgresql.conf, below the include.\n";
    for (const auto& [name, value] : settings) file << name << " = " << QuoteSetting(value) << "\n";
    if (!file.flush()) return NoCluster(StrCat("cannot write ", draft));
  }
  if (getuid() == 0 && chown(draft.c_str(), user.uid, user.gid) != 0)
    return NoCluster(StrCat("cannot hand over ", draft));
  std::error_code error;
  fs::rename(draft, path, error);
  return error ? NoCluster(StrCat("cannot write ", path)) : absl::OkStatus();
}

ServerProcesses ServerProcessesOn(const std::string& cluster_dir) {
  std::error_code error;
  const std::string wanted = fs::canonical(cluster_dir, error).string();
  if (error) return {};
  pid_t postmaster = 0;
  std::ifstream(cluster_dir + "/postmaster.pid") >> postmaster;
  ServerProcesses processes;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size()) continue;
    // Every process of a server works in its data directory; a shell that happens to be there is no server.
    if (TargetOf(entry.path() / "cwd") != wanted) continue;
    if (fs::path(TargetOf(entry.path() / "exe")).filename().string().rfind("postgres", 0) != 0) continue;
    if (pid == postmaster) {
      processes.postmaster = pid;
    } else {
      processes.children.push_back(pid);
    }
  }
  return processes;
}

std::string TailOf(const std::string& path, int lines) {
  std::ifstream file(path);
  std::deque<std::string> tail;
  for (std::string line; std::getline(file, line);) {
    tail.push_back(line);
    if (tail.size() > static_cast<size_t>(lines)) tail.pop_front();
  }
  return absl::StrJoin(tail, " | ");
}

}  // namespace switchboard
