#include "services/frontline/request_reader.h"

#include <algorithm>
#include <utility>

#include "common/ids/resource_name.h"
#include "common/status/status_macros.h"
#include "common/text/duration.h"
#include "common/text/string_view.h"
#include "services/frontline/dispositions.h"
#include "services/queue/lease_token.h"
#include "services/wire/field_checks.h"

namespace switchboard::frontline {
namespace {

using queue::EventKind;
using queue::SettleRequest;
using wire::Need;

// The fields that a claim and the start of a stream have in common.
template <typename Request>
queue::ClaimRequest ReadWho(const Request& request, const FrontlineOptions& options, FieldViolations& violations) {
  queue::ClaimRequest claim;
  claim.queues = wire::CheckQueues("queues", request.queues(), options.max_queues, violations);
  claim.worker = wire::CheckWorker("worker", request.worker(), violations);
  claim.languages = wire::CheckLanguages("languages", request.languages(), violations);
  if (request.has_lease_duration()) {
    claim.lease_duration = wire::CheckDuration("lease_duration", request.lease_duration(), options.min_lease,
                                               options.max_lease, violations);
  }
  return claim;
}

SettleRequest Settling(const std::string& lease_token, EventKind kind) {
  SettleRequest settle;
  settle.lease_token = lease_token;
  settle.kind = kind;
  return settle;
}

// Each cited answer once, with its version: "pothole-report@2".
std::vector<std::string> ReadAnswers(const google::protobuf::RepeatedPtrField<std::string>& names,
                                     FieldViolations& violations) {
  constexpr int kMostAnswersUsed = 10;
  std::vector<std::string> answers;
  if (names.size() > kMostAnswersUsed) violations.Add("answers_used", StrCat("are at most ", kMostAnswersUsed));
  for (int i = 0; i < std::min(names.size(), kMostAnswersUsed); ++i) {
    const std::string field = StrCat("answers_used[", i, "]");
    const AnswerRef answer = wire::CheckAnswer(field, names[i], violations);
    if (!answer.version) {
      violations.Add(field, "must say the version: answers/{answer}@{version}");
      continue;
    }
    const std::string name = StrCat(answer.id, "@", *answer.version);
    if (std::find(answers.begin(), answers.end(), name) == answers.end()) answers.push_back(name);
  }
  return answers;
}

absl::StatusOr<SettleRequest> Checked(SettleRequest settle, const FieldViolations& violations) {
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return settle;
}

}  // namespace

absl::StatusOr<ReadClaim> RequestReader::Read(const v1::ClaimInquiriesRequest& request) const {
  FieldViolations violations;
  ReadClaim read{.request = ReadWho(request, options_, violations),
                 .wait = absl::ZeroDuration(),
                 .with_guidance = request.with_guidance()};
  read.request.max_inquiries =
      wire::CheckCount("max_inquiries", request.max_inquiries(), 1, 1, options_.max_inquiries, violations);
  if (request.has_wait_duration()) {
    read.wait = wire::CheckDuration("wait_duration", request.wait_duration(), absl::ZeroDuration(), options_.max_wait,
                                    violations);
  }
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return read;
}

absl::StatusOr<ReadClaim> RequestReader::Read(const v1::StreamClaimsRequest::Start& start) const {
  FieldViolations violations;
  ReadClaim read{.request = ReadWho(start, options_, violations),
                 .wait = options_.max_wait,
                 .with_guidance = start.with_guidance()};
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return read;
}

absl::StatusOr<LeaseExtension> RequestReader::Read(const v1::ExtendLeaseRequest& request) const {
  FieldViolations violations;
  LeaseExtension extension{.lease_token = request.lease_token(), .duration = std::nullopt};
  CheckToken(request.lease_token(), violations);
  if (request.has_lease_duration()) {
    extension.duration = wire::CheckDuration("lease_duration", request.lease_duration(), options_.min_lease,
                                             options_.max_lease, violations);
  }
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return extension;
}

absl::StatusOr<SettleRequest> RequestReader::Read(const v1::CompleteInquiryRequest& request) const {
  return ReadCompletion(request.lease_token(), request.disposition(), request.assessment(), request.reason());
}

absl::StatusOr<SettleRequest> RequestReader::ReadCompletion(const std::string& lease_token, v1::Disposition disposition,
                                                            v1::Assessment assessment,
                                                            const std::string& reason) const {
  FieldViolations violations;
  CheckToken(lease_token, violations);
  wire::CheckEnum("disposition", disposition, Need::kRequired, violations);
  wire::CheckEnum("assessment", assessment, Need::kOptional, violations);
  if (v1::Disposition_IsValid(disposition) && !Fits(assessment, disposition)) {
    violations.Add("disposition", StrCat("does not fit ", v1::Assessment_Name(assessment), "; use one of ",
                                         DispositionsThatFit(assessment)));
  }
  const Need need = IsNonReply(disposition) ? Need::kRequired : Need::kOptional;
  wire::CheckReason("reason", reason, need, violations);
  SettleRequest settle = Settling(lease_token, EventKind::kCompleted);
  settle.disposition = static_cast<int16_t>(disposition);
  settle.reason = RecordedReason(assessment, reason);
  return Checked(std::move(settle), violations);
}

absl::StatusOr<SettleRequest> RequestReader::Read(const v1::ReleaseInquiryRequest& request) const {
  FieldViolations violations;
  CheckToken(request.lease_token(), violations);
  wire::CheckReason("reason", request.reason(), Need::kOptional, violations);
  SettleRequest settle = Settling(request.lease_token(), EventKind::kReleased);
  if (request.has_delay()) {
    settle.delay =
        wire::CheckDuration("delay", request.delay(), absl::ZeroDuration(), options_.max_release_delay, violations);
  }
  settle.reason = request.reason();
  return Checked(std::move(settle), violations);
}

absl::StatusOr<SettleRequest> RequestReader::Read(const v1::DeferInquiryRequest& request) const {
  FieldViolations violations;
  CheckToken(request.lease_token(), violations);
  wire::CheckReason("reason", request.reason(), Need::kOptional, violations);
  SettleRequest settle = Settling(request.lease_token(), EventKind::kDeferred);
  if (!request.has_until_time()) {
    violations.Add("until_time", "is required");
  } else {
    settle.until = wire::CheckTime("until_time", request.until_time(), violations);
    const absl::Time now = clock_.Now();
    if (settle.until <= now) violations.Add("until_time", "must be in the future");
    if (settle.until > now + options_.max_deferral) {
      violations.Add("until_time", StrCat("must be at most ", DurationToText(options_.max_deferral), " away"));
    }
  }
  settle.reason = request.reason();
  return Checked(std::move(settle), violations);
}

absl::StatusOr<SettleRequest> RequestReader::Read(const v1::TransferInquiryRequest& request) const {
  FieldViolations violations;
  CheckToken(request.lease_token(), violations);
  SettleRequest settle = Settling(request.lease_token(), EventKind::kTransferred);
  settle.queue = wire::CheckQueue("queue", request.queue(), Need::kRequired, violations);
  wire::CheckReason("reason", request.reason(), Need::kRequired, violations);
  settle.reason = request.reason();
  return Checked(std::move(settle), violations);
}

absl::StatusOr<SettleRequest> RequestReader::Read(const v1::EscalateInquiryRequest& request) const {
  FieldViolations violations;
  CheckToken(request.lease_token(), violations);
  SettleRequest settle = Settling(request.lease_token(), EventKind::kEscalated);
  settle.queue = wire::CheckQueue("queue", request.queue(), Need::kOptional, violations);
  wire::CheckReason("reason", request.reason(), Need::kRequired, violations);
  settle.reason = request.reason();
  return Checked(std::move(settle), violations);
}

absl::StatusOr<SettleRequest> RequestReader::Read(const v1::ReclassifyInquiryRequest& request) const {
  FieldViolations violations;
  CheckToken(request.lease_token(), violations);
  SettleRequest settle = Settling(request.lease_token(), EventKind::kReclassified);
  settle.topic = wire::CheckTopic("topic", request.topic(), Need::kRequired, violations);
  wire::CheckReason("reason", request.reason(), Need::kOptional, violations);
  settle.reason = request.reason();
  return Checked(std::move(settle), violations);
}

template <typename Request>
ReplyDraft RequestReader::ReadWords(const Request& request, FieldViolations& violations) const {
  constexpr int kHighestAuthority = 9;
  CheckToken(request.lease_token(), violations);
  wire::CheckText("text", request.text(), options_.max_reply_bytes, violations);
  wire::CheckEnum("disposition", request.disposition(), Need::kOptional, violations);
  if (request.disposition() != v1::DISPOSITION_UNSPECIFIED && !IsOfReply(request.disposition())) {
    violations.Add("disposition", "is none of a reply: settle the inquiry with CompleteInquiry, without replying");
  }
  ReplyDraft draft{.lease_token = request.lease_token(), .text = request.text(), .disposition = request.disposition()};
  draft.authority_level =
      wire::CheckCount("authority_level", request.authority_level(), 0, 0, kHighestAuthority, violations);
  draft.answers_used = ReadAnswers(request.answers_used(), violations);
  return draft;
}

template <typename Request>
absl::StatusOr<ReplyDraft> RequestReader::ReadDraft(const Request& request) const {
  FieldViolations violations;
  ReplyDraft draft = ReadWords(request, violations);
  draft.visibility = wire::CheckEnum("visibility", request.visibility(), Need::kOptional, violations);
  draft.broadcast = request.broadcast();
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return draft;
}

absl::StatusOr<MoveDraft> RequestReader::Read(const v1::MoveToPrivateRequest& request) const {
  FieldViolations violations;
  MoveDraft draft{.reply = ReadWords(request, violations),
                  .holding_line = request.holding_line(),
                  .channel = request.channel(),
                  .address = request.address()};
  draft.reply.visibility = v1::PRIVATE;
  if (!draft.holding_line.empty()) {
    wire::CheckText("holding_line", draft.holding_line, options_.max_reply_bytes, violations);
  }
  wire::CheckEnum("channel", draft.channel, Need::kOptional, violations);
  wire::CheckLabel("address", draft.address, Need::kOptional, wire::kMostLabelBytes, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return draft;
}

absl::StatusOr<OutcomeDraft> RequestReader::Read(const v1::RecordStatutoryOutcomeRequest& request) const {
  constexpr size_t kMostBytes = 400;  // with topic and outcome it is still a reason
  FieldViolations violations;
  OutcomeDraft draft{.lease_token = request.lease_token(), .reason = request.reason()};
  if (const absl::StatusOr<int64_t> inquiry = ParseInquiryName(draft.lease_token); inquiry.ok()) {
    draft.lease_token = queue::EncodeLeaseToken({.key = {.id = *inquiry}});
  } else {
    CheckToken(draft.lease_token, violations);
  }
  draft.topic = wire::CheckTopic("topic", request.topic(), Need::kRequired, violations);
  draft.outcome = wire::CheckEnum("outcome", request.outcome(), Need::kRequired, violations);
  wire::CheckText("reason", draft.reason, kMostBytes, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return draft;
}

template absl::StatusOr<ReplyDraft> RequestReader::ReadDraft(const v1::ReplyToInquiryRequest& request) const;
template absl::StatusOr<ReplyDraft> RequestReader::ReadDraft(const v1::EvaluateReplyRequest& request) const;

void RequestReader::CheckToken(const std::string& token, FieldViolations& violations) const {
  if (token.empty()) {
    violations.Add("lease_token", "is required: the one that came with the lease");
  } else if (!engine_.DecodeToken(token).ok()) {
    violations.Add("lease_token", "is no lease token; send back exactly what came with the lease");
  }
}

}  // namespace switchboard::frontline
