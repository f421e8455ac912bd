// What is known about a call while it is being served.
#ifndef SWITCHBOARD_COMMON_RPC_CALL_INFO_H_
#define SWITCHBOARD_COMMON_RPC_CALL_INFO_H_

#include <atomic>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/rpc/rpc_method.h"

namespace grpc {
class CallbackServerContext;
}

namespace switchboard {

// Lives as long as the call: until the responder was used (unary) or OnEnd returned (streams).
class CallInfo {
 public:
  explicit CallInfo(RpcMethod& method) : method_(method) {}

  CallInfo(const CallInfo&) = delete;
  CallInfo& operator=(const CallInfo&) = delete;

  const RpcMethod& method() const { return method_; }

  // Who calls: the name in the client's certificate if it showed one, else the metadata x-switchboard-caller; lower
  // case [a-z0-9._-]{1,64}. "unknown" when there is none, "other" once too many different callers were seen: a closed
  // set, fit for a metric's label. The view stays valid for the life of the process's RpcEdge.
  std::string_view caller() const { return caller_; }

  // When the caller gives up; InfiniteFuture if never. By the host's clock.
  absl::Time deadline() const { return deadline_; }

  // The trace id of a valid `traceparent`, else "".
  std::string_view trace_id() const { return trace_id_; }

  // What the log line shall name. From the handler, before it responds.
  void set_request_id(std::string_view request_id) { request_id_ = request_id; }
  void set_inquiry(std::string_view inquiry_name) { inquiry_ = inquiry_name; }
  std::string_view request_id() const { return request_id_; }
  std::string_view inquiry() const { return inquiry_; }

  // True once the caller hung up or its deadline passed. Thread-safe.
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }

  // Has `callback` called once, on some gRPC thread, when the call is cancelled before the response; at once if it
  // already is. The latest callback replaces earlier ones. It must not block; it may respond. Thread-safe.
  void OnCancel(absl::AnyInvocable<void()> callback);

 private:
  friend class UnaryCall;
  friend class BidiSessionBase;
  friend class RpcEdge;

  void Cancel();
  void DropCancelCallback();

  RpcMethod& method_;
  std::string_view caller_ = "unknown";
  absl::Time deadline_ = absl::InfiniteFuture();
  std::string trace_id_;
  std::string request_id_;
  std::string inquiry_;
  absl::Duration started_;
  std::atomic<bool> cancelled_{false};
  absl::Mutex mutex_;
  absl::AnyInvocable<void()> on_cancel_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RPC_CALL_INFO_H_
