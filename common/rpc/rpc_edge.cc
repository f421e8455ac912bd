#include "common/rpc/rpc_edge.h"

#include <chrono>

#include "common/rpc/bidi_session.h"
#include "common/rpc/channel.h"
#include "common/rpc/status_conversion.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

constexpr absl::Duration kRetryAfterDrain = absl::Seconds(1);
constexpr char kTraceParent[] = "traceparent";

std::string_view MetadataOf(const grpc::CallbackServerContext& context, const char* key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(key);
  return found == metadata.end() ? std::string_view() : std::string_view(found->second.data(), found->second.size());
}

bool IsLowerHex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

// The 32 digits in "00-<trace id>-<span id>-<flags>", if it is well-formed and not all zeros.
std::string_view TraceIdIn(std::string_view traceparent) {
  if (traceparent.size() < 55 || traceparent[2] != '-' || traceparent[35] != '-') return "";
  const std::string_view trace_id = traceparent.substr(3, 32);
  const bool is_zero = trace_id.find_first_not_of('0') == std::string_view::npos;
  return IsLowerHex(trace_id) && !is_zero ? trace_id : std::string_view();
}

// The name in the certificate that the client was asked for and showed.
std::string CertifiedName(const grpc::CallbackServerContext& context) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return "";
  const std::vector<grpc::string_ref> identity = auth->GetPeerIdentity();
  return identity.empty() ? "" : std::string(identity[0].data(), identity[0].size());
}

absl::Time DeadlineOf(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  return deadline == std::chrono::system_clock::time_point::max() ? absl::InfiniteFuture() : absl::FromChrono(deadline);
}

// Ours to worry about, in contrast to what callers do wrong.
bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss || code == absl::StatusCode::kUnavailable;
}

}  // namespace

RpcEdge::RpcEdge(RpcEdgeOptions options, const Clock& clock, MetricRegistry& registry)
    : options_(options), clock_(clock), metrics_(registry), callers_(options.max_callers) {}

RpcEdge::~RpcEdge() = default;

RpcMethod& RpcEdge::Method(std::string_view service, std::string_view method, RpcType type) {
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<RpcMethod>& entry = methods_[StrCat(service, "/", method)];
  if (entry == nullptr) {
    entry = std::make_unique<RpcMethod>(std::string(service), std::string(method), type, metrics_);
  }
  return *entry;
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* RpcEdge::Stream(grpc::CallbackServerContext* context,
                                                                             RpcMethod& method,
                                                                             std::shared_ptr<BidiSessionBase> session) {
  BidiSessionBase* reactor = session.get();
  reactor->Prepare(*this, method, *context);
  const absl::Status admitted = AdmitStream(std::move(session));
  if (admitted.ok()) {
    reactor->Start();
  } else {
    reactor->Finish(admitted);
  }
  return reactor;
}

void RpcEdge::AddDrainListener(absl::AnyInvocable<void()> listener) {
  {
    absl::MutexLock lock(&mutex_);
    if (!draining()) {
      drain_listeners_.push_back(std::move(listener));
      return;
    }
  }
  listener();
}

void RpcEdge::BeginDrain() {
  std::vector<absl::AnyInvocable<void()>> listeners;
  std::vector<std::shared_ptr<BidiSessionBase>> sessions;
  {
    absl::MutexLock lock(&mutex_);
    if (draining_.exchange(true)) return;
    listeners.swap(drain_listeners_);
    sessions.assign(sessions_.begin(), sessions_.end());
  }
  for (auto& listener : listeners) listener();
  for (const auto& session : sessions) session->OnDraining();
}

absl::Status RpcEdge::OverloadedStatus(std::string_view what) const {
  return Overloaded(StrCat("too much at once: ", what, "; try again shortly"), options_.overload_retry_after);
}

absl::Status RpcEdge::Admit(size_t bytes) {
  if (bytes > options_.max_message_bytes) {
    return MakeError(absl::StatusCode::kInvalidArgument, reason::kRequestTooLarge,
                     StrCat("the request has ", bytes, " bytes, at most ", options_.max_message_bytes, " are taken"));
  }
  if (calls_.fetch_add(1, std::memory_order_relaxed) >= options_.max_calls_in_flight) {
    calls_.fetch_sub(1, std::memory_order_relaxed);
    return OverloadedStatus("this process serves as many calls as it may");
  }
  if (bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes > options_.max_bytes_in_flight) {
    Release(bytes);
    return OverloadedStatus("the requests being served fill the memory set aside for them");
  }
  return absl::OkStatus();
}

void RpcEdge::Release(size_t bytes) {
  bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  calls_.fetch_sub(1, std::memory_order_relaxed);
}

// Every stream is held until its end; one that is refused ends at once.
absl::Status RpcEdge::AdmitStream(std::shared_ptr<BidiSessionBase> session) {
  absl::MutexLock lock(&mutex_);
  sessions_.insert(std::move(session));
  if (draining()) {
    return Unavailable(reason::kShuttingDown, "this process is stopping: connect again", kRetryAfterDrain);
  }
  if (sessions_.size() > static_cast<size_t>(options_.max_streams)) {
    return OverloadedStatus("this process serves as many streams as it may");
  }
  return absl::OkStatus();
}

void RpcEdge::ReleaseStream(const std::shared_ptr<BidiSessionBase>& session) {
  absl::MutexLock lock(&mutex_);
  sessions_.erase(session);
}

void RpcEdge::Describe(const grpc::CallbackServerContext& context, CallInfo& info) {
  const std::string certified = CertifiedName(context);
  info.caller_ = callers_.Intern(certified.empty() ? MetadataOf(context, kCallerMetadata) : certified);
  info.trace_id_ = std::string(TraceIdIn(MetadataOf(context, kTraceParent)));
  info.deadline_ = DeadlineOf(context);
  info.started_ = clock_.Elapsed();
  info.method_.CountStarted();
}

void RpcEdge::Conclude(CallInfo& info, const absl::Status& status) {
  const absl::Duration duration = clock_.Elapsed() - info.started_;
  info.method_.CountHandled(status.code(), duration);
  LogCall(info, status, duration);
}

void RpcEdge::LogCall(const CallInfo& info, const absl::Status& status, absl::Duration duration) {
  const bool ours = IsOurFault(status.code());
  const LogLevel level = status.ok() ? LogLevel::kDebug : ours ? LogLevel::kWarning : LogLevel::kInfo;
  if (!IsLogged(level)) return;
  LogThrottle& throttle = ours ? failures_ : refusals_;
  if (!status.ok() && !throttle.Admit(info.started_ + duration)) return;
  // The texts of refusals may name what a caller sent; those of failures are all ours.
  std::string message = status.ok() ? "call served"
                        : ours      ? StrCat("call failed: ", MessageOf(status))
                                    : "call refused";
  if (const int64_t suppressed = status.ok() ? 0 : throttle.TakeSuppressed(); suppressed > 0) {
    StrAppend(&message, " (and ", suppressed, " lines like this left out)");
  }
  Log(level, message,
      {.trace_id = info.trace_id(),
       .request_id = info.request_id(),
       .caller = info.caller(),
       .rpc = info.method().label(),
       .code = CodeName(status.code()),
       .duration = duration,
       .inquiry = info.inquiry()});
}

}  // namespace switchboard
