// The listening gRPC server of a process.
#ifndef SWITCHBOARD_COMMON_RPC_RPC_SERVER_H_
#define SWITCHBOARD_COMMON_RPC_RPC_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/rpc_edge.h"

namespace switchboard {

struct RpcServerOptions {
  std::string address = "127.0.0.1:7070";  // host:port (port 0: a free one), [v6]:port, or unix:/path
  std::string tls_certificate_file;        // PEM; certificate and key together switch TLS on
  std::string tls_key_file;
  std::string tls_client_ca_file;  // PEM; then clients must show a certificate of this authority
  bool insecure_listen = false;    // allow an address beyond loopback without TLS
  bool reflection = false;
  absl::Duration keepalive_time = absl::Seconds(60);             // ping an idle connection after this …
  absl::Duration keepalive_timeout = absl::Seconds(20);          // … and close it when no answer comes in this
  absl::Duration min_client_ping_interval = absl::Seconds(10);   // clients that ping more often are told to go away
  absl::Duration max_connection_age = absl::InfiniteDuration();  // spreads clients over new processes behind a balancer
};

// Serves from Start until Drain or destruction.
class RpcServer {
 public:
  // Binds and serves. `service_names` are the full names for health checks (with "" for the whole process, which is
  // always there). Services and edge must outlive the server. FAILED_PRECONDITION: not loopback, no TLS, no
  // insecure_listen. INVALID_ARGUMENT: unreadable TLS files, half a pair. UNAVAILABLE: cannot bind the address.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(RpcServerOptions options, RpcEdge& edge,
                                                          const std::vector<grpc::Service*>& services,
                                                          const std::vector<std::string>& service_names);

  ~RpcServer();  // Drain(0) if it was not called

  // What health checks answer: SERVING at start. NOT_SERVING while the database is away, say.
  void SetServing(bool serving);

  // Tells health checks and streams, refuses new calls, waits for those under way up to `grace`, cancels the rest.
  // Repeating it does nothing.
  void Drain(absl::Duration grace);

  int port() const { return port_; }                       // 0 for a unix socket
  const std::string& address() const { return address_; }  // with the real port

 private:
  explicit RpcServer(RpcEdge& edge) : edge_(edge) {}

  RpcEdge& edge_;
  std::string address_;
  std::vector<std::string> service_names_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// True for 127.0.0.0/8, ::1, localhost and unix sockets, as RpcServerOptions::address writes them.
bool IsLoopbackAddress(const std::string& address);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RPC_RPC_SERVER_H_
