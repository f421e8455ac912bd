// The gRPC edge for those with authority: switchboard.v1.AuthorityService.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_AUTHORITY_SERVICE_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_AUTHORITY_SERVICE_H_

#include "common/rpc/rpc_edge.h"
#include "common/runtime/executor.h"
#include "services/frontline/authority_desk.h"
#include "services/frontline/claim_gate.h"
#include "switchboard/v1/authority.grpc.pb.h"

namespace switchboard::frontline {

// Registered with an RpcServer.
class AuthorityService final : public v1::AuthorityService::WithRawCallbackMethod_GetReplyDraft<
                                   v1::AuthorityService::WithRawCallbackMethod_ListReplyDrafts<
                                       v1::AuthorityService::WithRawCallbackMethod_ClaimReplyDrafts<
                                           v1::AuthorityService::WithRawCallbackMethod_ReleaseReplyDraft<
                                               v1::AuthorityService::WithRawCallbackMethod_ApproveReplyDraft<
                                                   v1::AuthorityService::WithRawCallbackMethod_ReturnReplyDraft<
                                                       v1::AuthorityService::Service>>>>>> {
 public:
  static constexpr char kName[] = "switchboard.v1.AuthorityService";

  // All outlive the service. `blocking` runs what waits for the database.
  AuthorityService(RpcEdge& edge, Executor& blocking, const ClaimGate& gate, ReplyDeskParts parts);

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;

  grpc::ServerUnaryReactor* GetReplyDraft(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ListReplyDrafts(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ClaimReplyDrafts(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ReleaseReplyDraft(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ApproveReplyDraft(Context* context, const Bytes* in, Bytes* out) override;
  grpc::ServerUnaryReactor* ReturnReplyDraft(Context* context, const Bytes* in, Bytes* out) override;

 private:
  absl::Status Get(const v1::GetReplyDraftRequest& request, v1::ReplyDraft& response) const;
  absl::Status List(const v1::ListReplyDraftsRequest& request, v1::ListReplyDraftsResponse& response) const;
  absl::Status Claim(const v1::ClaimReplyDraftsRequest& request, v1::ClaimReplyDraftsResponse& response) const;
  absl::Status Release(const v1::ReleaseReplyDraftRequest& request, v1::ReplyDraft& response) const;
  absl::Status Approve(const v1::ApproveReplyDraftRequest& request, v1::ApproveReplyDraftResponse& response) const;
  absl::Status Return(const v1::ReturnReplyDraftRequest& request, v1::ReplyDraft& response) const;

  RpcEdge& edge_;
  Executor& blocking_;
  queue::QueueEngine& engine_;
  const ClaimGate& gate_;
  const AuthorityDesk desk_;
  RpcMethod& get_;
  RpcMethod& list_;
  RpcMethod& claim_;
  RpcMethod& release_;
  RpcMethod& approve_;
  RpcMethod& return_;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_AUTHORITY_SERVICE_H_
