#include "services/frontline/frontline_service.h"

#include <algorithm>
#include <utility>

#include "common/ids/resource_name.h"
#include "common/status/status_macros.h"
#include "services/frontline/claim_session.h"
#include "services/frontline/draft_to_proto.h"
#include "services/frontline/reclassifier.h"
#include "services/frontline/waiting_claim.h"
#include "services/wire/clock_to_proto.h"
#include "services/wire/reply_decision.h"
#include "services/wire/times.h"

namespace switchboard::frontline {
namespace {

queue::Callback<queue::Settled> Completion(CallInfo& call, Responder<v1::CompleteInquiryResponse> respond) {
  return [&call, respond = std::move(respond)](const absl::StatusOr<queue::Settled>& settled) mutable {
    if (!settled.ok()) return respond(settled.status());
    call.set_inquiry(InquiryName(settled->id));
    respond.response().set_inquiry(InquiryName(settled->id));
    respond.response().set_reopened(settled->reopened);
    respond(absl::OkStatus());
  };
}

// What the empty answer to a long poll needs to reach its caller before the caller's deadline.
constexpr absl::Duration kAnswerTime = absl::Milliseconds(100);

}  // namespace

ReplyDeskParts DeskPartsOf(const FrontlineParts& parts) {
  const ClaimGateParts& gate = parts.gate.parts();
  return {parts.engine, parts.guidelines, parts.answers,       gate.workers,
          parts.clock,  parts.metrics,    gate.registered_only};
}

FrontlineService::FrontlineService(FrontlineParts parts, FrontlineOptions options)
    : edge_(parts.edge),
      engine_(parts.engine),
      triage_(parts.triage),
      blocking_(parts.blocking),
      clock_(parts.clock),
      host_clock_(parts.host_clock),
      reader_(parts.engine, parts.clock, options),
      replies_(DeskPartsOf(parts)),
      claims_(parts.engine, parts.gate, parts.blocking, parts.clock),
      guide_(parts.guidelines, parts.answers, parts.blocking, parts.clock),
      statutory_(parts.engine, parts.triage),
      completions_(parts.engine, parts.guidelines, parts.blocking, parts.metrics),
      claim_(edge_.Method(kName, "ClaimInquiries")),
      stream_(edge_.Method(kName, "StreamClaims", RpcType::kBidiStream)),
      extend_(edge_.Method(kName, "ExtendLease")),
      complete_(edge_.Method(kName, "CompleteInquiry")),
      release_(edge_.Method(kName, "ReleaseInquiry")),
      defer_(edge_.Method(kName, "DeferInquiry")),
      transfer_(edge_.Method(kName, "TransferInquiry")),
      escalate_(edge_.Method(kName, "EscalateInquiry")),
      reclassify_(edge_.Method(kName, "ReclassifyInquiry")),
      reply_(edge_.Method(kName, "ReplyToInquiry")),
      move_(edge_.Method(kName, "MoveToPrivate")),
      record_outcome_(edge_.Method(kName, "RecordStatutoryOutcome")),
      evaluate_(edge_.Method(kName, "EvaluateReply")) {
  edge_.AddDrainListener([this] {
    engine_.StopGranting();
    claims_.Stop();
  });
}

absl::StatusOr<queue::ClaimRequest> FrontlineService::ReadClaimOf(const v1::ClaimInquiriesRequest& request,
                                                                  const CallInfo& call) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(ReadClaim claim, reader_.Read(request));
  const absl::Duration wait = std::min(claim.wait, call.deadline() - host_clock_.Now() - kAnswerTime);
  claim.request.wait_until = wait > absl::ZeroDuration() ? clock_.Now() + wait : absl::InfinitePast();
  return std::move(claim.request);
}

absl::StatusOr<queue::SettleRequest> FrontlineService::Reroute(const v1::ReclassifyInquiryRequest& request) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(queue::SettleRequest settle, reader_.Read(request));
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::LeaseKey lease, engine_.DecodeToken(settle.lease_token));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto in_force, triage_.InForce());
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredInquiry inquiry, engine_.Get(lease.id));
  SWITCHBOARD_ASSIGN_OR_RETURN(const triage::RouteDecision route,
                               RouteAgain(inquiry, settle.topic, *in_force->configuration));
  settle.queue = route.queue;
  settle.priority = static_cast<queue::Priority>(route.priority);
  settle.statute = in_force->configuration->FindTopic(settle.topic)->statute;
  return settle;
}

template <typename Response, typename Fill>
void FrontlineService::Settle(absl::StatusOr<queue::SettleRequest> read, CallInfo& call, Responder<Response> respond,
                              Fill fill) {
  if (!read.ok()) return respond(read.status());
  engine_.Settle(*std::move(read), [&call, respond = std::move(respond),
                                    fill = std::move(fill)](const absl::StatusOr<queue::Settled>& settled) mutable {
    if (!settled.ok()) return respond(settled.status());
    call.set_inquiry(InquiryName(settled->id));
    fill(*settled, respond.response());
    respond(absl::OkStatus());
  });
}

grpc::ServerUnaryReactor* FrontlineService::ClaimInquiries(Context* context, const Bytes* in, Bytes* out) {
  return edge_.Unary<v1::ClaimInquiriesRequest, v1::ClaimInquiriesResponse>(
      context, in, out, claim_,
      [this](const v1::ClaimInquiriesRequest& request, CallInfo& call, Responder<v1::ClaimInquiriesResponse> respond) {
        absl::StatusOr<queue::ClaimRequest> claim = ReadClaimOf(request, call);
        if (!claim.ok()) return respond(claim.status());
        const LeaseGuide* const guide = request.with_guidance() ? &guide_ : nullptr;
        WaitingClaim::Start(claims_, engine_, clock_, guide, *std::move(claim), call, std::move(respond));
      });
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* FrontlineService::StreamClaims(Context* context) {
  return edge_.Stream(context, stream_,
                      std::make_shared<ClaimSession>(claims_, engine_, clock_, reader_, guide_, completions_));
}

grpc::ServerUnaryReactor* FrontlineService::ExtendLease(Context* context, const Bytes* in, Bytes* out) {
  return edge_.Unary<v1::ExtendLeaseRequest, v1::ExtendLeaseResponse>(
      context, in, out, extend_,
      [this](const v1::ExtendLeaseRequest& request, CallInfo&, Responder<v1::ExtendLeaseResponse> respond) {
        const absl::StatusOr<LeaseExtension> extension = reader_.Read(request);
        if (!extension.ok()) return respond(extension.status());
        engine_.Extend(extension->lease_token, extension->duration,
                       [respond = std::move(respond)](const absl::StatusOr<absl::Time>& until) mutable {
                         if (until.ok()) wire::SetTime(*until, respond.response().mutable_lease_expire_time());
                         respond(until.status());
                       });
      });
}

grpc::ServerUnaryReactor* FrontlineService::CompleteInquiry(Context* context, const Bytes* in, Bytes* out) {
  return edge_.Unary<v1::CompleteInquiryRequest, v1::CompleteInquiryResponse>(
      context, in, out, complete_,
      [this](const v1::CompleteInquiryRequest& request, CallInfo& call,
             Responder<v1::CompleteInquiryResponse> respond) {
        absl::StatusOr<queue::SettleRequest> read = reader_.Read(request);
        if (read.ok() && completions_.Guarded().Contains(request.disposition())) {
          return completions_.Settle(*std::move(read), request.assessment(), Completion(call, std::move(respond)));
        }
        if (!read.ok()) return respond(read.status());
        engine_.Settle(*std::move(read), Completion(call, std::move(respond)));
      });
}

grpc::ServerUnaryReactor* FrontlineService::ReleaseInquiry(Context* context, const Bytes* in, Bytes* out) {
  return edge_.Unary<v1::ReleaseInquiryRequest, v1::ReleaseInquiryResponse>(
      context, in, out, release_,
      [this](const v1::ReleaseInquiryRequest& request, CallInfo& call, Responder<v1::ReleaseInquiryResponse> respond) {
        Settle(reader_.Read(request), call, std::move(respond),
               [](const queue::Settled& settled, v1::ReleaseInquiryResponse& response) {
                 response.set_state(static_cast<v1::Inquiry::State>(settled.state));
                 if (settled.state != queue::InquiryState::kDelayed) return;
                 wire::SetTime(settled.ready_time, response.mutable_ready_time());
               });
      });
}

grpc::ServerUnaryReactor* FrontlineService::DeferInquiry(Context* context, const Bytes* in, Bytes* out) {
  return edge_.Unary<v1::DeferInquiryRequest, v1::DeferInquiryResponse>(
      context, in, out, defer_,
      [this](const v1::DeferInquiryRequest& request, CallInfo& call, Responder<v1::DeferInquiryResponse> respond) {
        Settle(reader_.Read(request), call, std::move(respond),
               [](const queue::Settled& settled, v1::DeferInquiryResponse& response) {
                 wire::SetTime(settled.ready_time, response.mutable_ready_time());
               });
      });
}

grpc::ServerUnaryReactor* FrontlineService::TransferInquiry(Context* context, const Bytes* in, Bytes* out) {
  return edge_.Unary<v1::TransferInquiryRequest, v1::TransferInquiryResponse>(
      context, in, out, transfer_,
      [this](const v1::TransferInquiryRequest& request, CallInfo& call,
             Responder<v1::TransferInquiryResponse> respond) {
        Settle(reader_.Read(request), call, std::move(respond),
               [](const queue::Settled& settled, v1::TransferInquiryResponse& response) {
                 response.set_queue(QueueName(settled.queue));
               });
      });
}

grpc::ServerUnaryReactor* FrontlineService::EscalateInquiry(Context* context, const Bytes* in, Bytes* out) {
  return edge_.Unary<v1::EscalateInquiryRequest, v1::EscalateInquiryResponse>(
      context, in, out, escalate_,
      [this](const v1::EscalateInquiryRequest& request, CallInfo& call,
             Responder<v1::EscalateInquiryResponse> respond) {
        Settle(reader_.Read(request), call, std::move(respond),
               [](const queue::Settled& settled, v1::EscalateInquiryResponse& response) {
                 response.set_queue(QueueName(settled.queue));
                 response.set_priority(static_cast<v1::Priority>(settled.priority));
               });
      });
}

grpc::ServerUnaryReactor* FrontlineService::ReclassifyInquiry(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::ReclassifyInquiryRequest, v1::ReclassifyInquiryResponse>(
      blocking_, context, in, out, reclassify_,
      [this](const v1::ReclassifyInquiryRequest& request, CallInfo& call,
             Responder<v1::ReclassifyInquiryResponse> respond) {
        Settle(Reroute(request), call, std::move(respond),
               [](const queue::Settled& settled, v1::ReclassifyInquiryResponse& response) {
                 response.set_queue(QueueName(settled.queue));
                 response.set_lease_kept(settled.lease_kept);
               });
      });
}

grpc::ServerUnaryReactor* FrontlineService::ReplyToInquiry(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::ReplyToInquiryRequest, v1::ReplyToInquiryResponse>(
      blocking_, context, in, out, reply_,
      [this](const v1::ReplyToInquiryRequest& request, CallInfo& call, Responder<v1::ReplyToInquiryResponse> respond) {
        const absl::StatusOr<ReplyDraft> draft = reader_.Read(request);
        if (!draft.ok()) return respond(draft.status());
        const absl::StatusOr<ReplyResult> result = replies_.Reply(*draft);
        if (!result.ok()) return respond(result.status());
        call.set_inquiry(InquiryName(result->inquiry));
        v1::ReplyToInquiryResponse& response = respond.response();
        response.set_inquiry(InquiryName(result->inquiry));
        wire::FillDecision(result->decision, *response.mutable_decision());
        response.set_reopened(result->reopened);
        response.set_repeated(result->repeated);
        if (result->draft.has_value()) {
          response.set_draft(DraftName(result->draft->key));
          wire::SetTime(result->draft->deadline, response.mutable_draft_deadline());
        }
        respond(absl::OkStatus());
      });
}

grpc::ServerUnaryReactor* FrontlineService::MoveToPrivate(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::MoveToPrivateRequest, v1::MoveToPrivateResponse>(
      blocking_, context, in, out, move_,
      [this](const v1::MoveToPrivateRequest& request, CallInfo& call, Responder<v1::MoveToPrivateResponse> respond) {
        const absl::StatusOr<MoveDraft> draft = reader_.Read(request);
        if (!draft.ok()) return respond(draft.status());
        const absl::StatusOr<MoveResult> result = replies_.MoveToPrivate(*draft);
        if (!result.ok()) return respond(result.status());
        call.set_inquiry(InquiryName(result->reply.inquiry));
        v1::MoveToPrivateResponse& response = respond.response();
        response.set_inquiry(InquiryName(result->reply.inquiry));
        wire::FillDecision(result->reply.decision, *response.mutable_decision());
        wire::FillDecision(result->holding_decision, *response.mutable_holding_decision());
        response.set_holding_line(result->holding_line);
        response.set_reopened(result->reply.reopened);
        response.set_repeated(result->reply.repeated);
        respond(absl::OkStatus());
      });
}

grpc::ServerUnaryReactor* FrontlineService::RecordStatutoryOutcome(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::RecordStatutoryOutcomeRequest, v1::RecordStatutoryOutcomeResponse>(
      blocking_, context, in, out, record_outcome_,
      [this](const v1::RecordStatutoryOutcomeRequest& request, CallInfo& call,
             Responder<v1::RecordStatutoryOutcomeResponse> respond) {
        const absl::StatusOr<OutcomeDraft> draft = reader_.Read(request);
        if (!draft.ok()) return respond(draft.status());
        const absl::StatusOr<RecordedOutcome> recorded = statutory_.Record(*draft);
        if (!recorded.ok()) return respond(recorded.status());
        call.set_inquiry(InquiryName(recorded->inquiry));
        wire::FillClock(recorded->clock, recorded->rules, clock_.Now(), *respond.response().mutable_clock());
        respond.response().set_repeated(recorded->repeated);
        respond(absl::OkStatus());
      });
}

grpc::ServerUnaryReactor* FrontlineService::EvaluateReply(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::EvaluateReplyRequest, v1::EvaluateReplyResponse>(
      blocking_, context, in, out, evaluate_,
      [this](const v1::EvaluateReplyRequest& request, CallInfo& call, Responder<v1::EvaluateReplyResponse> respond) {
        const absl::StatusOr<ReplyDraft> draft = reader_.Read(request);
        if (!draft.ok()) return respond(draft.status());
        const absl::StatusOr<ReplyResult> result = replies_.Evaluate(*draft);
        if (!result.ok()) return respond(result.status());
        call.set_inquiry(InquiryName(result->inquiry));
        wire::FillDecision(result->decision, *respond.response().mutable_decision());
        respond(absl::OkStatus());
      });
}

}  // namespace switchboard::frontline
