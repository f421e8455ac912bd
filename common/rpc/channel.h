// A client's connection to Switchboard.
#ifndef SWITCHBOARD_COMMON_RPC_CHANNEL_H_
#define SWITCHBOARD_COMMON_RPC_CHANNEL_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace switchboard {

// Metadata by which a client says who it is.
inline constexpr char kCallerMetadata[] = "x-switchboard-caller";

struct ChannelOptions {
  std::string address = "127.0.0.1:7070";
  bool tls = false;                  // also switched on by any of the files
  std::string tls_ca_file;           // PEM; empty: the system's authorities
  std::string tls_certificate_file;  // PEM; what this client shows
  std::string tls_key_file;
  std::string tls_server_name;             // expected in the server's certificate instead of the address' host
  std::string caller = "switchboard-cli";  // sent with every call
  size_t max_message_bytes = 64 << 20;     // of one answer
  absl::Duration keepalive_time = absl::Seconds(30);
  absl::Duration keepalive_timeout = absl::Seconds(10);
  bool own_connection = false;  // do not share a TCP connection with other channels of this process
};

// A lazily connected channel that reconnects by itself within a second or so. INVALID_ARGUMENT for unreadable TLS
// files.
absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ChannelOptions& options);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RPC_CHANNEL_H_
