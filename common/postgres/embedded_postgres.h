// A private PostgreSQL server inside the data directory, for whoever has not brought a database.
//
// Layout below data_dir:  lock  (held by flock as long as the owner lives)   postgres/ (PGDATA)   postgres.log
// The server listens on a unix socket only, in data_dir/socket, or in a short private directory under /tmp where
// data_dir's path is too long for a socket address. As root it runs as `postgres`, or `nobody` where there is none.
//
// Death of the owner: the server asks the kernel for SIGINT (fast shutdown: sessions are cut off, a checkpoint is
// written) should its parent die, so that SIGKILL of the owner leaves no server behind; the next Start() waits for one
// that is still shutting down, and stops one that is not. Whatever happens to either, what was committed is on disk
// (fsync on, full-page writes on, data checksums).
#ifndef SWITCHBOARD_COMMON_POSTGRES_EMBEDDED_POSTGRES_H_
#define SWITCHBOARD_COMMON_POSTGRES_EMBEDDED_POSTGRES_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/postgres/child_process.h"
#include "common/postgres/postgres_cluster.h"

namespace switchboard {

struct EmbeddedPostgresOptions {
  std::string data_dir;  // made if missing
  std::string bin_dir;   // where initdb and postgres are; empty: the newest under /usr/lib/postgresql, then $PATH
  std::string database = "switchboard";
  absl::Duration start_timeout = absl::Seconds(60);  // crash recovery included
  absl::Duration stop_timeout = absl::Seconds(60);
  int max_connections = 64;
  int shared_buffers_mib = 0;                                 // 0: an eighth of the memory, 128 to 2048
  std::vector<std::pair<std::string, std::string>> settings;  // further or other server settings; tests use it
};

// Owns the server. Start, Stop and RestartIfDead are not called at the same time.
class EmbeddedPostgres {
 public:
  // Makes the cluster at first use, starts the server and waits until it takes connections. The first start takes about
  // 3 s, later ones well below one unless there is a log to recover.
  // FAILED_PRECONDITION: another process uses the directory, it holds a cluster of another major version, or PostgreSQL
  // is not installed. UNAVAILABLE: the server did not come up; the text ends with the last lines of its log.
  static absl::StatusOr<std::unique_ptr<EmbeddedPostgres>> Start(EmbeddedPostgresOptions options);

  ~EmbeddedPostgres();  // stops

  EmbeddedPostgres(const EmbeddedPostgres&) = delete;
  EmbeddedPostgres& operator=(const EmbeddedPostgres&) = delete;

  // What a Database connects with.
  const std::string& conninfo() const { return conninfo_; }

  // Fast shutdown with a checkpoint; immediate after stop_timeout. Repeating it does nothing.
  absl::Status Stop();

  // Starts the server again in the same directory if it died (it does not come back by itself). Does nothing while it
  // runs. The owner calls it periodically.
  absl::Status RestartIfDead();

  // The postmaster, 0 when it is not running.
  pid_t pid() const;

  const std::string& log_path() const { return log_path_; }

 private:
  explicit EmbeddedPostgres(EmbeddedPostgresOptions options);

  absl::Status TakeLock();
  absl::Status StopLeftover();
  absl::Status Prepare();
  absl::Status OpenLog();
  absl::Status InitializeCluster();
  absl::Status Launch();
  absl::Status EnsureDatabase();
  ChildProcessOptions Command(const std::string& program, std::vector<std::string> arguments) const;

  EmbeddedPostgresOptions options_;
  const ServerUser user_;
  const std::string cluster_dir_;
  const std::string socket_dir_;
  const std::string log_path_;
  std::string conninfo_;
  int lock_fd_ = -1;
  int log_fd_ = -1;
  std::unique_ptr<ChildProcess> server_;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_EMBEDDED_POSTGRES_H_
