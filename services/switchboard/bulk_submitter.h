// Sends many inquiries over StreamInquiries, again and again until each has an answer that is final.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARD_BULK_SUBMITTER_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARD_BULK_SUBMITTER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "services/switchboard/inquiry_reader.h"
#include "switchboard/v1/intake.grpc.pb.h"

namespace switchboard::client {

struct BulkOptions {
  int window = 1000;                                // unanswered inquiries, at most the server's own bound
  absl::Duration give_up_after = absl::Minutes(5);  // without any final answer
};

struct BulkSummary {
  int64_t read = 0;
  int64_t accepted = 0;  // those stored before included
  int64_t duplicates = 0;
  int64_t unsure = 0;
  int64_t rejected = 0;
  absl::Status status;  // not OK: given up; the inquiries not counted above have no answer
};

// One run. The callbacks are called one at a time, from two threads.
class BulkSubmitter {
 public:
  using OnAccepted = std::function<void(const InquiryRecord&, const v1::SubmitInquiryResponse&)>;
  using OnRejected = std::function<void(const InquiryRecord&, const v1::SubmitError&)>;
  using OnProgress = std::function<void(int64_t answered)>;

  BulkSubmitter(v1::IntakeService::Stub& stub, const Clock& clock, BulkOptions options, OnAccepted on_accepted,
                OnRejected on_rejected, OnProgress on_progress);

  BulkSummary Run(InquiryReader& reader);

 private:
  using Stream = grpc::ClientReaderWriter<v1::StreamInquiriesRequest, v1::StreamInquiriesResponse>;

  grpc::Status RunStream(InquiryReader& reader);
  void ReadAnswers(Stream& stream);
  void HandleAnswer(const v1::StreamInquiriesResponse& answer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Accept(const InquiryRecord& record, const v1::SubmitInquiryResponse& response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Reject(const InquiryRecord& record, const v1::SubmitError& error) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The next inquiry to send; nothing when all are answered or the stream ended.
  std::optional<InquiryRecord> NextToSend(InquiryReader& reader) ABSL_LOCKS_EXCLUDED(mutex_);
  bool WorkLeft() ABSL_LOCKS_EXCLUDED(mutex_);

  v1::IntakeService::Stub& stub_;
  const Clock& clock_;
  const BulkOptions options_;
  const OnAccepted on_accepted_;
  const OnRejected on_rejected_;
  const OnProgress on_progress_;

  absl::Mutex mutex_;
  std::map<int64_t, InquiryRecord> unanswered_ ABSL_GUARDED_BY(mutex_);  // by sequence
  std::deque<InquiryRecord> again_ ABSL_GUARDED_BY(mutex_);              // the server asked for another try
  int64_t next_sequence_ ABSL_GUARDED_BY(mutex_) = 1;
  bool stream_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool input_ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Duration last_progress_ ABSL_GUARDED_BY(mutex_);
  BulkSummary summary_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::client

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARD_BULK_SUBMITTER_H_
