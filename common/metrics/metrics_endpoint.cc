#include "common/metrics/metrics_endpoint.h"

#include <string>
#include <utility>

#include "common/text/string_view.h"

namespace switchboard {

std::vector<HttpRoute> MetricsRoutes(MetricRegistry& registry, std::function<absl::Status()> ready) {
  const auto metrics = [&registry]() -> HttpResponse {
    RefreshProcessMetrics(registry);
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = registry.Scrape()};
  };
  const auto health = []() -> HttpResponse { return {.body = "ok\n"}; };
  const auto readiness = [ready = std::move(ready)]() -> HttpResponse {
    const absl::Status status = ready();
    if (status.ok()) return {.body = "ready\n"};
    return {.code = 503, .body = StrCat(MessageOf(status), "\n")};
  };
  return {{"/metrics", metrics}, {"/healthz", health}, {"/readyz", readiness}};
}

}  // namespace switchboard
