#include "tests/fault/load_worker.h"

#include <utility>

#include "common/text/string_view.h"
#include "tests/fault/proto_times.h"
#include "tests/support/await.h"

namespace switchboard::fault {
namespace {

constexpr int kMostAtOnce = 5;
constexpr int kCredit = 20;
constexpr absl::Duration kLongPoll = absl::Milliseconds(300);
constexpr absl::Duration kBetweenClaims = absl::Milliseconds(30);

}  // namespace

UnaryWorker::UnaryWorker(LoadContext& context, std::string name, uint64_t seed)
    : context_(context), name_(std::move(name)), handler_(context, seed) {}

void UnaryWorker::Run() {
  while (!context_.stop_working) {
    v1::ClaimInquiriesRequest request;
    for (const std::string& queue : context_.options.queues) request.add_queues(queue);
    request.set_worker(name_);
    request.set_max_inquiries(1 + handler_.dice().Below(kMostAtOnce));
    *request.mutable_wait_duration() = ToProto(kLongPoll);
    *request.mutable_lease_duration() = ToProto(context_.options.lease);
    grpc::ClientContext context;
    SetDeadline(context, context_.options.call_timeout);
    v1::ClaimInquiriesResponse response;
    const grpc::Status status = handler_.AnyStub().ClaimInquiries(&context, request, &response);
    for (const v1::Lease& lease : response.leases()) handler_.Record(lease);
    for (const v1::Lease& lease : response.leases()) handler_.Handle(lease);
    handler_.UseStaleLeases();
    if (!status.ok()) LetRun(kBetweenClaims);
  }
}

StreamWorker::StreamWorker(LoadContext& context, std::string name, uint64_t seed)
    : context_(context), name_(std::move(name)), handler_(context, seed) {}

void StreamWorker::Run() {
  while (!context_.stop_working) {
    RunStream();
    ForgetUnanswered();
    handler_.UseStaleLeases();
    LetRun(kBetweenClaims);
  }
}

void StreamWorker::Cancel() {
  absl::MutexLock lock(&mutex_);
  if (open_ != nullptr) open_->TryCancel();
}

void StreamWorker::RunStream() {
  grpc::ClientContext context;
  // A server that was stopped never closes its streams.
  SetDeadline(context, absl::Seconds(2 + handler_.dice().Below(4)));
  {
    absl::MutexLock lock(&mutex_);
    open_ = &context;
  }
  const std::unique_ptr<Stream> stream = handler_.AnyStub().StreamClaims(&context);
  v1::StreamClaimsRequest start;
  for (const std::string& queue : context_.options.queues) start.mutable_start()->add_queues(queue);
  start.mutable_start()->set_worker(name_);
  *start.mutable_start()->mutable_lease_duration() = ToProto(context_.options.lease);
  start.set_credit(kCredit);
  if (stream->Write(start)) {
    v1::StreamClaimsResponse response;
    while (!context_.stop_working && stream->Read(&response)) {
      for (const v1::SettlementResult& result : response.results()) RecordResult(result);
      if (response.leases_size() > 0 && !stream->Write(Answer(response))) break;
      handler_.UseStaleLeases();
    }
  }
  context.TryCancel();
  {
    absl::MutexLock lock(&mutex_);
    open_ = nullptr;
  }
  // What arrived unseen is a lease that its worker does not use.
  v1::StreamClaimsResponse unseen;
  while (stream->Read(&unseen)) {
    for (const v1::SettlementResult& result : unseen.results()) RecordResult(result);
  }
  stream->Finish();
}

v1::StreamClaimsRequest StreamWorker::Answer(const v1::StreamClaimsResponse& response) {
  v1::StreamClaimsRequest request;
  for (const v1::Lease& lease : response.leases()) handler_.Record(lease);
  for (const v1::Lease& lease : response.leases()) {
    if (!context_.honest && handler_.dice().Percent(40)) {
      handler_.Handle(lease);
      continue;
    }
    const bool hopeless = ToAbsl(lease.inquiry().text()).substr(0, kHopeless.size()) == ToAbsl(kHopeless);
    const bool release = !context_.honest && (hopeless || handler_.dice().Percent(10));
    v1::Settlement& settlement = *request.add_settlements();
    settlement.set_lease_token(lease.lease_token());
    if (release) {
      settlement.mutable_release();
    } else {
      settlement.mutable_complete()->set_disposition(v1::ANSWERED);
    }
    unanswered_[lease.lease_token()] = {lease.lease_token(),
                                        release ? Action::kRelease : Action::kComplete,
                                        Outcome::kUnknown,
                                        context_.clock.Now(),
                                        absl::InfiniteFuture(),
                                        absl::InfinitePast(),
                                        ""};
  }
  request.set_credit(response.leases_size());
  return request;
}

void StreamWorker::RecordResult(const v1::SettlementResult& result) {
  auto call = unanswered_.extract(result.lease_token());
  if (call.empty()) return;
  call.mapped().outcome = OutcomeOf(result.code(), result.reason());
  call.mapped().end = context_.clock.Now();
  context_.recorder.Add(std::move(call.mapped()));
}

void StreamWorker::ForgetUnanswered() {
  for (auto& [token, call] : unanswered_) context_.recorder.Add(std::move(call));
  unanswered_.clear();
}

}  // namespace switchboard::fault
