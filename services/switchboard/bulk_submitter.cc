#include "services/switchboard/bulk_submitter.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "common/rpc/status_conversion.h"
#include "common/text/string_view.h"
#include "services/switchboard/retry.h"

namespace switchboard::client {
namespace {

void Pause(absl::Duration duration) { std::this_thread::sleep_for(absl::ToChronoMilliseconds(duration)); }

}  // namespace

BulkSubmitter::BulkSubmitter(v1::IntakeService::Stub& stub, const Clock& clock, BulkOptions options,
                             OnAccepted on_accepted, OnRejected on_rejected, OnProgress on_progress)
    : stub_(stub),
      clock_(clock),
      options_(options),
      on_accepted_(std::move(on_accepted)),
      on_rejected_(std::move(on_rejected)),
      on_progress_(std::move(on_progress)) {}

BulkSummary BulkSubmitter::Run(InquiryReader& reader) {
  {
    absl::MutexLock lock(&mutex_);
    last_progress_ = clock_.Elapsed();
  }
  absl::Duration pause = kFirstPause;
  while (WorkLeft()) {
    const absl::Duration before = [this] {
      absl::MutexLock lock(&mutex_);
      return last_progress_;
    }();
    const grpc::Status status = RunStream(reader);
    if (!WorkLeft()) break;
    absl::MutexLock lock(&mutex_);
    if (!status.ok() && !WantsAnotherTry(status.error_code())) {
      summary_.status = FromGrpc(status);
      break;
    }
    pause = last_progress_ > before ? kFirstPause : std::min(pause * 2, kLongestPause);
    if (clock_.Elapsed() - last_progress_ > options_.give_up_after) {
      summary_.status =
          status.ok() ? absl::UnavailableError("the server keeps asking to try again later") : FromGrpc(status);
      break;
    }
    mutex_.Unlock();
    Pause(pause);
    mutex_.Lock();
  }
  absl::MutexLock lock(&mutex_);
  return summary_;
}

bool BulkSubmitter::WorkLeft() {
  absl::MutexLock lock(&mutex_);
  return !input_ended_ || !again_.empty() || !unanswered_.empty();
}

grpc::Status BulkSubmitter::RunStream(InquiryReader& reader) {
  grpc::ClientContext context;
  auto stream = stub_.StreamInquiries(&context);
  {
    absl::MutexLock lock(&mutex_);
    stream_ended_ = false;
  }
  std::thread answers([&] { ReadAnswers(*stream); });
  v1::StreamInquiriesRequest message;
  while (auto record = NextToSend(reader)) {
    *message.mutable_request() = record->request;
    {
      absl::MutexLock lock(&mutex_);
      message.set_sequence(next_sequence_++);
      unanswered_.emplace(message.sequence(), *std::move(record));
    }
    if (!stream->Write(message)) break;
  }
  stream->WritesDone();
  answers.join();
  const grpc::Status status = stream->Finish();
  absl::MutexLock lock(&mutex_);
  for (auto& [sequence, record] : unanswered_) again_.push_back(std::move(record));
  unanswered_.clear();
  return status;
}

std::optional<InquiryRecord> BulkSubmitter::NextToSend(InquiryReader& reader) {
  absl::MutexLock lock(&mutex_);
  const auto may_go_on = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stream_ended_ || static_cast<int>(unanswered_.size()) < options_.window;
  };
  const auto has_news = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stream_ended_ || unanswered_.empty() || !again_.empty();
  };
  while (true) {
    mutex_.Await(absl::Condition(&may_go_on));
    if (stream_ended_) return std::nullopt;
    if (!input_ended_) {
      std::optional<InquiryRecord> record = reader.Next();
      if (!record.has_value()) {
        input_ended_ = true;
        continue;
      }
      ++summary_.read;
      if (record->status.ok()) return record;
      v1::SubmitError error;
      error.set_code(grpc::INVALID_ARGUMENT);
      error.set_reason("UNREADABLE_RECORD");
      error.set_message(std::string(record->status.message()));
      Reject(*record, error);
      continue;
    }
    // Those that were refused for the moment go again once the others are answered, a little later.
    if (unanswered_.empty()) {
      if (again_.empty()) return std::nullopt;
      InquiryRecord record = std::move(again_.front());
      again_.pop_front();
      return record;
    }
    if (!again_.empty()) {
      InquiryRecord record = std::move(again_.front());
      again_.pop_front();
      mutex_.Unlock();
      Pause(absl::Milliseconds(20));
      mutex_.Lock();
      return record;
    }
    mutex_.Await(absl::Condition(&has_news));
  }
}

void BulkSubmitter::ReadAnswers(Stream& stream) {
  v1::StreamInquiriesResponse answer;
  while (stream.Read(&answer)) {
    absl::MutexLock lock(&mutex_);
    HandleAnswer(answer);
  }
  absl::MutexLock lock(&mutex_);
  stream_ended_ = true;
}

void BulkSubmitter::HandleAnswer(const v1::StreamInquiriesResponse& answer) {
  const auto found = unanswered_.find(answer.sequence());
  if (found == unanswered_.end()) return;
  InquiryRecord record = std::move(found->second);
  unanswered_.erase(found);
  if (answer.result().has_accepted()) {
    Accept(record, answer.result().accepted());
  } else if (WantsAnotherTry(answer.result().error().code())) {
    again_.push_back(std::move(record));
  } else {
    Reject(record, answer.result().error());
  }
}

void BulkSubmitter::Accept(const InquiryRecord& record, const v1::SubmitInquiryResponse& response) {
  ++summary_.accepted;
  if (response.duplicate()) ++summary_.duplicates;
  if (response.inquiry().topic_assignment().unsure()) ++summary_.unsure;
  last_progress_ = clock_.Elapsed();
  on_accepted_(record, response);
  on_progress_(summary_.accepted + summary_.rejected);
}

void BulkSubmitter::Reject(const InquiryRecord& record, const v1::SubmitError& error) {
  ++summary_.rejected;
  last_progress_ = clock_.Elapsed();
  on_rejected_(record, error);
  on_progress_(summary_.accepted + summary_.rejected);
}

}  // namespace switchboard::client
