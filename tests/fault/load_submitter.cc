#include "tests/fault/load_submitter.h"

#include <utility>

#include "common/rpc/status_conversion.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "tests/support/await.h"

namespace switchboard::fault {
namespace {

constexpr int kMostTogether = 6;
constexpr absl::Duration kBetweenSubmitTries = absl::Milliseconds(30);
constexpr absl::Duration kLastTries = absl::Seconds(10);  // after the load was told to stop
constexpr size_t kRemembered = 200;                       // acknowledged requests that may be repeated

v1::SubmitResult ErrorResult(const grpc::Status& status) {
  v1::SubmitResult result;
  result.mutable_error()->set_code(status.error_code());
  result.mutable_error()->set_reason(ReasonOf(FromGrpc(status)));
  return result;
}

Outcome ResultOutcome(const v1::SubmitResult& result) {
  return result.has_accepted() ? Outcome::kOk : fault::OutcomeOf(result.error().code(), result.error().reason());
}

}  // namespace

LoadSubmitter::LoadSubmitter(LoadContext& context, uint64_t seed) : context_(context), dice_(seed) {
  for (const auto& channel : context.channels) stubs_.push_back(v1::IntakeService::NewStub(channel));
}

void LoadSubmitter::Run() {
  while (!context_.stop_submitting) {
    std::vector<v1::SubmitInquiryRequest> requests(
        static_cast<size_t>(dice_.Percent(50) ? 1 : 1 + dice_.Below(kMostTogether)));
    for (v1::SubmitInquiryRequest& request : requests) {
      request = !acknowledged_.empty() && dice_.Percent(8) ? dice_.Of(acknowledged_) : NewRequest();
    }
    SubmitUntilKnown(std::move(requests));
    if (!acknowledged_.empty() && dice_.Percent(2)) RepeatWithOtherText();
    LetRun(context_.options.pause);
  }
}

v1::SubmitInquiryRequest LoadSubmitter::NewRequest() {
  v1::SubmitInquiryRequest request;
  request.set_request_id(dice_.Uuid());
  v1::Inquiry& inquiry = *request.mutable_inquiry();
  inquiry.set_channel(dice_.Percent(50) ? v1::WEB : v1::X);
  inquiry.set_external_id(request.request_id());
  inquiry.set_topic(dice_.Of(context_.options.topics));
  inquiry.set_language(dice_.Percent(50) ? "en" : "fr");
  inquiry.set_text(StrCat(dice_.Percent(3) ? kHopeless : "Inquiry", " number ", ++submitted_, " about ",
                          inquiry.topic(), std::string(static_cast<size_t>(dice_.Below(300)), '.')));
  return request;
}

void LoadSubmitter::SubmitUntilKnown(std::vector<v1::SubmitInquiryRequest> requests) {
  absl::Time give_up = absl::InfiniteFuture();
  while (true) {
    requests = SubmitOnce(requests);
    // Now and then the caller never asks again: whether it was stored is then for the record to say.
    if (requests.empty() || dice_.Percent(3)) return;
    const absl::Time now = context_.clock.Now();
    if (context_.stop_submitting && give_up == absl::InfiniteFuture()) give_up = now + kLastTries;
    if (now > give_up) return;
    LetRun(kBetweenSubmitTries);
  }
}

std::vector<v1::SubmitInquiryRequest> LoadSubmitter::SubmitOnce(const std::vector<v1::SubmitInquiryRequest>& requests) {
  const absl::Time start = context_.clock.Now();
  const std::vector<v1::SubmitResult> results =
      requests.size() == 1 ? std::vector{SubmitAlone(requests.front())} : SubmitTogether(requests);
  std::vector<v1::SubmitInquiryRequest> unanswered;
  for (size_t i = 0; i < requests.size(); ++i) {
    SubmitCall call{requests[i].request_id(), requests[i].inquiry().text(), ResultOutcome(results[i]), "", start};
    if (call.outcome == Outcome::kOk) {
      call.inquiry = results[i].accepted().inquiry().name();
      if (acknowledged_.size() < kRemembered) acknowledged_.push_back(requests[i]);
    } else {
      unanswered.push_back(requests[i]);
    }
    context_.recorder.Add(std::move(call));
  }
  return unanswered;
}

v1::SubmitResult LoadSubmitter::SubmitAlone(const v1::SubmitInquiryRequest& request) {
  grpc::ClientContext context;
  SetDeadline(context, context_.options.call_timeout);
  v1::SubmitInquiryResponse response;
  const grpc::Status status = dice_.Of(stubs_)->SubmitInquiry(&context, request, &response);
  if (!status.ok()) return ErrorResult(status);
  v1::SubmitResult result;
  *result.mutable_accepted() = std::move(response);
  return result;
}

std::vector<v1::SubmitResult> LoadSubmitter::SubmitTogether(const std::vector<v1::SubmitInquiryRequest>& requests) {
  grpc::ClientContext context;
  SetDeadline(context, context_.options.call_timeout);
  v1::BatchSubmitInquiriesRequest batch;
  for (const v1::SubmitInquiryRequest& request : requests) *batch.add_requests() = request;
  v1::BatchSubmitInquiriesResponse response;
  const grpc::Status status = dice_.Of(stubs_)->BatchSubmitInquiries(&context, batch, &response);
  if (!status.ok()) return std::vector(requests.size(), ErrorResult(status));
  return {response.results().begin(), response.results().end()};
}

// Has to be refused. It is put on record only where it was not, for the checker to see.
void LoadSubmitter::RepeatWithOtherText() {
  v1::SubmitInquiryRequest request = dice_.Of(acknowledged_);
  request.mutable_inquiry()->set_text("Something else under a used request id");
  const v1::SubmitResult result = SubmitAlone(request);
  if (!result.has_accepted()) return;
  context_.recorder.Add(SubmitCall{request.request_id(), request.inquiry().text(), Outcome::kOk,
                                   result.accepted().inquiry().name(), context_.clock.Now()});
}

}  // namespace switchboard::fault
