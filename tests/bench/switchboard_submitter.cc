#include "tests/bench/switchboard_submitter.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "common/rpc/channel.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace switchboard::bench {
namespace {

using Clock = std::chrono::steady_clock;

bool HasRetryInfo(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return false;
  for (const auto& detail : details.details()) {
    if (detail.Is<google::rpc::RetryInfo>()) return true;
  }
  return false;
}

std::string RandomUuid() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  char text[37];
  const uint64_t high = random(), low = random();
  std::snprintf(text, sizeof text, "%08x-%04x-4%03x-a%03x-%012llx", static_cast<unsigned>(high >> 32),
                static_cast<unsigned>(high >> 16 & 0xffff), static_cast<unsigned>(high & 0xfff),
                static_cast<unsigned>(low >> 52), static_cast<unsigned long long>(low & 0xffffffffffff));
  return text;
}

}  // namespace

// A call with its messages in memory that is used again and again, so that the generator allocates little.
class Submitter::Call {
 public:
  explicit Call(int batch) : memory_(kBytes * static_cast<size_t>(batch)), arena_(memory_.data(), memory_.size()) {}

  // Forgets the call before.
  void Renew(const std::string& caller) {
    context.emplace();
    context->AddMetadata(kCallerMetadata, caller);
    arena_.Reset();
  }
  // Lives until Renew.
  template <typename Message>
  Message& Make() {
    return *google::protobuf::Arena::CreateMessage<Message>(&arena_);
  }

  std::optional<grpc::ClientContext> context;
  SteadyTime due;
  int size = 0;
  const v1::BatchSubmitInquiriesResponse* many_answers = nullptr;

 private:
  static constexpr size_t kBytes = 2048;  // of an inquiry and its answer, beside texts

  std::vector<char> memory_;
  google::protobuf::Arena arena_;
};

Submitter::Submitter(const std::shared_ptr<grpc::Channel>& channel, SubmitterOptions options, const Bodies& bodies,
                     LoadRecorder& recorder, std::atomic<int64_t>& budget)
    : stub_(v1::IntakeService::NewStub(channel)),
      options_(std::move(options)),
      bodies_(bodies),
      recorder_(recorder),
      budget_(budget) {
  const int calls = options_.rate > 0 ? options_.most_calls : options_.calls;
  for (int i = 0; i < calls; ++i) idle_.push_back(calls_.emplace_back(std::make_unique<Call>(options_.batch)).get());
}

Submitter::~Submitter() = default;

void Submitter::Run(SteadyTime end) {
  end_ = end;
  if (options_.rate > 0) {
    RunAtRate();
  } else {
    for (int i = 0; i < options_.calls; ++i) {
      Call* call = TakeIdle();
      if (!Send(call, Clock::now())) PutBack(call);
    }
  }
  std::unique_lock lock(mutex_);
  idle_changed_.wait(lock, [this] { return idle_.size() == calls_.size(); });
}

void Submitter::RunAtRate() {
  const std::chrono::nanoseconds step(static_cast<int64_t>(1e9 * options_.batch / options_.rate));
  for (SteadyTime due = Clock::now(); due < end_; due += step) {
    std::this_thread::sleep_until(due);
    Call* call = TakeIdle();
    if (!Send(call, due)) return PutBack(call);
  }
}

// False where the budget is used up.
bool Submitter::Send(Call* call, SteadyTime due) {
  call->size = static_cast<int>(std::clamp<int64_t>(budget_.fetch_sub(options_.batch), 0, options_.batch));
  if (call->size == 0) return false;
  call->Renew(options_.caller);
  call->due = due;
  auto done = [this, call](const grpc::Status& status) { Done(call, status); };
  if (options_.batch == 1) {
    auto& one = call->Make<v1::SubmitInquiryRequest>();
    FillInquiry(one, due);
    stub_->async()->SubmitInquiry(&*call->context, &one, &call->Make<v1::SubmitInquiryResponse>(), std::move(done));
    return true;
  }
  auto& many = call->Make<v1::BatchSubmitInquiriesRequest>();
  auto& many_answers = call->Make<v1::BatchSubmitInquiriesResponse>();
  call->many_answers = &many_answers;
  for (int i = 0; i < call->size; ++i) FillInquiry(*many.add_requests(), due);
  stub_->async()->BatchSubmitInquiries(&*call->context, &many, &many_answers, std::move(done));
  return true;
}

void Submitter::FillInquiry(v1::SubmitInquiryRequest& request, SteadyTime due) {
  v1::Inquiry& inquiry = *request.mutable_inquiry();
  inquiry.set_channel(v1::WEB);
  inquiry.set_text(bodies_.Make(sent_.fetch_add(1, std::memory_order_relaxed), due));
  if (!options_.topic.empty()) inquiry.set_topic(options_.topic);
  if (options_.decided) inquiry.set_priority(v1::NORMAL);
  if (!options_.language.empty()) inquiry.set_language(options_.language);
  if (!options_.author.empty()) inquiry.set_author(options_.author);
  if (options_.request_ids) request.set_request_id(RandomUuid());
}

void Submitter::Done(Call* call, const grpc::Status& status) {
  Count(*call, status);
  const bool again = options_.rate == 0 && Clock::now() < end_;
  if (!again || !Send(call, Clock::now())) PutBack(call);
}

void Submitter::Count(const Call& call, const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
    return recorder_.Refused(call.size, HasRetryInfo(status));
  }
  if (!status.ok()) return recorder_.Failed(call.size, status.error_message());
  if (options_.batch == 1) return recorder_.Submitted(1, call.due);
  int accepted = 0;
  for (const v1::SubmitResult& result : call.many_answers->results()) {
    if (result.has_accepted()) {
      ++accepted;
    } else if (result.error().code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
      recorder_.Refused(1, false);
    } else {
      recorder_.Failed(1, result.error().message());
    }
  }
  if (accepted > 0) recorder_.Submitted(accepted, call.due);
}

Submitter::Call* Submitter::TakeIdle() {
  std::unique_lock lock(mutex_);
  idle_changed_.wait(lock, [this] { return !idle_.empty(); });
  Call* call = idle_.back();
  idle_.pop_back();
  return call;
}

void Submitter::PutBack(Call* call) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(call);
  idle_changed_.notify_all();
}

}  // namespace switchboard::bench
