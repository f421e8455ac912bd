#include "common/rpc/rpc_server.h"

#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string_view>
#include <utility>

#include "common/rpc/pem_file.h"
#include "common/runtime/log.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

// gRPC's own refusal of what is too large says nothing about fields and carries no details: it stands behind the
// edge's.
constexpr size_t kTransportSlack = 2;
// Streams of one connection; a client with more calls at once than this opens a second connection.
constexpr int kMaxConcurrentStreams = 10000;

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(std::min<int64_t>(absl::ToInt64Milliseconds(duration), std::numeric_limits<int>::max()));
}

// "host" of "host:port" or "[v6]:port".
std::string HostOf(const std::string& address) {
  if (address.starts_with("[")) return address.substr(1, address.find(']') - 1);
  return address.substr(0, address.rfind(':'));
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(const RpcServerOptions& options) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::string certificate, ReadPemFile(options.tls_certificate_file));
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::string key, ReadPemFile(options.tls_key_file));
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::string client_ca, ReadPemFile(options.tls_client_ca_file));
  if (certificate.empty() != key.empty()) {
    return absl::InvalidArgumentError("TLS needs both, the certificate and its key");
  }
  if (certificate.empty()) {
    if (!client_ca.empty()) return absl::InvalidArgumentError("client certificates need a server certificate and key");
    return grpc::InsecureServerCredentials();
  }
  grpc::SslServerCredentialsOptions tls(client_ca.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                                          : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = client_ca;
  tls.pem_key_cert_pairs.push_back({key, certificate});
  return grpc::SslServerCredentials(tls);
}

absl::Status CheckExposure(const RpcServerOptions& options) {
  if (IsLoopbackAddress(options.address) || options.insecure_listen || !options.tls_certificate_file.empty()) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(StrCat(
      "listening on ", options.address,
      " without TLS would send citizens' messages in clear: give a TLS "
      "certificate and key, listen on 127.0.0.1, or say --insecure-listen if the network is protected otherwise"));
}

void Configure(const RpcServerOptions& options, const RpcEdgeOptions& edge, grpc::ServerBuilder& builder) {
  const auto limit = std::min<size_t>(edge.max_message_bytes * kTransportSlack, std::numeric_limits<int>::max());
  builder.SetMaxReceiveMessageSize(static_cast<int>(limit));
  builder.SetMaxSendMessageSize(-1);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(options.keepalive_time));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(options.keepalive_timeout));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             Milliseconds(options.min_client_ping_interval));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxConcurrentStreams);
  // Statistics of every call that nobody can read: the service that shows them is not hosted.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  // Two processes on one port would share its clients by chance.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  if (options.max_connection_age != absl::InfiniteDuration()) {
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Milliseconds(options.max_connection_age));
  }
}

// gRPC's own words, as lines of the same kind as everybody's. They are about connections, never about contents.
void LogLikeGrpc(gpr_log_func_args* said) {
  Log(said->severity == GPR_LOG_SEVERITY_ERROR ? LogLevel::kWarning : LogLevel::kDebug, said->message);
}

// Process-wide switches of gRPC; the plugins act on builders made later.
void InstallPlugins(bool reflection) {
  gpr_set_log_function(LogLikeGrpc);
  grpc::EnableDefaultHealthCheckService(true);
  if (reflection) grpc::reflection::InitProtoReflectionServerBuilderPlugin();
}

}  // namespace

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(RpcServerOptions options, RpcEdge& edge,
                                                            const std::vector<grpc::Service*>& services,
                                                            const std::vector<std::string>& service_names) {
  SWITCHBOARD_RETURN_IF_ERROR(CheckExposure(options));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto credentials, MakeCredentials(options));
  InstallPlugins(options.reflection);
  auto server = std::unique_ptr<RpcServer>(new RpcServer(edge));
  grpc::ServerBuilder builder;
  Configure(options, edge.options(), builder);
  builder.AddListeningPort(options.address, credentials, &server->port_);
  for (grpc::Service* service : services) builder.RegisterService(service);
  server->server_ = builder.BuildAndStart();
  const bool is_unix = options.address.starts_with("unix:");
  if (server->server_ == nullptr || (server->port_ == 0 && !is_unix)) {
    return absl::UnavailableError(StrCat("cannot listen on ", options.address, ": is another process there?"));
  }
  if (is_unix) server->port_ = 0;  // gRPC reports 1
  server->address_ =
      is_unix ? options.address : StrCat(options.address.substr(0, options.address.rfind(':')), ":", server->port_);
  server->service_names_ = service_names;
  server->SetServing(true);
  return server;
}

RpcServer::~RpcServer() { Drain(absl::ZeroDuration()); }

void RpcServer::SetServing(bool serving) {
  if (server_ == nullptr) return;
  grpc::HealthCheckServiceInterface* health = server_->GetHealthCheckService();
  if (health == nullptr) return;
  health->SetServingStatus("", serving);
  for (const std::string& name : service_names_) health->SetServingStatus(name, serving);
}

void RpcServer::Drain(absl::Duration grace) {
  if (server_ == nullptr) return;
  SetServing(false);
  edge_.BeginDrain();
  server_->Shutdown(std::chrono::system_clock::now() + absl::ToChronoNanoseconds(grace));
  server_->Wait();
  server_.reset();
}

bool IsLoopbackAddress(const std::string& address) {
  if (address.starts_with("unix:")) return true;
  const std::string host = HostOf(address);
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace switchboard
