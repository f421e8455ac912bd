// The gRPC edge of the library of answers: switchboard.v1.AnswerService.
#ifndef SWITCHBOARD_SERVICES_ANSWERS_ANSWER_SERVICE_H_
#define SWITCHBOARD_SERVICES_ANSWERS_ANSWER_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <memory>

#include "common/rpc/rpc_edge.h"
#include "common/runtime/executor.h"
#include "services/answers/recall_desk.h"
#include "services/guidance/answer_store.h"
#include "services/guidance/answers_in_force.h"
#include "services/guidance/guidelines_in_force.h"
#include "services/queue/queue_engine.h"

namespace switchboard::answers {

inline constexpr char kServiceName[] = "switchboard.v1.AnswerService";

// What the service works with; all of it outlives the service.
struct AnswerRooms {
  RpcEdge& edge;
  Executor& blocking;  // where everything that asks the database runs
  queue::QueueEngine& engine;
  guidance::AnswerStore& store;
  const guidance::GuidelinesInForce& guidelines;
  guidance::AnswersInForce& in_force;
  SendPermits permits;
};

std::unique_ptr<grpc::Service> MakeAnswerService(const AnswerRooms& rooms);

}  // namespace switchboard::answers

#endif  // SWITCHBOARD_SERVICES_ANSWERS_ANSWER_SERVICE_H_
