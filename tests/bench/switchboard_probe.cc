#include "tests/bench/switchboard_probe.h"

#include <utility>

namespace switchboard::bench {

using Clock = std::chrono::steady_clock;

Probe::Probe(const std::shared_ptr<grpc::Channel>& channel, std::vector<std::string> queues, double rate,
             LoadRecorder& recorder)
    : stub_(v1::FrontlineService::NewStub(channel)),
      queues_(std::move(queues)),
      step_(static_cast<int64_t>(1e9 / rate)),
      recorder_(recorder),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void Probe::Run(const std::stop_token& stop) {
  for (SteadyTime due = Clock::now(); !stop.stop_requested(); due += step_) {
    std::this_thread::sleep_until(due);
    ClaimOne(due);
  }
}

void Probe::ClaimOne(SteadyTime due) {
  v1::ClaimInquiriesRequest claim;
  claim.mutable_queues()->Add(queues_.begin(), queues_.end());
  claim.set_worker("workers/probe");
  v1::ClaimInquiriesResponse leases;
  grpc::ClientContext claim_context;
  const grpc::Status claimed = stub_->ClaimInquiries(&claim_context, claim, &leases);
  if (!claimed.ok()) return recorder_.Failed(1, claimed.error_message());
  recorder_.Claimed(due);
  for (v1::Lease& lease : *leases.mutable_leases()) {
    const SteadyTime held = Clock::now();
    v1::CompleteInquiryRequest complete;
    complete.set_lease_token(lease.lease_token());
    complete.set_disposition(v1::ANSWERED);
    v1::CompleteInquiryResponse answer;
    grpc::ClientContext context;
    const grpc::Status completed = stub_->CompleteInquiry(&context, complete, &answer);
    if (!completed.ok()) return recorder_.Failed(1, completed.error_message());
    recorder_.Settled(held);
    recorder_.Completed(1);
  }
}

}  // namespace switchboard::bench
