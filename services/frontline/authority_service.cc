#include "services/frontline/authority_service.h"

#include <utility>

#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/frontline/draft_to_proto.h"
#include "services/wire/field_checks.h"
#include "services/wire/page_token.h"
#include "services/wire/reply_decision.h"

namespace switchboard::frontline {
namespace {

using wire::Need;

constexpr int kUsualDraftPage = 100;
constexpr int kLargestDraftPage = 1000;
constexpr int kHighestAuthority = 9;
constexpr int kMostReviewQueues = 100;
constexpr int kMostClaimed = 100;
constexpr absl::Duration kShortestReview = absl::Seconds(1);
constexpr absl::Duration kUsualReview = absl::Minutes(15);
constexpr absl::Duration kLongestReview = absl::Hours(24);

queue::DraftKey CheckDraft(std::string_view name, FieldViolations& violations) {
  const absl::StatusOr<queue::DraftKey> key = ParseDraftName(name);
  violations.AddIfError("name", key.status());
  return key.value_or(queue::DraftKey());
}

int64_t CheckReviewToken(std::string_view token, Need need, FieldViolations& violations) {
  if (token.empty() && need == Need::kOptional) return 0;
  const absl::StatusOr<int64_t> parsed = ParseId(token);
  if (!parsed.ok()) violations.Add("review_token", "must be the review_token of a claimed draft");
  return parsed.value_or(0);
}

template <typename Request>
Reviewer CheckReviewer(const Request& request, FieldViolations& violations) {
  return {wire::CheckWorker("reviewer", request.reviewer(), violations),
          wire::CheckCount("authority_level", request.authority_level(), 0, 0, kHighestAuthority, violations),
          CheckReviewToken(request.review_token(), Need::kOptional, violations)};
}

absl::StatusOr<queue::ReviewRequest> ReadReview(const v1::ClaimReplyDraftsRequest& request) {
  FieldViolations violations;
  queue::ReviewRequest review;
  review.worker = wire::CheckWorker("reviewer", request.reviewer(), violations);
  review.queues = wire::CheckQueues("queues", request.queues(), kMostReviewQueues, violations);
  review.languages = wire::CheckLanguages("languages", request.languages(), violations);
  review.authority_level =
      wire::CheckCount("authority_level", request.authority_level(), 0, 0, kHighestAuthority, violations);
  review.max_drafts = wire::CheckCount("max_drafts", request.max_drafts(), 1, 1, kMostClaimed, violations);
  review.duration = kUsualReview;
  if (request.has_review_duration()) {
    review.duration =
        wire::CheckDuration("review_duration", request.review_duration(), kShortestReview, kLongestReview, violations);
  }
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return review;
}

}  // namespace

AuthorityService::AuthorityService(RpcEdge& edge, Executor& blocking, const ClaimGate& gate, ReplyDeskParts parts)
    : edge_(edge),
      blocking_(blocking),
      engine_(parts.engine),
      gate_(gate),
      desk_(parts),
      get_(edge.Method(kName, "GetReplyDraft")),
      list_(edge.Method(kName, "ListReplyDrafts")),
      claim_(edge.Method(kName, "ClaimReplyDrafts")),
      release_(edge.Method(kName, "ReleaseReplyDraft")),
      approve_(edge.Method(kName, "ApproveReplyDraft")),
      return_(edge.Method(kName, "ReturnReplyDraft")) {}

absl::Status AuthorityService::Get(const v1::GetReplyDraftRequest& request, v1::ReplyDraft& response) const {
  FieldViolations violations;
  const queue::DraftKey key = CheckDraft(request.name(), violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredDraft draft, engine_.GetDraft(key));
  FillDraft(draft, engine_, response);
  return absl::OkStatus();
}

absl::Status AuthorityService::List(const v1::ListReplyDraftsRequest& request,
                                    v1::ListReplyDraftsResponse& response) const {
  FieldViolations violations;
  queue::DraftFilter filter;
  wire::CheckEnum("state", request.state(), Need::kOptional, violations);
  const bool any = request.state() == v1::ReplyDraft::STATE_UNSPECIFIED;
  filter.state = any ? queue::DraftState::kWaiting : static_cast<queue::DraftState>(request.state());
  const std::string queue = wire::CheckQueue("queue", request.queue(), Need::kOptional, violations);
  if (!request.author().empty()) filter.worker = wire::CheckWorker("author", request.author(), violations);
  filter.highest_authority = wire::CheckCount("authority_level", request.authority_level(), kHighestAuthority, 1,
                                              kHighestAuthority, violations);
  const int size =
      wire::CheckPageSize("page_size", request.page_size(), kUsualDraftPage, kLargestDraftPage, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  if (!queue.empty()) {
    SWITCHBOARD_ASSIGN_OR_RETURN(filter.queue, engine_.NumberOf(queue));
  }
  const wire::PageScope scope("ListReplyDrafts", StrCat(static_cast<int>(*filter.state), " ", queue, " ", filter.worker,
                                                        " ", filter.highest_authority));
  SWITCHBOARD_ASSIGN_OR_RETURN(filter.after_id, scope.CursorIn(request.page_token()));
  filter.limit = size + 1;
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<queue::StoredDraft> drafts, engine_.ListDrafts(filter));
  for (const queue::StoredDraft& draft : drafts) {
    if (response.drafts_size() == size) {
      response.set_next_page_token(scope.TokenAfter(drafts[static_cast<size_t>(size) - 1].id));
      break;
    }
    FillDraft(draft, engine_, *response.add_drafts());
  }
  return absl::OkStatus();
}

absl::Status AuthorityService::Claim(const v1::ClaimReplyDraftsRequest& request,
                                     v1::ClaimReplyDraftsResponse& response) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(queue::ReviewRequest review, ReadReview(request));
  for (const std::string& queue : review.queues) SWITCHBOARD_RETURN_IF_ERROR(engine_.NumberOf(queue).status());
  if (!gate_.AdmitReview(review)) return absl::OkStatus();
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<queue::StoredDraft> drafts, engine_.ClaimDrafts(review));
  for (const queue::StoredDraft& draft : drafts) {
    v1::ReplyDraft& out = *response.add_drafts();
    FillDraft(draft, engine_, out);
    out.set_review_token(FormatId(draft.review.token));
  }
  return absl::OkStatus();
}

absl::Status AuthorityService::Release(const v1::ReleaseReplyDraftRequest& request, v1::ReplyDraft& response) const {
  FieldViolations violations;
  const queue::DraftKey key = CheckDraft(request.name(), violations);
  const std::string reviewer = wire::CheckWorker("reviewer", request.reviewer(), violations);
  const int64_t token = CheckReviewToken(request.review_token(), Need::kRequired, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_RETURN_IF_ERROR(engine_.ReleaseDrafts(reviewer, key, token).status());
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredDraft draft, engine_.GetDraft(key));
  FillDraft(draft, engine_, response);
  return absl::OkStatus();
}

absl::Status AuthorityService::Approve(const v1::ApproveReplyDraftRequest& request,
                                       v1::ApproveReplyDraftResponse& response) const {
  FieldViolations violations;
  const queue::DraftKey key = CheckDraft(request.name(), violations);
  const Reviewer reviewer = CheckReviewer(request, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_ASSIGN_OR_RETURN(const Approval approval, desk_.Approve(key, reviewer));
  wire::FillDecision(approval.decision, *response.mutable_decision());
  FillDraft(approval.draft, engine_, *response.mutable_draft());
  response.set_reopened(approval.reopened);
  response.set_repeated(approval.repeated);
  return absl::OkStatus();
}

absl::Status AuthorityService::Return(const v1::ReturnReplyDraftRequest& request, v1::ReplyDraft& response) const {
  FieldViolations violations;
  const queue::DraftKey key = CheckDraft(request.name(), violations);
  const Reviewer reviewer = CheckReviewer(request, violations);
  wire::CheckReason("advice", request.advice(), Need::kRequired, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredDraft draft, desk_.Return(key, reviewer, request.advice()));
  FillDraft(draft, engine_, response);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* AuthorityService::GetReplyDraft(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::GetReplyDraftRequest, v1::ReplyDraft>(
      blocking_, context, in, out, get_,
      [this](const v1::GetReplyDraftRequest& request, CallInfo&, Responder<v1::ReplyDraft> respond) {
        const absl::Status status = Get(request, respond.response());
        respond(status);
      });
}

grpc::ServerUnaryReactor* AuthorityService::ListReplyDrafts(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::ListReplyDraftsRequest, v1::ListReplyDraftsResponse>(
      blocking_, context, in, out, list_,
      [this](const v1::ListReplyDraftsRequest& request, CallInfo&, Responder<v1::ListReplyDraftsResponse> respond) {
        const absl::Status status = List(request, respond.response());
        respond(status);
      });
}

grpc::ServerUnaryReactor* AuthorityService::ClaimReplyDrafts(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::ClaimReplyDraftsRequest, v1::ClaimReplyDraftsResponse>(
      blocking_, context, in, out, claim_,
      [this](const v1::ClaimReplyDraftsRequest& request, CallInfo&, Responder<v1::ClaimReplyDraftsResponse> respond) {
        const absl::Status status = Claim(request, respond.response());
        respond(status);
      });
}

grpc::ServerUnaryReactor* AuthorityService::ReleaseReplyDraft(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::ReleaseReplyDraftRequest, v1::ReplyDraft>(
      blocking_, context, in, out, release_,
      [this](const v1::ReleaseReplyDraftRequest& request, CallInfo& call, Responder<v1::ReplyDraft> respond) {
        const absl::Status status = Release(request, respond.response());
        call.set_inquiry(respond.response().inquiry());
        respond(status);
      });
}

grpc::ServerUnaryReactor* AuthorityService::ApproveReplyDraft(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::ApproveReplyDraftRequest, v1::ApproveReplyDraftResponse>(
      blocking_, context, in, out, approve_,
      [this](const v1::ApproveReplyDraftRequest& request, CallInfo& call,
             Responder<v1::ApproveReplyDraftResponse> respond) {
        const absl::Status status = Approve(request, respond.response());
        call.set_inquiry(respond.response().draft().inquiry());
        respond(status);
      });
}

grpc::ServerUnaryReactor* AuthorityService::ReturnReplyDraft(Context* context, const Bytes* in, Bytes* out) {
  return edge_.UnaryOn<v1::ReturnReplyDraftRequest, v1::ReplyDraft>(
      blocking_, context, in, out, return_,
      [this](const v1::ReturnReplyDraftRequest& request, CallInfo& call, Responder<v1::ReplyDraft> respond) {
        const absl::Status status = Return(request, respond.response());
        call.set_inquiry(respond.response().inquiry());
        respond(status);
      });
}

}  // namespace switchboard::frontline
