#include "tests/bench/switchboard_worker.h"

#include <algorithm>
#include <utility>

namespace switchboard::bench {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Worker::Worker(const std::shared_ptr<grpc::Channel>& channel, WorkerOptions options, LoadRecorder& recorder,
               std::atomic<int64_t>& allowance)
    : stub_(v1::FrontlineService::NewStub(channel)),
      options_(std::move(options)),
      recorder_(recorder),
      allowance_(allowance) {
  v1::StreamClaimsRequest::Start& start = *pending_.mutable_start();
  start.mutable_queues()->Add(options_.queues.begin(), options_.queues.end());
  start.set_worker("workers/" + options_.name);
  if (options_.hold) start.mutable_lease_duration()->set_seconds(3600);
  stub_->async()->StreamClaims(&context_, this);
  StartRead(&incoming_);
  AddHold();  // writes begin outside of reactions, too
  StartCall();
  AskForMore();
}

Worker::~Worker() {
  context_.TryCancel();
  RemoveHold();
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return done_; });
}

void Worker::AskForMore() {
  const std::lock_guard lock(mutex_);
  AddCredit();
  WriteMore();
}

void Worker::OnReadDone(bool ok) {
  if (!ok) return;
  {
    const std::lock_guard lock(mutex_);
    TakeResults();
    TakeLeases();
    AddCredit();
    WriteMore();
  }
  StartRead(&incoming_);
}

void Worker::OnWriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  write_under_way_ = false;
  if (ok) WriteMore();
}

void Worker::OnDone(const grpc::Status& status) {
  if (!status.ok() && status.error_code() != grpc::StatusCode::CANCELLED) recorder_.Failed(1, status.error_message());
  const std::lock_guard lock(mutex_);
  done_ = true;
  ended_.notify_all();
}

void Worker::TakeLeases() {
  timed_.clear();
  for (v1::Lease& lease : *incoming_.mutable_leases()) {
    --credit_out_;
    ++leased_;
    if (options_.time_claims) recorder_.Claimed(Answered(credit_sent_));
    const bool timed = options_.author.empty() || lease.inquiry().author() == options_.author;
    if (timed) timed_.push_back(StampOf(lease.inquiry().text()));
    if (options_.hold) continue;
    v1::Settlement& settlement = *pending_.add_settlements();
    settlement.set_allocated_lease_token(lease.release_lease_token());
    settlement.mutable_complete()->set_disposition(v1::ANSWERED);
  }
  recorder_.Delivered(timed_);
}

void Worker::TakeResults() {
  leased_ -= incoming_.results_size();
  int completed = 0;
  for (const v1::SettlementResult& result : incoming_.results()) {
    if (options_.time_claims) recorder_.Settled(Answered(settlements_sent_));
    if (result.code() == 0) {
      ++completed;
    } else {
      recorder_.Failed(1, result.message());
    }
  }
  if (completed > 0) recorder_.Completed(completed);
}

// Credit that is out and leases whose settlement has no result yet are the window together, as a broker's prefetch is.
void Worker::AddCredit() {
  const int64_t wanted = options_.window - credit_out_ - leased_ - pending_.credit();
  const int64_t before = allowance_.fetch_sub(wanted);
  const int64_t granted = std::clamp<int64_t>(before, 0, wanted);
  allowance_.fetch_add(wanted - granted);
  pending_.set_credit(pending_.credit() + static_cast<int32_t>(granted));
}

void Worker::WriteMore() {
  if (write_under_way_ || (pending_.credit() == 0 && pending_.settlements().empty())) return;
  const SteadyTime now = Clock::now();
  if (options_.time_claims) {
    credit_sent_.push_back({pending_.credit(), now});
    settlements_sent_.push_back({pending_.settlements_size(), now});
  }
  credit_out_ += pending_.credit();
  writing_.Clear();
  writing_.Swap(&pending_);
  write_under_way_ = true;
  StartWrite(&writing_);
}

// When the oldest that has no answer yet was sent; answers are taken to come in the order of what they answer.
SteadyTime Worker::Answered(std::deque<Sent>& sent) {
  while (!sent.empty() && sent.front().count == 0) sent.pop_front();
  if (sent.empty()) return Clock::now();
  --sent.front().count;
  return sent.front().time;
}

}  // namespace switchboard::bench
