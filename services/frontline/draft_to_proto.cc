#include "services/frontline/draft_to_proto.h"

#include "common/ids/resource_name.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/wire/times.h"

namespace switchboard::frontline {
namespace {

constexpr std::string_view kMiddle = "/drafts/";

void FillReview(const queue::DraftReview& review, v1::ReplyDraft& out) {
  if (review.worker.empty()) return;
  out.set_reviewer(WorkerName(review.worker));
  wire::SetTime(review.until, out.mutable_review_expire_time());
}

}  // namespace

std::string DraftName(const queue::DraftKey& key) {
  return StrCat(InquiryName(key.inquiry), kMiddle, FormatId(key.draft));
}

absl::StatusOr<queue::DraftKey> ParseDraftName(std::string_view name) {
  const size_t middle = name.find(kMiddle);
  if (middle == std::string_view::npos) {
    return absl::InvalidArgumentError("must be inquiries/{inquiry}/drafts/{draft}");
  }
  queue::DraftKey key;
  SWITCHBOARD_ASSIGN_OR_RETURN(key.inquiry, ParseInquiryName(name.substr(0, middle)));
  SWITCHBOARD_ASSIGN_OR_RETURN(key.draft, ParseId(name.substr(middle + kMiddle.size())));
  return key;
}

void FillDraft(const queue::StoredDraft& draft, const queue::QueueEngine& engine, v1::ReplyDraft& out) {
  out.set_name(DraftName({draft.lease.id, draft.id}));
  out.set_inquiry(InquiryName(draft.lease.id));
  out.set_queue(QueueName(engine.NameOf(draft.lease.place.queue)));
  out.set_state(static_cast<v1::ReplyDraft::State>(draft.state));
  out.set_author(WorkerName(draft.message.worker));
  out.set_text(draft.message.text);
  out.set_visibility(static_cast<v1::Visibility>(draft.message.visibility));
  out.set_disposition(static_cast<v1::Disposition>(draft.disposition));
  out.set_authority_level(draft.authority_level);
  out.set_refusal(draft.refusal);
  wire::SetTime(draft.message.create_time, out.mutable_create_time());
  wire::SetTime(draft.deadline, out.mutable_deadline());
  out.set_at_deadline(static_cast<v1::ReplyDraft::AtDeadline>(draft.at_deadline));
  if (draft.state == queue::DraftState::kWaiting) return FillReview(draft.review, out);
  if (!draft.decided_by.empty()) out.set_decided_by(WorkerName(draft.decided_by));
  wire::SetTime(draft.decide_time, out.mutable_decide_time());
  out.set_advice(draft.advice);
  out.set_lease_token(engine.TokenOf(draft));
  if (!out.lease_token().empty()) wire::SetTime(draft.lease_until, out.mutable_lease_expire_time());
}

}  // namespace switchboard::frontline
