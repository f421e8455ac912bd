#include <utility>

#include "common/text/string_view.h"
#include "services/queue/lease_token.h"
#include "tests/fault/load_worker.h"
#include "tests/fault/proto_times.h"
#include "tests/support/await.h"

namespace switchboard::fault {
namespace {

constexpr int kMostLeaseTries = 6;
constexpr absl::Duration kBetweenLeaseTries = absl::Milliseconds(50);
constexpr absl::Duration kPastTheEnd = absl::Milliseconds(1500);  // time enough for somebody else to get the lease

}  // namespace

LeaseHandler::LeaseHandler(LoadContext& context, uint64_t seed) : context_(context), dice_(seed) {
  for (const auto& channel : context.channels) stubs_.push_back(v1::FrontlineService::NewStub(channel));
}

void LeaseHandler::Record(const v1::Lease& lease) {
  const v1::Inquiry& inquiry = lease.inquiry();
  const absl::Time expires = FromProto(lease.lease_expire_time());
  const absl::StatusOr<queue::LeaseFacts> facts = queue::DecodeLeaseToken(lease.lease_token());
  context_.recorder.Add(Delivery{inquiry.name(), inquiry.external_id(), inquiry.text(), lease.lease_token(),
                                 inquiry.queue(), inquiry.attempts(), expires - context_.options.lease, expires,
                                 facts.ok() ? facts->key.place.position : 0, facts.ok() ? facts->key.token : 0});
}

void LeaseHandler::Handle(const v1::Lease& lease) {
  const std::string& token = lease.lease_token();
  if (context_.honest) {
    Try(token, Action::kComplete);
    return;
  }
  if (ToAbsl(lease.inquiry().text()).substr(0, kHopeless.size()) == ToAbsl(kHopeless)) {
    Try(token, Action::kRelease);
    return;
  }
  const int choice = dice_.Below(100);
  if (choice < 60) {
    Try(token, Action::kComplete);
  } else if (choice < 66) {
    Try(token, Action::kExtend);
    Try(token, Action::kComplete);
  } else if (choice < 70) {  // knowingly once more
    Try(token, Action::kComplete);
    Try(token, Action::kComplete);
  } else if (choice < 78) {
    Try(token, Action::kRelease);
  } else if (choice < 82) {  // a spent lease
    Try(token, Action::kRelease);
    Try(token, Action::kComplete);
  } else if (choice < 87) {
    Try(token, Action::kDefer);
  } else if (choice < 93) {
    Try(token, Action::kTransfer, dice_.Of(context_.options.queues));
  } else {
    stale_.push_back({token, context_.clock.Now() + context_.options.lease + kPastTheEnd});
  }
}

void LeaseHandler::UseStaleLeases() {
  while (!stale_.empty() && stale_.front().use_at < context_.clock.Now()) {
    const std::string token = std::move(stale_.front().token);
    stale_.pop_front();
    if (dice_.Percent(70)) Try(token, dice_.Percent(80) ? Action::kComplete : Action::kExtend);
  }
}

Outcome LeaseHandler::Try(const std::string& token, Action action, const std::string& queue) {
  for (int i = 1;; ++i) {
    const LeaseCall call = TryOnce(token, action, queue);
    context_.recorder.Add(call);
    if (call.outcome != Outcome::kUnknown || i == kMostLeaseTries || context_.stop_working) return call.outcome;
    LetRun(kBetweenLeaseTries);
  }
}

LeaseCall LeaseHandler::TryOnce(const std::string& token, Action action, const std::string& queue) {
  LeaseCall call{token, action, Outcome::kUnknown, context_.clock.Now(), {}, absl::InfinitePast(), queue};
  call.outcome = OutcomeOf(Call(call));
  call.end = context_.clock.Now();
  return call;
}

grpc::Status LeaseHandler::Call(LeaseCall& call) {
  grpc::ClientContext context;
  SetDeadline(context, context_.options.call_timeout);
  grpc::Status status;
  switch (call.action) {
    case Action::kComplete: {
      v1::CompleteInquiryRequest request;
      v1::CompleteInquiryResponse response;
      request.set_lease_token(call.token);
      request.set_disposition(v1::ANSWERED);
      return AnyStub().CompleteInquiry(&context, request, &response);
    }
    case Action::kRelease: {
      v1::ReleaseInquiryRequest request;
      v1::ReleaseInquiryResponse response;
      request.set_lease_token(call.token);
      if (dice_.Percent(60)) *request.mutable_delay() = ToProto(absl::Milliseconds(dice_.Below(400)));
      status = AnyStub().ReleaseInquiry(&context, request, &response);
      if (response.state() == v1::Inquiry::DELAYED) call.until = FromProto(response.ready_time());
      return status;
    }
    case Action::kDefer: {
      v1::DeferInquiryRequest request;
      v1::DeferInquiryResponse response;
      request.set_lease_token(call.token);
      *request.mutable_until_time() = ToProto(call.start + absl::Milliseconds(300 + dice_.Below(700)));
      status = AnyStub().DeferInquiry(&context, request, &response);
      call.until = FromProto(response.ready_time());
      return status;
    }
    case Action::kTransfer: {
      v1::TransferInquiryRequest request;
      v1::TransferInquiryResponse response;
      request.set_lease_token(call.token);
      request.set_queue(call.queue);
      request.set_reason("belongs there");
      return AnyStub().TransferInquiry(&context, request, &response);
    }
    case Action::kExtend: {
      v1::ExtendLeaseRequest request;
      v1::ExtendLeaseResponse response;
      request.set_lease_token(call.token);
      *request.mutable_lease_duration() = ToProto(context_.options.lease);
      status = AnyStub().ExtendLease(&context, request, &response);
      call.until = FromProto(response.lease_expire_time());
      return status;
    }
  }
  return status;
}

}  // namespace switchboard::fault
