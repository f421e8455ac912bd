// The gRPC edge for channel connectors: switchboard.v1.DeliveryService.
#ifndef SWITCHBOARD_SERVICES_DELIVERY_DELIVERY_SERVICE_H_
#define SWITCHBOARD_SERVICES_DELIVERY_DELIVERY_SERVICE_H_

#include "common/rpc/rpc_edge.h"
#include "common/runtime/executor.h"
#include "services/queue/queue_engine.h"
#include "switchboard/v1/delivery.grpc.pb.h"

namespace switchboard::delivery {

// What the service stands on; all of it outlives the service.
struct DeliveryParts {
  RpcEdge& edge;
  queue::QueueEngine& engine;
  Executor& blocking;  // for what waits for the database
};

// Registered with an RpcServer.
class DeliveryService final
    : public v1::DeliveryService::WithRawCallbackMethod_ClaimDeliveries<
          v1::DeliveryService::WithRawCallbackMethod_ReportDelivery<v1::DeliveryService::Service>> {
 public:
  static constexpr char kName[] = "switchboard.v1.DeliveryService";

  explicit DeliveryService(DeliveryParts parts);

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;

  grpc::ServerUnaryReactor* ClaimDeliveries(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ReportDelivery(Context* context, const Bytes* in, Bytes* out) override;

 private:
  absl::Status Claim(const v1::ClaimDeliveriesRequest& request, v1::ClaimDeliveriesResponse& response);
  absl::Status Report(const v1::ReportDeliveryRequest& request, v1::ReportDeliveryResponse& response);

  RpcEdge& edge_;
  queue::QueueEngine& engine_;
  Executor& blocking_;
  RpcMethod& claim_;
  RpcMethod& report_;
};

}  // namespace switchboard::delivery

#endif  // SWITCHBOARD_SERVICES_DELIVERY_DELIVERY_SERVICE_H_
