// The gRPC edge for operators: switchboard.v1.OperationsService.
#ifndef SWITCHBOARD_SERVICES_OPERATIONS_OPERATIONS_SERVICE_H_
#define SWITCHBOARD_SERVICES_OPERATIONS_OPERATIONS_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "common/rpc/rpc_edge.h"
#include "common/runtime/executor.h"
#include "services/operations/configuration_desk.h"
#include "services/queue/queue_engine.h"
#include "services/triage/triage_engine.h"

namespace switchboard::operations {

inline constexpr char kServiceName[] = "switchboard.v1.OperationsService";

// What the service works with; all of it outlives the service.
struct OperationsRooms {
  RpcEdge& edge;
  Executor& blocking;  // where everything that asks the database runs
  queue::QueueEngine& engine;
  triage::TriageEngine& triage;  // has a snapshot
  ConfigurationDesk& desk;
};

std::unique_ptr<grpc::Service> MakeOperationsService(const OperationsRooms& rooms);

}  // namespace switchboard::operations

#endif  // SWITCHBOARD_SERVICES_OPERATIONS_OPERATIONS_SERVICE_H_
