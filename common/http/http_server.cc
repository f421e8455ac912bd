#include "common/http/http_server.h"

#include <civetweb.h>

#include <algorithm>
#include <mutex>
#include <string_view>
#include <utility>

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

HttpResponse Answer(const std::vector<HttpRoute>& routes, std::string_view method, std::string_view path) {
  const auto route = std::find_if(routes.begin(), routes.end(), [path](const auto& each) { return each.path == path; });
  if (route == routes.end()) return {.code = 404, .body = "there is nothing here; try /metrics, /healthz or /readyz\n"};
  if (method != "GET" && method != "HEAD") return {.code = 405, .body = "only GET is served here\n"};
  return route->handler();
}

int Serve(mg_connection* connection, void* routes) {
  const mg_request_info* request = mg_get_request_info(connection);
  const HttpResponse response =
      Answer(*static_cast<std::vector<HttpRoute>*>(routes), request->request_method, request->local_uri);
  SendResponse(connection, response);
  return response.code;
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
    // One handler for every path: civetweb's own matching is by prefix and pattern.
    mg_set_request_handler(context_, "/", Serve, &routes_);
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
