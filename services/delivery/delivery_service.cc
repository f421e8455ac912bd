#include "services/delivery/delivery_service.h"

#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/wire/field_checks.h"
#include "services/wire/times.h"

namespace switchboard::delivery {
namespace {

using wire::Need;

constexpr int kMostDeliveries = 1000;
constexpr absl::Duration kUsualLease = absl::Minutes(1);
constexpr absl::Duration kShortestLease = absl::Seconds(1);
constexpr absl::Duration kLongestLease = absl::Hours(24);

queue::DeliveryResult ResultOf(v1::ReportDeliveryRequest::Outcome outcome) {
  switch (outcome) {
    case v1::ReportDeliveryRequest::DELIVERED:
      return queue::DeliveryResult::kDelivered;
    case v1::ReportDeliveryRequest::PERMANENT_FAILURE:
      return queue::DeliveryResult::kPermanentFailure;
    case v1::ReportDeliveryRequest::TEMPORARY_FAILURE:
      return queue::DeliveryResult::kTemporaryFailure;
    default:
      return queue::DeliveryResult::kTechnicalFailure;
  }
}

void FillDelivery(const queue::GrantedDelivery& granted, v1::Delivery& out) {
  out.set_delivery_token(granted.token);
  wire::SetTime(granted.lease_until, out.mutable_lease_expire_time());
  out.set_inquiry(InquiryName(granted.message.inquiry));
  out.set_channel(static_cast<v1::Channel>(granted.message.channel));
  out.set_visibility(static_cast<v1::Visibility>(granted.message.visibility));
  out.set_text(granted.message.text);
  out.set_author(granted.message.author);
  out.set_address(granted.message.address);
  out.set_external_id(granted.message.external_id);
  out.set_attempts(granted.message.attempts);
}

}  // namespace

DeliveryService::DeliveryService(DeliveryParts parts)
    : edge_(parts.edge),
      engine_(parts.engine),
      blocking_(parts.blocking),
      claim_(edge_.Method(kName, "ClaimDeliveries")),
      report_(edge_.Method(kName, "ReportDelivery")) {}

absl::Status DeliveryService::Claim(const v1::ClaimDeliveriesRequest& request, v1::ClaimDeliveriesResponse& response) {
  FieldViolations violations;
  wire::CheckEnum("channel", request.channel(), Need::kRequired, violations);
  const int most = wire::CheckCount("max_deliveries", request.max_deliveries(), 1, 1, kMostDeliveries, violations);
  absl::Duration lease = kUsualLease;
  if (request.has_lease_duration()) {
    lease = wire::CheckDuration("lease_duration", request.lease_duration(), kShortestLease, kLongestLease, violations);
  }
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto granted,
                               engine_.ClaimDeliveries(static_cast<int16_t>(request.channel()), most, lease));
  for (const queue::GrantedDelivery& each : granted) FillDelivery(each, *response.add_deliveries());
  return absl::OkStatus();
}

absl::Status DeliveryService::Report(const v1::ReportDeliveryRequest& request, v1::ReportDeliveryResponse& response) {
  FieldViolations violations;
  wire::CheckEnum("outcome", request.outcome(), Need::kRequired, violations);
  wire::CheckReason("detail", request.detail(), Need::kOptional, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const queue::ReportedDelivery reported,
      engine_.ReportDelivery(request.delivery_token(), ResultOf(request.outcome()), request.detail()));
  response.set_inquiry(InquiryName(reported.inquiry));
  response.set_repeated(reported.repeated);
  if (reported.next_attempt.has_value()) wire::SetTime(*reported.next_attempt, response.mutable_next_attempt_time());
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* DeliveryService::ClaimDeliveries(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::ClaimDeliveriesRequest, v1::ClaimDeliveriesResponse>(
      blocking_, context, in, out, claim_,
      [this](const v1::ClaimDeliveriesRequest& request, CallInfo&, Responder<v1::ClaimDeliveriesResponse> respond) {
        const absl::Status status = Claim(request, respond.response());
        respond(status);
      });
}

grpc::ServerUnaryReactor* DeliveryService::ReportDelivery(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::ReportDeliveryRequest, v1::ReportDeliveryResponse>(
      blocking_, context, in, out, report_,
      [this](const v1::ReportDeliveryRequest& request, CallInfo& call, Responder<v1::ReportDeliveryResponse> respond) {
        const absl::Status status = Report(request, respond.response());
        call.set_inquiry(respond.response().inquiry());
        respond(status);
      });
}

}  // namespace switchboard::delivery
