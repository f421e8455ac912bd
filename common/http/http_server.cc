#include "common/http/http_server.h"

#include <civetweb.h>

#include <mutex>
#include <string_view>

#include "common/text/string_view.h"

namespace switchboard {
namespace {

// Scrapes and probes: two at a time are plenty.
constexpr char kThreads[] = "2";

// An address as civetweb writes it, which knows no names.
std::string ListeningPort(std::string address) {
  constexpr std::string_view kLocalhost = "localhost:";
  if (address.starts_with(kLocalhost)) address.replace(0, kLocalhost.size(), "127.0.0.1:");
  return address;
}

void SendResponse(mg_connection* connection, const HttpResponse& response) {
  const std::string head = StrCat("HTTP/1.1 ", response.code, response.code == 200 ? " OK" : " Error",
                                  "\r\nContent-Type: ", response.content_type,
                                  "\r\nContent-Length: ", response.body.size(), "\r\nConnection: close\r\n\r\n");
  mg_write(connection, head.data(), head.size());
  mg_write(connection, response.body.data(), response.body.size());
}

int Serve(mg_connection* connection, void* route) {
  const std::string_view method = mg_get_request_info(connection)->request_method;
  const HttpResponse response = method == "GET" || method == "HEAD"
                                    ? static_cast<HttpRoute*>(route)->handler()
                                    : HttpResponse{.code = 405, .body = "only GET is served here\n"};
  SendResponse(connection, response);
  return response.code;
}

int NotFound(mg_connection* connection, void* /*unused*/) {
  SendResponse(connection, {.code = 404, .body = "there is nothing here; try /metrics, /healthz or /readyz\n"});
  return 404;
}

class CivetHttpServer final : public HttpServer {
 public:
  explicit CivetHttpServer(std::vector<HttpRoute> routes) : routes_(std::move(routes)) {}

  bool Listen(const std::string& address) {
    static std::once_flag once;
    std::call_once(once, [] { mg_init_library(0); });
    const std::string port = ListeningPort(address);
    const char* options[] = {"listening_ports",    port.c_str(), "num_threads", kThreads,
                             "request_timeout_ms", "5000",       nullptr};
    mg_callbacks callbacks = {};
    callbacks.log_message = [](const mg_connection*, const char*) { return 1; };  // its words would be no JSON lines
    context_ = mg_start(&callbacks, nullptr, options);
    if (context_ == nullptr) return false;
    mg_server_port ports[1] = {};
    if (mg_get_server_ports(context_, 1, ports) > 0) port_ = ports[0].port;
    // The first path that matches serves, and "/" matches everything.
    for (HttpRoute& route : routes_) mg_set_request_handler(context_, (route.path + "$").c_str(), Serve, &route);
    mg_set_request_handler(context_, "/", NotFound, nullptr);
    return true;
  }

  ~CivetHttpServer() override {
    if (context_ != nullptr) mg_stop(context_);
  }

  int port() const override { return port_; }

 private:
  std::vector<HttpRoute> routes_;
  mg_context* context_ = nullptr;
  int port_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& address,
                                                              std::vector<HttpRoute> routes) {
  auto server = std::make_unique<CivetHttpServer>(std::move(routes));
  if (!server->Listen(address)) {
    return absl::UnavailableError(StrCat("cannot listen on ", address, ": is another process there?"));
  }
  return server;
}

}  // namespace switchboard
