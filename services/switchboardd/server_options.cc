#include "services/switchboardd/server_options.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

#include "common/postgres/conninfo.h"
#include "common/rpc/rpc_server.h"
#include "common/runtime/log.h"
#include "common/status/errors.h"
#include "common/text/duration.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

constexpr std::string_view kServices[] = {"intake", "triage", "frontline", "operations"};

void RegisterServing(OptionTable& table, ServerOptions& options) {
  const OptionTraits traits{.group = "Serving"};
  table.Add("services", options.services, "which of intake, triage, frontline and operations this process hosts",
            traits);
  table.Add("listen", options.listen, "host:port of the API, or unix:/path; port 0 picks a free one", traits);
  table.Add("metrics-listen", options.metrics_listen, "host:port of /metrics, /healthz and /readyz", traits);
  table.Add("port-file", options.port_file, "file to write the ports in use to, once the server is ready", traits);
  table.Add("reflection", options.reflection, "answer gRPC reflection", traits);
  table.Add("registered-workers-only", options.registered_workers_only,
            "hand inquiries, and let replies go out, only to workers that were registered", traits);
  table.Add("drain-timeout", options.drain_timeout, "how long SIGTERM waits for calls under way", traits);
  table.Add("log-level", options.log_level, "debug, info, warning or error", traits);
}

void RegisterSecurity(OptionTable& table, ServerOptions& options) {
  const OptionTraits traits{.group = "Security"};
  table.Add("tls-certificate", options.tls_certificate, "PEM file; with --tls-key switches TLS on", traits);
  table.Add("tls-key", options.tls_key, "PEM file", traits);
  table.Add("tls-client-ca", options.tls_client_ca, "PEM file; clients must then show a certificate", traits);
  table.Add("insecure-listen", options.insecure_listen, "allow an address beyond loopback without TLS", traits);
}

void RegisterDatabase(OptionTable& table, ServerOptions& options) {
  const std::string_view group = "Database";
  table.Add("database", options.database,
            "conninfo or URL of a PostgreSQL from 15 on; empty: a private one in --data-dir",
            {.secret = true, .group = group});
  table.Add("database-password-file", options.database_password_file,
            "file with the password for --database, as container secrets are given", {.group = group});
  table.Add("data-dir", options.data_dir, "where the private PostgreSQL lives", {.group = group});
  table.Add("postgres-bin-dir", options.postgres_bin_dir, "where its programs are; empty: the newest installed",
            {.group = group});
  table.Add("migrate", options.migrate, "bring the --database to this program's schema at start", {.group = group});
  table.Add("allow-data-loss", options.allow_data_loss, "accept a database that does not wait for its disk",
            {.group = group});
}

void RegisterLimits(OptionTable& table, ServerOptions& options) {
  const OptionTraits traits{.group = "Limits"};
  table.Add("max-inquiry-bytes", options.max_inquiry_bytes, "of one inquiry's text", traits);
  table.Add("max-message-bytes", options.max_message_bytes, "of one request", traits);
  table.Add("max-calls", options.max_calls, "unary calls in flight", traits);
  table.Add("max-streams", options.max_streams, "streams open", traits);
  table.Add("max-sorting-wait", options.max_sorting_wait,
            "how long a caller's texts may wait to be sorted before further ones are refused", traits);
  table.Add("max-pending", options.engine.max_pending, "inquiries or settlements that wait for a commit", traits);
  table.Add("max-pending-bytes", options.engine.max_pending_bytes, "their bytes", traits);
  table.Add("max-waiting-claims", options.engine.max_waiting_claims, "claims that wait for work", traits);
}

void RegisterEngine(OptionTable& table, ServerOptions& options) {
  const OptionTraits traits{.group = "Queue engine"};
  queue::EngineOptions& engine = options.engine;
  table.Add("submit-writers", engine.submit_writers, "connections that store inquiries", traits);
  table.Add("settle-writers", engine.settle_writers, "connections that store settlements", traits);
  table.Add("claim-writers", engine.claim_writers, "connections that grant leases", traits);
  table.Add("blocking-threads", options.blocking_threads, "threads for calls that ask the database", traits);
  table.Add("same-worker-first", engine.same_worker_first,
            "how long an inquiry whose citizen wrote again waits for the worker who answered it; 0: not at all",
            traits);
  table.Add("sorting-threads", options.sorting_threads, "threads that sort texts; 0: one a processor", traits);
  table.Add("max-batch", engine.max_batch, "inquiries in one commit", traits);
  table.Add("request-id-memory", engine.request_id_memory, "how long a request id is remembered", traits);
  table.Add("retention", engine.retention, "how long closed inquiries are kept; 0s: for ever", traits);
  table.Add("sweep-interval", engine.sweep_interval, "between looks for leases that ran out and delays that ended",
            traits);
  table.Add("poll-interval", engine.poll_interval, "longest wait to see what another process submitted", traits);
  table.Add("maintenance", engine.run_maintenance, "look after partitions, retention and request ids", traits);
}

void CheckServices(const ServerOptions& options, FieldViolations& wrong) {
  if (options.services.empty())
    wrong.Add("services", "names none; give one or more of intake, triage, frontline, operations");
  std::set<std::string> seen;
  for (const std::string& service : options.services) {
    if (std::find(std::begin(kServices), std::end(kServices), service) == std::end(kServices)) {
      wrong.Add("services", StrCat("\"", service, "\" is none of intake, triage, frontline, operations"));
    } else if (!seen.insert(service).second) {
      wrong.Add("services", StrCat(service, " is named twice"));
    }
  }
}

void CheckAddresses(const ServerOptions& options, FieldViolations& wrong) {
  const bool tls = !options.tls_certificate.empty();
  if (options.tls_certificate.empty() != options.tls_key.empty()) {
    wrong.Add("tls-certificate", "and tls-key go together");
  }
  if (!tls && !options.tls_client_ca.empty()) wrong.Add("tls-client-ca", "needs tls-certificate and tls-key");
  if (options.insecure_listen) return;
  if (!tls && !IsLoopbackAddress(options.listen)) {
    wrong.Add("listen", StrCat(options.listen,
                               " can be reached from other hosts without TLS; give tls-certificate and "
                               "tls-key, or insecure-listen if the network is yours alone"));
  }
  if (!IsLoopbackAddress(options.metrics_listen)) {
    wrong.Add("metrics-listen", StrCat(options.metrics_listen,
                                       " can be reached from other hosts and has no TLS; give "
                                       "insecure-listen if the network is yours alone"));
  }
}

void CheckRange(std::string_view name, int64_t value, int64_t least, int64_t most, FieldViolations& wrong) {
  if (value < least || value > most) wrong.Add(name, StrCat("is from ", least, " to ", most));
}

void CheckRange(std::string_view name, absl::Duration value, absl::Duration least, absl::Duration most,
                FieldViolations& wrong) {
  if (value < least || value > most) {
    wrong.Add(name, StrCat("is from ", FormatDuration(least), " to ", FormatDuration(most)));
  }
}

void CheckNumbers(const ServerOptions& options, FieldViolations& wrong) {
  const queue::EngineOptions& engine = options.engine;
  CheckRange("max-inquiry-bytes", options.max_inquiry_bytes, 1, 64 << 20, wrong);
  CheckRange("max-message-bytes", options.max_message_bytes, 64 << 10, 256 << 20, wrong);
  CheckRange("max-calls", options.max_calls, 1, 1000000, wrong);
  CheckRange("max-streams", options.max_streams, 1, 1000000, wrong);
  CheckRange("max-pending", engine.max_pending, 1, 10000000, wrong);
  CheckRange("max-pending-bytes", engine.max_pending_bytes, 1 << 20, int64_t{64} << 30, wrong);
  CheckRange("max-waiting-claims", engine.max_waiting_claims, 1, 1000000, wrong);
  CheckRange("submit-writers", engine.submit_writers, 1, 64, wrong);
  CheckRange("settle-writers", engine.settle_writers, 1, 64, wrong);
  CheckRange("claim-writers", engine.claim_writers, 1, 64, wrong);
  CheckRange("blocking-threads", options.blocking_threads, 2, 256, wrong);
  CheckRange("sorting-threads", options.sorting_threads, 0, 256, wrong);
  CheckRange("max-sorting-wait", options.max_sorting_wait, absl::Milliseconds(1), absl::Minutes(1), wrong);
  CheckRange("max-batch", engine.max_batch, 1, 10000, wrong);
  CheckRange("request-id-memory", engine.request_id_memory, absl::Minutes(1), absl::Hours(24 * 366), wrong);
  CheckRange("sweep-interval", engine.sweep_interval, absl::Milliseconds(50), absl::Minutes(1), wrong);
  CheckRange("poll-interval", engine.poll_interval, absl::Milliseconds(5), absl::Minutes(1), wrong);
  CheckRange("drain-timeout", options.drain_timeout, absl::ZeroDuration(), absl::Hours(1), wrong);
  if (engine.retention != absl::ZeroDuration()) {
    CheckRange("retention", engine.retention, absl::Hours(24), absl::Hours(24 * 36600), wrong);
  }
}

// Takes the password into the conninfo.
absl::Status ReadDatabasePassword(ServerOptions& options) {
  if (options.database_password_file.empty()) return absl::OkStatus();
  if (options.HasOwnDatabase()) return absl::InvalidArgumentError("is for --database, which is not given");
  std::ifstream file(options.database_password_file);
  std::string password;
  if (!std::getline(file, password) || password.empty()) {
    return MakeStatus(absl::StatusCode::kInvalidArgument,
                      StrCat(options.database_password_file, " cannot be read, or its first line is empty"));
  }
  options.database = WithPassword(options.database, password);
  return absl::OkStatus();
}

// As the XDG base directory specification says, below /var for root.
std::string StandardDataDir() {
  if (const char* state = std::getenv("STATE_DIRECTORY")) return state;  // systemd
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
    return StrCat(data, "/switchboard");
  const char* home = std::getenv("HOME");
  if (home == nullptr || std::string_view(home) == "/root" || *home == '\0') return "/var/lib/switchboard";
  return StrCat(home, "/.local/share/switchboard");
}

}  // namespace

bool ServerOptions::Hosts(std::string_view service) const {
  return std::find(services.begin(), services.end(), service) != services.end();
}

void RegisterServerOptions(OptionTable& table, ServerOptions& options) {
  RegisterServing(table, options);
  RegisterSecurity(table, options);
  RegisterDatabase(table, options);
  RegisterLimits(table, options);
  RegisterEngine(table, options);
}

absl::Status CompleteServerOptions(ServerOptions& options) {
  if (options.HasOwnDatabase() && options.data_dir.empty()) options.data_dir = StandardDataDir();
  FieldViolations wrong;
  CheckServices(options, wrong);
  CheckAddresses(options, wrong);
  CheckNumbers(options, wrong);
  wrong.AddIfError("database-password-file", ReadDatabasePassword(options));
  wrong.AddIfError("log-level", ParseLogLevel(options.log_level).status());
  return wrong.ToStatus();
}

}  // namespace switchboard
