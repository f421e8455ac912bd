#include "services/intake/submitter.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/ids/resource_name.h"
#include "common/ids/uuid.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/intake/submit_error.h"
#include "services/wire/inquiry_to_proto.h"
#include "services/wire/times.h"

namespace switchboard::intake {
namespace {

absl::Status TooBusyToLookUp() {
  return Overloaded(
      "the inquiry is stored, but there is no room to look it up; repeat the request with the same request_id",
      absl::Milliseconds(250));
}

absl::Status RequestIdReusedInBatch() {
  return MakeError(
      absl::StatusCode::kAlreadyExists, reason::kRequestIdReused,
      "another request of this batch has the same request_id and other content; give each request its own");
}

}  // namespace

// One batch on its way. Elements are answered on the engine's threads, each into a result of its own; the last one
// concludes.
class Submitter::Batch : public std::enable_shared_from_this<Submitter::Batch> {
 public:
  Batch(Submitter& submitter, google::protobuf::RepeatedPtrField<v1::SubmitResult>& results, int size,
        absl::AnyInvocable<void()> done)
      : submitter_(submitter), results_(results), done_(std::move(done)), outcomes_(static_cast<size_t>(size)) {
    results.Reserve(size);
    for (int i = 0; i < size; ++i) results.Add();
  }

  void Run(const google::protobuf::RepeatedPtrField<v1::SubmitInquiryRequest>& requests, std::string_view caller) {
    keep_alive_ = shared_from_this();
    std::vector<queue::PendingSubmission> submissions;
    submissions.reserve(static_cast<size_t>(requests.size()));
    for (int i = 0; i < requests.size(); ++i) Take(requests[i], caller, i, submissions);
    // One more than there are, so that nothing concludes before all of them are handed over.
    pending_ = static_cast<int>(submissions.size()) + 1;
    submitter_.engine_.SubmitAll(std::move(submissions));
    ElementDone();
  }

 private:
  // What became of one element, as far as it needs to be known after its callback.
  struct Outcome {
    absl::Status status;
    int64_t duplicate_of = 0;  // an inquiry that an earlier request had stored
    int repeats = -1;          // the index of the request of this batch that this one repeats
  };

  struct FirstUse {
    int index = 0;
    uint64_t content_hash = 0;
  };

  void Take(const v1::SubmitInquiryRequest& request, std::string_view caller, int index,
            std::vector<queue::PendingSubmission>& submissions) {
    Draft draft;
    absl::Status& status = outcomes_[static_cast<size_t>(index)].status;
    status = submitter_.Prepare(request, caller, draft, *results_[index].mutable_accepted());
    if (!status.ok() || draft.validate_only) return;
    if (draft.submission.request_id && RepeatsEarlier(draft.submission, index)) return;
    queue::PendingSubmission& pending = submissions.emplace_back();
    pending.submission = std::move(draft.submission);
    // Two words, so that the callback needs no memory of its own.
    pending.done = [this, index](absl::StatusOr<queue::Accepted> a) { Answered(index, std::move(a)); };
  }

  bool RepeatsEarlier(const queue::Submission& submission, int index) {
    const auto [first, is_new] =
        first_uses_.try_emplace(*submission.request_id, FirstUse{index, submission.content_hash});
    if (is_new) return false;
    Outcome& outcome = outcomes_[static_cast<size_t>(index)];
    if (first->second.content_hash == submission.content_hash) {
      outcome.repeats = first->second.index;
    } else {
      outcome.status = RequestIdReusedInBatch();
    }
    return true;
  }

  void Answered(int index, absl::StatusOr<queue::Accepted> accepted) {
    Outcome& outcome = outcomes_[static_cast<size_t>(index)];
    outcome.status = accepted.status();
    if (accepted.ok() && accepted->duplicate) {
      outcome.duplicate_of = accepted->id;
      has_duplicates_.store(true, std::memory_order_relaxed);
    } else if (accepted.ok()) {
      submitter_.FillStored(*accepted, *results_[index].mutable_accepted());
    }
    ElementDone();
  }

  void ElementDone() {
    if (pending_.fetch_sub(1) != 1) return;
    if (!has_duplicates_) return Finish();
    if (!submitter_.blocking_.TrySubmit([self = shared_from_this()] {
          self->LookUpDuplicates();
          self->Finish();
        })) {
      RefuseDuplicates();
      Finish();
    }
  }

  void LookUpDuplicates() {
    for (size_t i = 0; i < outcomes_.size(); ++i) {
      Outcome& outcome = outcomes_[i];
      if (outcome.duplicate_of == 0) continue;
      outcome.status =
          submitter_.FillDuplicate(outcome.duplicate_of, *results_[static_cast<int>(i)].mutable_accepted());
    }
  }

  void RefuseDuplicates() {
    for (Outcome& outcome : outcomes_) {
      if (outcome.duplicate_of != 0) outcome.status = TooBusyToLookUp();
    }
  }

  void Finish() {
    for (size_t i = 0; i < outcomes_.size(); ++i) {
      const int index = static_cast<int>(i);
      const int first = outcomes_[i].repeats;
      if (first >= 0) {
        outcomes_[i].status = outcomes_[static_cast<size_t>(first)].status;
        if (outcomes_[i].status.ok()) {
          results_[index].CopyFrom(results_[first]);
          results_[index].mutable_accepted()->set_duplicate(true);
        }
      }
      Conclude(outcomes_[i].status, results_[index]);
    }
    const std::shared_ptr<Batch> self = std::move(keep_alive_);
    done_();
  }

  std::shared_ptr<Batch> keep_alive_;  // until it is finished
  Submitter& submitter_;
  google::protobuf::RepeatedPtrField<v1::SubmitResult>& results_;
  absl::AnyInvocable<void()> done_;
  std::vector<Outcome> outcomes_;
  absl::flat_hash_map<Uuid, FirstUse> first_uses_;
  std::atomic<int> pending_{0};
  std::atomic<bool> has_duplicates_{false};
};

void Submitter::Submit(const v1::SubmitInquiryRequest& request, std::string_view caller,
                       v1::SubmitInquiryResponse& answer, Done done) {
  Draft draft;
  const absl::Status prepared = Prepare(request, caller, draft, answer);
  if (!prepared.ok() || draft.validate_only) return done(prepared);
  engine_.Submit(std::move(draft.submission),
                 [this, &answer, done = std::move(done)](absl::StatusOr<queue::Accepted> accepted) mutable {
                   if (!accepted.ok()) return done(accepted.status());
                   if (!accepted->duplicate) {
                     FillStored(*accepted, answer);
                     return done(absl::OkStatus());
                   }
                   AnswerDuplicate(accepted->id, answer, std::move(done));
                 });
}

void Submitter::SubmitBatch(const google::protobuf::RepeatedPtrField<v1::SubmitInquiryRequest>& requests,
                            std::string_view caller, google::protobuf::RepeatedPtrField<v1::SubmitResult>& results,
                            absl::AnyInvocable<void()> done) {
  std::make_shared<Batch>(*this, results, requests.size(), std::move(done))->Run(requests, caller);
}

absl::Status Submitter::Prepare(const v1::SubmitInquiryRequest& request, std::string_view caller, Draft& draft,
                                v1::SubmitInquiryResponse& answer) const {
  auto in_force = triage_.InForce();
  const triage::Configuration* configuration = in_force.ok() ? (*in_force)->configuration.get() : nullptr;
  SWITCHBOARD_RETURN_IF_ERROR(ReadDraft(request, configuration, max_text_bytes_, draft));
  SWITCHBOARD_RETURN_IF_ERROR(SortAndRoute(draft, triage_));
  draft.submission.caller = std::string(caller);
  FillAnswer(draft.submission, answer);
  return absl::OkStatus();
}

void Submitter::FillStored(const queue::Accepted& accepted, v1::SubmitInquiryResponse& answer) {
  v1::Inquiry& inquiry = *answer.mutable_inquiry();
  inquiry.set_name(InquiryName(accepted.id));
  inquiry.set_state(v1::Inquiry::READY);
  wire::SetTime(accepted.create_time, inquiry.mutable_create_time());
  wire::SetTime(accepted.first_response_due, inquiry.mutable_first_response_due_time());
  metrics_.CountReceived(static_cast<int16_t>(inquiry.channel()),
                         static_cast<int16_t>(inquiry.topic_assignment().method()));
}

void Submitter::AnswerDuplicate(int64_t id, v1::SubmitInquiryResponse& answer, Done done) {
  const auto shared = std::make_shared<Done>(std::move(done));
  const bool taken = blocking_.TrySubmit([this, id, &answer, shared] { (*shared)(FillDuplicate(id, answer)); });
  if (!taken) (*shared)(TooBusyToLookUp());
}

absl::Status Submitter::FillDuplicate(int64_t id, v1::SubmitInquiryResponse& answer) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredInquiry stored, engine_.Get(id));
  answer.Clear();
  wire::FillInquiry(stored, engine_.NameOf(stored.queue), wire::WithText::kNo, *answer.mutable_inquiry());
  answer.set_duplicate(true);
  return absl::OkStatus();
}

}  // namespace switchboard::intake
