#include "common/rpc/channel.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "common/rpc/pem_file.h"
#include "common/rpc/protobuf_utf8.h"
#include "common/status/status_macros.h"

namespace switchboard {
namespace {

constexpr int kFirstReconnectMs = 100;
constexpr int kLongestAttemptMs = 5000;  // to connect and be greeted, which takes its time on a busy machine
constexpr int kLongestReconnectMs = 2000;

// Puts the caller's name on every call.
class CallerInterceptor final : public grpc::experimental::Interceptor {
 public:
  explicit CallerInterceptor(const std::string& caller) : caller_(caller) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(grpc::experimental::InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      methods->GetSendInitialMetadata()->emplace(kCallerMetadata, caller_);
    }
    methods->Proceed();
  }

 private:
  const std::string& caller_;
};

class CallerInterceptorFactory final : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit CallerInterceptorFactory(std::string caller) : caller_(std::move(caller)) {}

  grpc::experimental::Interceptor* CreateClientInterceptor(grpc::experimental::ClientRpcInfo*) override {
    return new CallerInterceptor(caller_);
  }

 private:
  const std::string caller_;
};

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> MakeCredentials(const ChannelOptions& options) {
  const bool tls = options.tls || !options.tls_ca_file.empty() || !options.tls_certificate_file.empty();
  if (!tls) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions ssl;
  SWITCHBOARD_ASSIGN_OR_RETURN(ssl.pem_root_certs, ReadPemFile(options.tls_ca_file));
  SWITCHBOARD_ASSIGN_OR_RETURN(ssl.pem_cert_chain, ReadPemFile(options.tls_certificate_file));
  SWITCHBOARD_ASSIGN_OR_RETURN(ssl.pem_private_key, ReadPemFile(options.tls_key_file));
  if (ssl.pem_cert_chain.empty() != ssl.pem_private_key.empty()) {
    return absl::InvalidArgumentError("a client certificate needs its key, and a key its certificate");
  }
  return grpc::SslCredentials(ssl);
}

grpc::ChannelArguments MakeArguments(const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(
      static_cast<int>(std::min<size_t>(options.max_message_bytes, std::numeric_limits<int>::max())));
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, static_cast<int>(absl::ToInt64Milliseconds(options.keepalive_time)));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                   static_cast<int>(absl::ToInt64Milliseconds(options.keepalive_timeout)));
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstReconnectMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kLongestAttemptMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestReconnectMs);
  // Government networks often name a proxy for the web; it would not speak gRPC.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (options.own_connection) arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (!options.tls_server_name.empty()) arguments.SetSslTargetNameOverride(options.tls_server_name);
  return arguments;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ChannelOptions& options) {
  UseQuickUtf8();
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto credentials, MakeCredentials(options));
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> interceptors;
  if (!options.caller.empty()) interceptors.push_back(std::make_unique<CallerInterceptorFactory>(options.caller));
  return grpc::experimental::CreateCustomChannelWithInterceptors(options.address, credentials, MakeArguments(options),
                                                                 std::move(interceptors));
}

}  // namespace switchboard
