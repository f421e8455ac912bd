// The edge of the process: everything between gRPC's bytes and a handler, written once.
//
// A service inherits from the generated WithRawCallbackMethod_* classes, so it gets bytes, and passes them on in one
// line:
//
//   grpc::ServerUnaryReactor* SubmitInquiry(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
//                                           grpc::ByteBuffer* out) override {
//     return edge_.Unary<SubmitInquiryRequest, SubmitInquiryResponse>(
//         context, in, out, submit_,
//         [this](const SubmitInquiryRequest& request, CallInfo& call, Responder<SubmitInquiryResponse> respond) {
//           ...
//           respond(status_or_response);   // now, or later from any thread
//         });
//   }
//   RpcMethod& submit_ = edge_.Method("switchboard.v1.IntakeService", "SubmitInquiry");   // declared after edge_
//
// The edge parses (naming the field that holds invalid UTF-8), refuses what is too large and what would overload the
// process, counts grpc_server_* metrics, writes a log line, and turns an absl::Status with payloads into a grpc::Status
// whose details are a google.rpc.Status.
#ifndef SWITCHBOARD_COMMON_RPC_RPC_EDGE_H_
#define SWITCHBOARD_COMMON_RPC_RPC_EDGE_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/metrics/metric_registry.h"
#include "common/rpc/caller_registry.h"
#include "common/rpc/responder.h"
#include "common/rpc/rpc_method.h"
#include "common/runtime/executor.h"
#include "common/runtime/log.h"
#include "common/time/clock.h"

namespace switchboard {

class BidiSessionBase;

struct RpcEdgeOptions {
  size_t max_message_bytes = 16 << 20;     // of one request; larger ones are INVALID_ARGUMENT (REQUEST_TOO_LARGE)
  int max_calls_in_flight = 8192;          // unary calls; more are RESOURCE_EXHAUSTED (OVERLOADED)
  size_t max_bytes_in_flight = 256 << 20;  // of requests being served
  int max_streams = 1024;
  int max_callers = 64;  // distinct names before "other"
  absl::Duration overload_retry_after = absl::Milliseconds(250);
};

// Thread-safe. Outlives the services and the server.
class RpcEdge {
 public:
  RpcEdge(RpcEdgeOptions options, const Clock& clock, MetricRegistry& registry);
  ~RpcEdge();

  RpcEdge(const RpcEdge&) = delete;
  RpcEdge& operator=(const RpcEdge&) = delete;

  // The method's entry, the same for the same names. The reference lives as long as the edge. `service` is the full
  // name.
  RpcMethod& Method(std::string_view service, std::string_view method, RpcType type = RpcType::kUnary);

  // Serves a unary call. `handler(const Request&, CallInfo&, Responder<Response>)` runs on gRPC's thread and must not
  // block; the request and the call live until the responder was used.
  template <typename Request, typename Response, typename Handler>
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                  grpc::ByteBuffer* out, RpcMethod& method, Handler&& handler) {
    auto* call = new TypedUnaryCall<Request, Response>(*this, method, context, in, out);
    if (call->Accept()) handler(call->request(), call->info(), Responder<Response>(call));
    return call;
  }

  // The same for a handler that blocks: it runs on `executor`; a full executor is an overload.
  template <typename Request, typename Response, typename Handler>
  grpc::ServerUnaryReactor* UnaryOn(Executor& executor, grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* in, grpc::ByteBuffer* out, RpcMethod& method,
                                    Handler&& handler) {
    auto* call = new TypedUnaryCall<Request, Response>(*this, method, context, in, out);
    if (!call->Accept()) return call;
    Executor::Task task = [call, handler = std::forward<Handler>(handler)]() mutable {
      handler(call->request(), call->info(), Responder<Response>(call));
    };
    if (!executor.TrySubmit(task)) call->Finish(OverloadedStatus("every worker of this process is busy"));
    return call;
  }

  // Serves a bidirectional stream by a session (see bidi_session.h): `return edge_.Stream(context, stream_method_,
  // std::make_shared<SubmitSession>(…));` The edge holds the session until its OnEnd.
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Stream(grpc::CallbackServerContext* context,
                                                                      RpcMethod& method,
                                                                      std::shared_ptr<BidiSessionBase> session);

  // Calls `listener` when the drain begins (at once if it has): whoever holds calls open, such as long polls, ends
  // them.
  void AddDrainListener(absl::AnyInvocable<void()> listener);

  // Tells the drain listeners and every stream that the process is about to go. RpcServer::Drain does it.
  void BeginDrain();
  bool draining() const { return draining_.load(std::memory_order_acquire); }

  int calls_in_flight() const { return calls_.load(std::memory_order_relaxed); }
  const RpcEdgeOptions& options() const { return options_; }

 private:
  friend class UnaryCall;
  friend class BidiSessionBase;

  absl::Status OverloadedStatus(std::string_view what) const;
  absl::Status Admit(size_t bytes);
  void Release(size_t bytes);
  absl::Status AdmitStream(std::shared_ptr<BidiSessionBase> session);
  void ReleaseStream(const std::shared_ptr<BidiSessionBase>& session);
  void Describe(const grpc::CallbackServerContext& context, CallInfo& info);
  void Conclude(CallInfo& info, const absl::Status& status);
  void LogCall(const CallInfo& info, const absl::Status& status, absl::Duration duration);

  const RpcEdgeOptions options_;
  const Clock& clock_;
  RpcMetrics metrics_;
  CallerRegistry callers_;
  LogThrottle refusals_{50, 100};
  LogThrottle failures_{50, 100};
  std::atomic<int> calls_{0};
  std::atomic<size_t> bytes_{0};
  std::atomic<bool> draining_{false};
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<RpcMethod>> methods_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::shared_ptr<BidiSessionBase>> sessions_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::AnyInvocable<void()>> drain_listeners_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RPC_RPC_EDGE_H_
