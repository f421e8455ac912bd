// The files of an embedded cluster and the processes that run on it: the parts of EmbeddedPostgres without a life
// cycle.
#ifndef SWITCHBOARD_COMMON_POSTGRES_POSTGRES_CLUSTER_H_
#define SWITCHBOARD_COMMON_POSTGRES_POSTGRES_CLUSTER_H_

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace switchboard {

// Who the server runs as: this user, or, as PostgreSQL refuses to run as root, `postgres` or `nobody`.
struct ServerUser {
  uid_t uid;
  gid_t gid;
  std::string name;
};
ServerUser ChooseServerUser();

// The folder with initdb and postgres: `wanted` if not empty, else the newest below /usr/lib/postgresql, else on $PATH.
// FAILED_PRECONDITION when there is none or it is older than 15.
absl::StatusOr<std::string> FindServerPrograms(const std::string& wanted);

// The major version of the programs in `bin_dir`, as PG_VERSION in a cluster has it ("15").
absl::StatusOr<std::string> MajorVersion(const std::string& bin_dir);

// Makes the folder (parents as the caller, itself for the user alone). FAILED_PRECONDITION when that cannot be, or when
// a folder above it keeps the user out.
absl::Status MakePrivateDirectory(const std::string& path, const ServerUser& user);

// Where the server's socket goes: `preferred`, or a private folder below /tmp when that is too long for a socket
// address.
std::string ChooseSocketDirectory(const std::string& preferred);

// The settings the server runs with: durable, tuned to the machine, and silent about the contents of statements.
// `overrides` come last and win.
using Settings = std::vector<std::pair<std::string, std::string>>;
Settings ServerSettings(const std::string& bin_dir, const std::string& socket_dir, int max_connections,
                        int shared_buffers_mib, const Settings& overrides);

// Writes them as a configuration file, replaced in one step.
absl::Status WriteSettingsFile(const std::string& path, const Settings& settings, const ServerUser& user);

// The processes that still work on this cluster, whoever started them.
struct ServerProcesses {
  pid_t postmaster = 0;  // 0: it is gone, and the others will soon notice
  std::vector<pid_t> children;
  bool empty() const { return postmaster == 0 && children.empty(); }
};
ServerProcesses ServerProcessesOn(const std::string& cluster_dir);

// The last `lines` lines of a file, joined by " | "; "" when there are none.
std::string TailOf(const std::string& path, int lines);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_POSTGRES_CLUSTER_H_
