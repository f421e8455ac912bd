// The gRPC edge of the models: switchboard.v1.ModelService.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_SERVICE_MODEL_SERVICE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_SERVICE_MODEL_SERVICE_H_

#include <memory>

#include "common/rpc/rpc_edge.h"
#include "common/runtime/executor.h"
#include "services/triage/correction_store.h"
#include "services/triage/model_store.h"
#include "services/triage/store/model_workshop.h"

namespace switchboard::triage {

inline constexpr char kModelServiceName[] = "switchboard.v1.ModelService";

// All of it outlives the service.
struct ModelServiceParts {
  RpcEdge& edge;
  Executor& blocking;
  ModelStore& models;
  CorrectionStore& corrections;
  ModelWorkshop& workshop;
};

// To be registered with an RpcServer. Every method asks the database, on `blocking`.
std::unique_ptr<grpc::Service> MakeModelService(const ModelServiceParts& parts);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_SERVICE_MODEL_SERVICE_H_
