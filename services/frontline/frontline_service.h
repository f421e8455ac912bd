// The gRPC edge for staff systems: switchboard.v1.FrontlineService.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_FRONTLINE_SERVICE_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_FRONTLINE_SERVICE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "common/rpc/rpc_edge.h"
#include "common/runtime/executor.h"
#include "common/time/clock.h"
#include "services/frontline/claim_gate.h"
#include "services/frontline/completions.h"
#include "services/frontline/gated_claims.h"
#include "services/frontline/lease_guide.h"
#include "services/frontline/reply_desk.h"
#include "services/frontline/request_reader.h"
#include "services/frontline/statutory_desk.h"
#include "services/guidance/answers_in_force.h"
#include "services/guidance/guidelines_in_force.h"
#include "services/queue/queue_engine.h"
#include "services/triage/service/counted_triage.h"
#include "switchboard/v1/frontline.grpc.pb.h"

namespace switchboard::frontline {

// What the service stands on; all of it outlives the service.
struct FrontlineParts {
  RpcEdge& edge;
  queue::QueueEngine& engine;
  const triage::CountedTriage& triage;
  const guidance::GuidelinesInForce& guidelines;
  const guidance::AnswersInForce& answers;
  Executor& blocking;       // for what waits for the database
  const Clock& clock;       // follows the database's time, as the engine's does
  const Clock& host_clock;  // the one that callers' deadlines are told by
  ClaimGate& gate;
  FrontlineMetrics& metrics;
};

// The same for the desks where replies are decided on.
ReplyDeskParts DeskPartsOf(const FrontlineParts& parts);

// Registered with an RpcServer. When the edge begins to drain, waiting claims end and nothing is granted any more.
class FrontlineService final
    : public v1::FrontlineService::WithRawCallbackMethod_ClaimInquiries<
          v1::FrontlineService::WithRawCallbackMethod_StreamClaims<
              v1::FrontlineService::WithRawCallbackMethod_ExtendLease<
                  v1::FrontlineService::WithRawCallbackMethod_CompleteInquiry<
                      v1::FrontlineService::WithRawCallbackMethod_ReleaseInquiry<
                          v1::FrontlineService::WithRawCallbackMethod_DeferInquiry<
                              v1::FrontlineService::WithRawCallbackMethod_TransferInquiry<
                                  v1::FrontlineService::WithRawCallbackMethod_EscalateInquiry<
                                      v1::FrontlineService::WithRawCallbackMethod_ReclassifyInquiry<
                                          v1::FrontlineService::WithRawCallbackMethod_ReplyToInquiry<
                                              v1::FrontlineService::WithRawCallbackMethod_MoveToPrivate<
                                                  v1::FrontlineService::WithRawCallbackMethod_RecordStatutoryOutcome<
                                                      v1::FrontlineService::WithRawCallbackMethod_EvaluateReply<
                                                          v1::FrontlineService::Service>>>>>>>>>>>>> {
 public:
  static constexpr char kName[] = "switchboard.v1.FrontlineService";

  FrontlineService(FrontlineParts parts, FrontlineOptions options);

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;

  grpc::ServerUnaryReactor* ClaimInquiries(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerBidiReactor<Bytes, Bytes>* StreamClaims(Context* context) override;
  grpc::ServerUnaryReactor* ExtendLease(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* CompleteInquiry(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ReleaseInquiry(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* DeferInquiry(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* TransferInquiry(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* EscalateInquiry(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ReclassifyInquiry(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ReplyToInquiry(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* MoveToPrivate(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* RecordStatutoryOutcome(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* EvaluateReply(Context* context, const Bytes* in, Bytes* out) override;

 private:
  // The call's claim with its end: what the caller wants to wait, and never beyond what the call may last.
  absl::StatusOr<queue::ClaimRequest> ReadClaimOf(const v1::ClaimInquiriesRequest& request, const CallInfo& call) const;

  // A correction with the queue and priority that the route gives. Blocks.
  absl::StatusOr<queue::SettleRequest> Reroute(const v1::ReclassifyInquiryRequest& request) const;

  // Settles what was read and answers what `fill(settled, response)` makes of it.
  template <typename Response, typename Fill>
  void Settle(absl::StatusOr<queue::SettleRequest> read, CallInfo& call, Responder<Response> respond, Fill fill);

  RpcEdge& edge_;
  queue::QueueEngine& engine_;
  const triage::CountedTriage& triage_;
  Executor& blocking_;
  const Clock& clock_;
  const Clock& host_clock_;
  const RequestReader reader_;
  const ReplyDesk replies_;
  GatedClaims claims_;
  const LeaseGuide guide_;
  const StatutoryDesk statutory_;
  const Completions completions_;
  RpcMethod& claim_;
  RpcMethod& stream_;
  RpcMethod& extend_;
  RpcMethod& complete_;
  RpcMethod& release_;
  RpcMethod& defer_;
  RpcMethod& transfer_;
  RpcMethod& escalate_;
  RpcMethod& reclassify_;
  RpcMethod& reply_;
  RpcMethod& move_;
  RpcMethod& record_outcome_;
  RpcMethod& evaluate_;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_FRONTLINE_SERVICE_H_
