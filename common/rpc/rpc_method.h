// A method of the API with its metrics, resolved once.
#ifndef SWITCHBOARD_COMMON_RPC_RPC_METHOD_H_
#define SWITCHBOARD_COMMON_RPC_RPC_METHOD_H_

#include <array>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/metrics/metric_registry.h"

namespace switchboard {

enum class RpcType { kUnary, kBidiStream };

// grpc_server_{started_total, handled_total, handling_seconds}: the families that every method shares.
struct RpcMetrics {
  explicit RpcMetrics(MetricRegistry& registry);

  CounterFamily& started;     // grpc_service, grpc_method, grpc_type
  CounterFamily& handled;     // … and grpc_code
  HistogramFamily& handling;  // grpc_service, grpc_method, grpc_type
};

// Thread-safe. Made by RpcEdge::Method.
class RpcMethod {
 public:
  RpcMethod(std::string service, std::string method, RpcType type, RpcMetrics& metrics);

  const std::string& service() const { return service_; }  // "switchboard.v1.IntakeService"
  const std::string& method() const { return method_; }    // "SubmitInquiry"
  const std::string& label() const { return label_; }      // "IntakeService/SubmitInquiry", for logs

  void CountStarted() { started_.Increment(); }
  void CountHandled(absl::StatusCode code, absl::Duration duration);

 private:
  static constexpr int kCodes = 17;

  const std::string service_;
  const std::string method_;
  const std::string label_;
  prometheus::Counter& started_;
  prometheus::Histogram& handling_;
  std::array<prometheus::Counter*, kCodes> handled_;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RPC_RPC_METHOD_H_
