// Takes inquiries in: check, sort, route, store; one by one or many at once.
#ifndef SWITCHBOARD_SERVICES_INTAKE_SUBMITTER_H_
#define SWITCHBOARD_SERVICES_INTAKE_SUBMITTER_H_

#include <cstddef>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "common/runtime/executor.h"
#include "services/intake/draft.h"
#include "services/intake/intake_metrics.h"
#include "services/queue/queue_engine.h"
#include "services/triage/service/counted_triage.h"
#include "switchboard/v1/intake.pb.h"

namespace switchboard::intake {

// Thread-safe. All of its parts outlive it. Nothing here blocks: what waits for the database without a commit (looking
// up the inquiry behind a repeated request) runs on `blocking`.
class Submitter {
 public:
  using Done = absl::AnyInvocable<void(absl::Status)>;

  Submitter(queue::QueueEngine& engine, const triage::CountedTriage& triage, Executor& blocking, IntakeMetrics& metrics,
            size_t max_text_bytes)
      : engine_(engine), triage_(triage), blocking_(blocking), metrics_(metrics), max_text_bytes_(max_text_bytes) {}

  // Answers into `answer`, which lives until `done` ran; `done` runs exactly once, on any thread. `request` is not
  // needed after this returns.
  void Submit(const v1::SubmitInquiryRequest& request, std::string_view caller, v1::SubmitInquiryResponse& answer,
              Done done);

  // Each request by itself; `results` has one element a request when `done` runs. Two requests of one batch with the
  // same request id: the first is stored, the second is its repetition, or refused where its content is another.
  void SubmitBatch(const google::protobuf::RepeatedPtrField<v1::SubmitInquiryRequest>& requests,
                   std::string_view caller, google::protobuf::RepeatedPtrField<v1::SubmitResult>& results,
                   absl::AnyInvocable<void()> done);

 private:
  class Batch;

  // Fills in the submission to store, and `answer` as far as it is known.
  absl::Status Prepare(const v1::SubmitInquiryRequest& request, std::string_view caller, Draft& draft,
                       v1::SubmitInquiryResponse& answer) const;

  // Fills in what storing gave, and counts it.
  void FillStored(const queue::Accepted& accepted, v1::SubmitInquiryResponse& answer);

  void AnswerDuplicate(int64_t id, v1::SubmitInquiryResponse& answer, Done done);

  // Fills in the inquiry that an earlier request had stored. Blocks.
  absl::Status FillDuplicate(int64_t id, v1::SubmitInquiryResponse& answer);

  queue::QueueEngine& engine_;
  const triage::CountedTriage& triage_;
  Executor& blocking_;
  IntakeMetrics& metrics_;
  const size_t max_text_bytes_;
};

}  // namespace switchboard::intake

#endif  // SWITCHBOARD_SERVICES_INTAKE_SUBMITTER_H_
