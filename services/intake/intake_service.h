// The gRPC edge of intake: switchboard.v1.IntakeService.
#ifndef SWITCHBOARD_SERVICES_INTAKE_INTAKE_SERVICE_H_
#define SWITCHBOARD_SERVICES_INTAKE_INTAKE_SERVICE_H_

#include <cstddef>

#include "common/rpc/rpc_edge.h"
#include "common/runtime/executor.h"
#include "common/time/clock.h"
#include "services/intake/inquiry_desk.h"
#include "services/intake/intake_metrics.h"
#include "services/intake/sorting_pool.h"
#include "services/intake/submitter.h"
#include "services/queue/queue_engine.h"
#include "services/triage/service/counted_triage.h"
#include "switchboard/v1/intake.grpc.pb.h"

namespace switchboard::intake {

struct IntakeOptions {
  size_t max_text_bytes = 1 << 20;
  int max_batch = 1000;
};

// What the service stands on; all of it outlives the service.
struct IntakeParts {
  RpcEdge& edge;
  queue::QueueEngine& engine;
  const triage::CountedTriage& triage;
  Executor& blocking;    // for what waits for the database
  SortingPool& sorting;  // for texts that have to be read
  const Clock& clock;    // follows the database's time
  IntakeMetrics& metrics;
};

// Registered with an RpcServer.
class IntakeService final
    : public v1::IntakeService::WithRawCallbackMethod_SubmitInquiry<
          v1::IntakeService::WithRawCallbackMethod_BatchSubmitInquiries<
              v1::IntakeService::WithRawCallbackMethod_StreamInquiries<
                  v1::IntakeService::WithRawCallbackMethod_GetInquiry<
                      v1::IntakeService::WithRawCallbackMethod_ListInquiries<
                          v1::IntakeService::WithRawCallbackMethod_WithdrawInquiry<
                              v1::IntakeService::WithRawCallbackMethod_AppendMessage<v1::IntakeService::Service>>>>>>> {
 public:
  static constexpr char kName[] = "switchboard.v1.IntakeService";

  IntakeService(IntakeParts parts, IntakeOptions options);

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;

  grpc::ServerUnaryReactor* SubmitInquiry(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* BatchSubmitInquiries(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerBidiReactor<Bytes, Bytes>* StreamInquiries(Context* context) override;
  grpc::ServerUnaryReactor* GetInquiry(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ListInquiries(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* WithdrawInquiry(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* AppendMessage(Context* context, const Bytes* in, Bytes* out) override;

 private:
  // Serves at once where nothing of the texts has to be read, else on a thread for that, unless too much waits there.
  template <typename Response, typename Serve>
  void Read(int texts, std::string_view caller, Responder<Response> respond, Serve serve);

  RpcEdge& edge_;
  Executor& blocking_;
  SortingPool& sorting_;
  const IntakeOptions options_;
  Submitter submitter_;
  InquiryDesk desk_;
  RpcMethod& submit_;
  RpcMethod& batch_submit_;
  RpcMethod& stream_;
  RpcMethod& get_;
  RpcMethod& list_;
  RpcMethod& withdraw_;
  RpcMethod& append_;
};

}  // namespace switchboard::intake

#endif  // SWITCHBOARD_SERVICES_INTAKE_INTAKE_SERVICE_H_
