#include "services/intake/intake_service.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "common/ids/uuid.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "services/intake/submit_session.h"

namespace switchboard::intake {
namespace {

constexpr absl::Duration kLongestRetry = absl::Seconds(5);

// A request id is logged only where it is one: anything else could be a citizen's words.
void NoteRequestId(const std::string& request_id, CallInfo& call) {
  if (ParseUuid(request_id).ok()) call.set_request_id(request_id);
}

// Where the caller says all three, nobody reads the text.
bool MustBeRead(const v1::SubmitInquiryRequest& request) {
  const v1::Inquiry& inquiry = request.inquiry();
  return inquiry.topic().empty() || inquiry.language().empty() || inquiry.priority() == v1::PRIORITY_UNSPECIFIED;
}

int TextsToRead(const google::protobuf::RepeatedPtrField<v1::SubmitInquiryRequest>& requests) {
  return static_cast<int>(std::count_if(requests.begin(), requests.end(), MustBeRead));
}

absl::Status TooMuchToRead(absl::Duration wait) {
  return Overloaded(
      "more inquiries of yours wait to be sorted than can be soon; try again after the time that is given",
      std::min(wait, kLongestRetry));
}

absl::Status CheckBatchSize(int size, int most) {
  if (size == 0) return InvalidField("requests", "is required: at least one request");
  if (size > most) return InvalidField("requests", StrCat("has ", size, " requests; at most ", most, " are taken"));
  return absl::OkStatus();
}

}  // namespace

IntakeService::IntakeService(IntakeParts parts, IntakeOptions options)
    : edge_(parts.edge),
      blocking_(parts.blocking),
      sorting_(parts.sorting),
      options_(options),
      submitter_(parts.engine, parts.triage, parts.blocking, parts.metrics, options.max_text_bytes),
      desk_(parts.engine, parts.triage, parts.clock, options.max_text_bytes),
      submit_(edge_.Method(kName, "SubmitInquiry")),
      batch_submit_(edge_.Method(kName, "BatchSubmitInquiries")),
      stream_(edge_.Method(kName, "StreamInquiries", RpcType::kBidiStream)),
      get_(edge_.Method(kName, "GetInquiry")),
      list_(edge_.Method(kName, "ListInquiries")),
      withdraw_(edge_.Method(kName, "WithdrawInquiry")),
      append_(edge_.Method(kName, "AppendMessage")) {}

template <typename Response, typename Serve>
void IntakeService::Read(int texts, std::string_view caller, Responder<Response> respond, Serve serve) {
  if (texts == 0) return serve(std::move(respond));
  if (const std::optional<absl::Duration> wait = sorting_.RetryAfter(caller)) return respond(TooMuchToRead(*wait));
  sorting_.Submit(caller, texts,
                  [serve = std::move(serve), respond = std::move(respond)]() mutable { serve(std::move(respond)); });
}

grpc::ServerUnaryReactor* IntakeService::SubmitInquiry(Context* context, const Bytes* in, Bytes* out) {
  return edge_.Unary<v1::SubmitInquiryRequest, v1::SubmitInquiryResponse>(
      context, in, out, submit_,
      [this](const v1::SubmitInquiryRequest& request, CallInfo& call, Responder<v1::SubmitInquiryResponse> respond) {
        NoteRequestId(request.request_id(), call);
        Read(MustBeRead(request) ? 1 : 0, call.caller(), std::move(respond),
             [this, &request, &call](Responder<v1::SubmitInquiryResponse> answering) {
               v1::SubmitInquiryResponse& answer = answering.response();
               submitter_.Submit(request, call.caller(), answer,
                                 [&call, &answer, respond = std::move(answering)](const absl::Status& status) mutable {
                                   if (status.ok()) call.set_inquiry(answer.inquiry().name());
                                   respond(status);
                                 });
             });
      });
}

grpc::ServerUnaryReactor* IntakeService::BatchSubmitInquiries(Context* context, const Bytes* in, Bytes* out) {
  return edge_.Unary<v1::BatchSubmitInquiriesRequest, v1::BatchSubmitInquiriesResponse>(
      context, in, out, batch_submit_,
      [this](const v1::BatchSubmitInquiriesRequest& request, CallInfo& call,
             Responder<v1::BatchSubmitInquiriesResponse> respond) {
        const absl::Status size_status = CheckBatchSize(request.requests_size(), options_.max_batch);
        if (!size_status.ok()) return respond(size_status);
        Read(TextsToRead(request.requests()), call.caller(), std::move(respond),
             [this, &request, &call](Responder<v1::BatchSubmitInquiriesResponse> answering) {
               auto& results = *answering.response().mutable_results();
               submitter_.SubmitBatch(request.requests(), call.caller(), results,
                                      [respond = std::move(answering)]() mutable { respond(absl::OkStatus()); });
             });
      });
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* IntakeService::StreamInquiries(Context* context) {
  return edge_.Stream(context, stream_, std::make_shared<SubmitSession>(submitter_));
}

grpc::ServerUnaryReactor* IntakeService::GetInquiry(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::GetInquiryRequest, v1::GetInquiryResponse>(
      blocking_, context, in, out, get_,
      [this](const v1::GetInquiryRequest& request, CallInfo&, auto respond) { respond(desk_.Get(request)); });
}

grpc::ServerUnaryReactor* IntakeService::ListInquiries(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::ListInquiriesRequest, v1::ListInquiriesResponse>(
      blocking_, context, in, out, list_,
      [this](const v1::ListInquiriesRequest& request, CallInfo&, auto respond) { respond(desk_.List(request)); });
}

grpc::ServerUnaryReactor* IntakeService::WithdrawInquiry(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::WithdrawInquiryRequest, v1::WithdrawInquiryResponse>(
      blocking_, context, in, out, withdraw_,
      [this](const v1::WithdrawInquiryRequest& request, CallInfo& call, auto respond) {
        auto response = desk_.Withdraw(request);
        if (response.ok()) call.set_inquiry(response->inquiry().name());
        respond(std::move(response));
      });
}

grpc::ServerUnaryReactor* IntakeService::AppendMessage(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::AppendMessageRequest, v1::AppendMessageResponse>(
      blocking_, context, in, out, append_,
      [this](const v1::AppendMessageRequest& request, CallInfo& call, auto respond) {
        NoteRequestId(request.request_id(), call);
        auto response = desk_.Append(request);
        if (response.ok()) call.set_inquiry(response->inquiry().name());
        respond(std::move(response));
      });
}

}  // namespace switchboard::intake
