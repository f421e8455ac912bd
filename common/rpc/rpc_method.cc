#include "common/rpc/rpc_method.h"

#include <string_view>
#include <utility>

#include "common/rpc/status_conversion.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

std::string_view TypeName(RpcType type) { return type == RpcType::kUnary ? "unary" : "bidi_stream"; }

// "switchboard.v1.IntakeService" and "SubmitInquiry" to "IntakeService/SubmitInquiry".
std::string ShortLabel(const std::string& service, const std::string& method) {
  return StrCat(std::string_view(service).substr(service.rfind('.') + 1), "/", method);
}

}  // namespace

RpcMetrics::RpcMetrics(MetricRegistry& registry)
    : started(registry.Counters("grpc_server_started_total", "Calls that were begun.",
                                {"grpc_service", "grpc_method", "grpc_type"})),
      handled(registry.Counters("grpc_server_handled_total", "Calls that were answered, by status code.",
                                {"grpc_service", "grpc_method", "grpc_type", "grpc_code"})),
      handling(registry.Histograms("grpc_server_handling_seconds", "From a call's arrival to its answer.",
                                   {"grpc_service", "grpc_method", "grpc_type"}, RpcBuckets())) {}

RpcMethod::RpcMethod(std::string service, std::string method, RpcType type, RpcMetrics& metrics)
    : service_(std::move(service)),
      method_(std::move(method)),
      label_(ShortLabel(service_, method_)),
      started_(metrics.started.With({service_, method_, TypeName(type)})),
      handling_(metrics.handling.With({service_, method_, TypeName(type)})) {
  for (int code = 0; code < kCodes; ++code) {
    const std::string_view code_name = CodeName(static_cast<absl::StatusCode>(code));
    handled_[code] = &metrics.handled.With({service_, method_, TypeName(type), code_name});
  }
}

void RpcMethod::CountHandled(absl::StatusCode code, absl::Duration duration) {
  const int index = static_cast<int>(code);
  handled_[index >= 0 && index < kCodes ? index : static_cast<int>(absl::StatusCode::kUnknown)]->Increment();
  handling_.Observe(absl::ToDoubleSeconds(duration));
}

}  // namespace switchboard
