#include "services/switchboard/workbench.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <thread>
#include <utility>

#include "common/rpc/status_conversion.h"
#include "common/status/reasons.h"
#include "common/text/string_view.h"
#include "common/text/utf8.h"
#include "services/wire/times.h"

namespace switchboard::client {
namespace {

constexpr absl::Duration kPutOff = absl::Minutes(1);  // what this run cannot settle
constexpr size_t kMostReasonBytes = 512;

}  // namespace

std::vector<std::string> WorkersOf(const WorkbenchOptions& options) {
  if (options.streams == 1) return {options.worker};
  std::vector<std::string> workers;
  for (int i = 1; i <= options.streams; ++i) workers.push_back(StrCat(options.worker, "-", i));
  return workers;
}

Workbench::Workbench(v1::FrontlineService::Stub& stub, const Clock& clock, WorkbenchOptions options,
                     OnCompleted on_completed)
    : stub_(stub),
      clock_(clock),
      options_(std::move(options)),
      on_completed_(std::move(on_completed)),
      tickets_(options_.count > 0 ? options_.count : std::numeric_limits<int64_t>::max()),
      running_(options_.streams),
      last_lease_(clock.Elapsed()) {}

WorkTally Workbench::Run() {
  std::vector<std::thread> threads;
  for (int i = 1; i <= options_.streams; ++i) threads.emplace_back([this, i] { Work(i); });
  for (std::thread& thread : threads) thread.join();
  return tally();
}

void Workbench::Stop() {
  absl::MutexLock lock(&mutex_);
  stopping_ = true;
}

absl::Duration Workbench::IdleFor() const {
  absl::MutexLock lock(&mutex_);
  return in_hand_.empty() ? clock_.Elapsed() - last_lease_ : absl::ZeroDuration();
}

WorkTally Workbench::tally() const {
  absl::MutexLock lock(&mutex_);
  return tally_;
}

bool Workbench::finished() const {
  absl::MutexLock lock(&mutex_);
  return running_ == 0;
}

int Workbench::TakeTickets(int wanted) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return 0;
  const int taken = static_cast<int>(std::min<int64_t>(wanted, tickets_));
  tickets_ -= taken;
  return taken;
}

// Reads and writes one stream; `stopper` closes the sending side when Stop() is called while nothing moves.
void Workbench::Work(int number) {
  grpc::ClientContext context;
  auto stream = stub_.StreamClaims(&context);
  v1::StreamClaimsRequest start;
  for (const std::string& queue : options_.queues) start.mutable_start()->add_queues(queue);
  for (const std::string& language : options_.languages) start.mutable_start()->add_languages(language);
  start.mutable_start()->set_worker(WorkersOf(options_).at(static_cast<size_t>(number - 1)));
  int credit_out = TakeTickets(options_.credit);
  start.set_credit(credit_out);
  stream->Write(start);

  absl::Mutex write_mutex;
  bool half_closed = false;
  const auto half_close = [&] {
    absl::MutexLock lock(&write_mutex);
    if (!std::exchange(half_closed, true)) stream->WritesDone();
  };
  int unsettled = 0;
  std::atomic<bool> reading = true;
  // Stop() has to reach a stream on which nothing moves.
  std::thread stopper([&] {
    while (reading) {
      const bool stop = [this] {
        absl::MutexLock lock(&mutex_);
        return stopping_ && in_hand_.empty();
      }();
      if (stop) half_close();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  });

  v1::StreamClaimsResponse response;
  while (stream->Read(&response)) {
    for (const v1::SettlementResult& result : response.results()) TakeResult(result);
    unsettled -= response.results_size();
    if (response.leases_size() > 0) {
      v1::StreamClaimsRequest settlements = Settle(response);
      credit_out -= response.leases_size();
      const int more = TakeTickets(response.leases_size());
      settlements.set_credit(more);
      credit_out += more;
      unsettled += response.leases_size();
      bool late = false;
      {
        absl::MutexLock lock(&write_mutex);
        late = half_closed || !stream->Write(settlements);
      }
      if (late) SettleLate(response);
    }
    if (credit_out == 0 && unsettled == 0) half_close();
  }
  reading = false;
  stopper.join();
  const grpc::Status status = stream->Finish();
  absl::MutexLock lock(&mutex_);
  --running_;
  if (!status.ok() && tally_.status.ok()) tally_.status = FromGrpc(status);
}

v1::StreamClaimsRequest Workbench::Settle(const v1::StreamClaimsResponse& response) {
  if (options_.think_time > absl::ZeroDuration()) {
    std::this_thread::sleep_for(absl::ToChronoMilliseconds(options_.think_time));
  }
  v1::StreamClaimsRequest request;
  absl::MutexLock lock(&mutex_);
  last_lease_ = clock_.Elapsed();
  for (const v1::Lease& lease : response.leases()) {
    ++tally_.claimed;
    if (lease.inquiry().attempts() > 1) ++tally_.redelivered;
    in_hand_.emplace(lease.lease_token(), lease.inquiry());
    v1::Settlement& settlement = *request.add_settlements();
    settlement.set_lease_token(lease.lease_token());
    settlement.mutable_complete()->set_disposition(options_.disposition);
    settlement.mutable_complete()->set_reason(options_.reason);
  }
  return request;
}

// Leases that came after the sending side was closed are settled one by one.
void Workbench::SettleLate(const v1::StreamClaimsResponse& response) {
  for (const v1::Lease& lease : response.leases()) {
    grpc::ClientContext context;
    v1::CompleteInquiryRequest request;
    request.set_lease_token(lease.lease_token());
    request.set_disposition(options_.disposition);
    request.set_reason(options_.reason);
    v1::CompleteInquiryResponse answer;
    const absl::Status status = FromGrpc(stub_.CompleteInquiry(&context, request, &answer));
    v1::SettlementResult result;
    result.set_lease_token(lease.lease_token());
    result.set_code(static_cast<int>(status.code()));
    result.set_message(std::string(status.message()));
    TakeResult(result);
  }
}

void Workbench::TakeResult(const v1::SettlementResult& result) {
  if (!CountResult(result)) PutOff(result);
}

// The lease ends by itself where this fails, too.
void Workbench::PutOff(const v1::SettlementResult& refused) {
  grpc::ClientContext context;
  v1::DeferInquiryRequest request;
  request.set_lease_token(refused.lease_token());
  wire::SetTime(clock_.Now() + kPutOff, request.mutable_until_time());
  request.set_reason(std::string(TruncateUtf8(refused.message(), kMostReasonBytes)));
  v1::DeferInquiryResponse response;
  stub_.DeferInquiry(&context, request, &response);
}

bool Workbench::CountResult(const v1::SettlementResult& result) {
  absl::MutexLock lock(&mutex_);
  const auto found = in_hand_.find(result.lease_token());
  if (found == in_hand_.end()) return true;
  bool refused = false;
  if (result.code() == 0) {
    ++tally_.completed;
    if (!done_.insert(found->second.name()).second) ++tally_.repeated;
    on_completed_(found->second);
  } else if (result.reason() == reason::kLeaseLost) {
    ++tally_.lost;
  } else {
    refused = true;
    if (tally_.status.ok())
      tally_.status = absl::Status(static_cast<absl::StatusCode>(result.code()), result.message());
  }
  in_hand_.erase(found);
  return !refused;
}

}  // namespace switchboard::client
