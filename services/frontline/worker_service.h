// The gRPC edge for the systems that know the staff: switchboard.v1.WorkerService.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_WORKER_SERVICE_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_WORKER_SERVICE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/rpc_edge.h"
#include "common/runtime/executor.h"
#include "common/time/clock.h"
#include "services/frontline/claim_gate.h"
#include "services/queue/queue_engine.h"
#include "services/workforce/worker_follower.h"
#include "services/workforce/worker_roster.h"
#include "services/workforce/worker_store.h"
#include "switchboard/v1/workers.grpc.pb.h"

namespace switchboard::frontline {

// What the service stands on; all of it outlives the service.
struct WorkerServiceParts {
  RpcEdge& edge;
  Executor& blocking;  // for what waits for the database
  workforce::WorkerStore& store;
  workforce::WorkerFollower& follower;
  const workforce::WorkerRoster& roster;
  queue::QueueEngine& engine;
  const ClaimGate& gate;
  const Clock& clock;  // the engine's
};

// Registered with an RpcServer.
class WorkerService final
    : public v1::WorkerService::WithRawCallbackMethod_GetWorker<
          v1::WorkerService::WithRawCallbackMethod_ListWorkers<v1::WorkerService::WithRawCallbackMethod_UpdateWorker<
              v1::WorkerService::WithRawCallbackMethod_SetWorkerActivity<
                  v1::WorkerService::WithRawCallbackMethod_DeleteWorker<
                      v1::WorkerService::WithRawCallbackMethod_ExplainWorker<v1::WorkerService::Service>>>>>> {
 public:
  static constexpr char kName[] = "switchboard.v1.WorkerService";

  explicit WorkerService(WorkerServiceParts parts);

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;

  grpc::ServerUnaryReactor* GetWorker(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ListWorkers(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* UpdateWorker(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* SetWorkerActivity(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* DeleteWorker(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ExplainWorker(Context* context, const Bytes* in, Bytes* out) override;

 private:
  absl::Status Get(const v1::GetWorkerRequest& request, v1::Worker& response);
  absl::Status List(const v1::ListWorkersRequest& request, v1::ListWorkersResponse& response);
  absl::Status Update(const v1::UpdateWorkerRequest& request, v1::Worker& response);
  absl::Status SetActivity(const v1::SetWorkerActivityRequest& request, v1::SetWorkerActivityResponse& response);
  absl::Status Delete(const v1::DeleteWorkerRequest& request);
  absl::Status Explain(const v1::ExplainWorkerRequest& request, v1::ExplainWorkerResponse& response);

  absl::Status FillNow(const std::string& worker, v1::Worker& out);
  // Returns what the worker holds to its queues; gives the inquiries, in the order of the claims.
  absl::StatusOr<std::vector<int64_t>> GiveBackAll(const std::string& worker);

  const WorkerServiceParts parts_;
  RpcMethod& get_;
  RpcMethod& list_;
  RpcMethod& update_;
  RpcMethod& set_activity_;
  RpcMethod& delete_;
  RpcMethod& explain_;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_WORKER_SERVICE_H_
