// The gRPC edge of the triage room: switchboard.v1.TriageService.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_SERVICE_TRIAGE_SERVICE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_SERVICE_TRIAGE_SERVICE_H_

#include "absl/status/statusor.h"
#include "common/rpc/rpc_edge.h"
#include "services/triage/service/counted_triage.h"
#include "switchboard/v1/triage.grpc.pb.h"

namespace switchboard::triage {

struct TriageServiceOptions {
  size_t max_text_bytes = 1 << 20;
};

// What the methods do, without gRPC. Thread-safe; nothing blocks.
class TriageDesk {
 public:
  TriageDesk(const CountedTriage& triage, TriageServiceOptions options) : triage_(triage), options_(options) {}

  absl::StatusOr<v1::SortTextResponse> SortText(const v1::SortTextRequest& request) const;
  absl::StatusOr<v1::ListTopicsResponse> ListTopics(const v1::ListTopicsRequest& request) const;
  absl::StatusOr<v1::ListRoutesResponse> ListRoutes(const v1::ListRoutesRequest& request) const;

 private:
  const CountedTriage& triage_;
  const TriageServiceOptions options_;
};

// Registered with an RpcServer. `edge` and `triage` outlive it.
class TriageService final
    : public v1::TriageService::WithRawCallbackMethod_SortText<v1::TriageService::WithRawCallbackMethod_ListTopics<
          v1::TriageService::WithRawCallbackMethod_ListRoutes<v1::TriageService::Service>>> {
 public:
  static constexpr char kName[] = "switchboard.v1.TriageService";

  TriageService(RpcEdge& edge, const CountedTriage& triage, TriageServiceOptions options);

  grpc::ServerUnaryReactor* SortText(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                     grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListTopics(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                       grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListRoutes(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                       grpc::ByteBuffer* out) override;

 private:
  RpcEdge& edge_;
  const TriageDesk desk_;
  RpcMethod& sort_text_;
  RpcMethod& list_topics_;
  RpcMethod& list_routes_;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_SERVICE_TRIAGE_SERVICE_H_
