// A small HTTP server for operators: /metrics, /healthz, /readyz. Nothing of the API is served here.
#ifndef SWITCHBOARD_COMMON_HTTP_HTTP_SERVER_H_
#define SWITCHBOARD_COMMON_HTTP_HTTP_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace switchboard {

struct HttpResponse {
  int code = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// Answers GET on one exact path. Runs on the server's threads, several at a time.
struct HttpRoute {
  std::string path;
  std::function<HttpResponse()> handler;
};

// Serves from Start to destruction.
class HttpServer {
 public:
  // `address` is host:port; port 0 picks a free one. UNAVAILABLE when it cannot be bound.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const std::string& address, std::vector<HttpRoute> routes);

  virtual ~HttpServer() = default;

  virtual int port() const = 0;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_HTTP_HTTP_SERVER_H_
