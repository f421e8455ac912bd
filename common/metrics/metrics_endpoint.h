// /metrics, /healthz and /readyz of a process.
#ifndef SWITCHBOARD_COMMON_METRICS_METRICS_ENDPOINT_H_
#define SWITCHBOARD_COMMON_METRICS_METRICS_ENDPOINT_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "common/http/http_server.h"
#include "common/metrics/metric_registry.h"

namespace switchboard {

// Routes for HttpServer::Start. /healthz answers 200 while the process runs; /readyz asks `ready`: 200 when OK, else
// 503 with the status' text. `registry` and what `ready` refers to must outlive the server.
std::vector<HttpRoute> MetricsRoutes(MetricRegistry& registry, std::function<absl::Status()> ready);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_METRICS_METRICS_ENDPOINT_H_
