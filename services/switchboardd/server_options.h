// Everything that can be said to switchboardd, with its defaults; parsed, checked and completed once.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARDD_SERVER_OPTIONS_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARDD_SERVER_OPTIONS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/config/option_table.h"
#include "services/queue/queue_engine.h"

namespace switchboard {

struct ServerOptions {
  std::vector<std::string> services = {"intake", "triage", "frontline", "operations"};
  std::string listen = "127.0.0.1:7070";
  std::string metrics_listen = "127.0.0.1:9464";
  std::string port_file;
  std::string log_level = "info";
  absl::Duration drain_timeout = absl::Seconds(20);
  bool reflection = false;
  bool registered_workers_only = false;

  std::string tls_certificate;
  std::string tls_key;
  std::string tls_client_ca;
  bool insecure_listen = false;

  std::string data_dir;
  std::string database;  // with the password, once completed
  std::string database_password_file;
  std::string postgres_bin_dir;
  bool migrate = false;
  bool allow_data_loss = false;

  int max_inquiry_bytes = 1 << 20;
  int max_message_bytes = 16 << 20;
  int max_calls = 8192;
  int max_streams = 1024;
  int blocking_threads = 16;
  int sorting_threads = 0;  // 0: one a processor
  absl::Duration max_sorting_wait = absl::Milliseconds(500);

  queue::EngineOptions engine;

  bool Hosts(std::string_view service) const;
  bool HasOwnDatabase() const { return database.empty(); }
};

// Binds every option to `table`; `options` outlives it.
void RegisterServerOptions(OptionTable& table, ServerOptions& options);

// Fills in what depends on other options or on the host, and checks what a single option cannot know: INVALID_ARGUMENT
// lists everything that is wrong.
absl::Status CompleteServerOptions(ServerOptions& options);

}  // namespace switchboard

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARDD_SERVER_OPTIONS_H_
