#include "services/intake/draft.h"

#include <string>
#include <utility>

#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/intake/content_hash.h"
#include "services/wire/field_checks.h"
#include "services/wire/inquiry_to_proto.h"

namespace switchboard::intake {
namespace {

using wire::Need;

std::string NoSuchTopic(std::string_view topic) {
  return StrCat("there is no topic ", topic, " in the configuration in force; ListTopics shows those there are");
}

std::string ReadTopic(const v1::Inquiry& inquiry, const triage::Configuration* configuration,
                      FieldViolations& violations) {
  std::string topic = wire::CheckTopic("inquiry.topic", inquiry.topic(), Need::kOptional, violations);
  if (!topic.empty() && configuration != nullptr && configuration->FindTopic(topic) == nullptr) {
    violations.Add("inquiry.topic", NoSuchTopic(topic));
  }
  return topic;
}

void ReadContent(const v1::Inquiry& inquiry, size_t max_text_bytes, queue::InquiryContent& content,
                 FieldViolations& violations) {
  const v1::Channel channel = wire::CheckEnum("inquiry.channel", inquiry.channel(), Need::kRequired, violations);
  wire::CheckText("inquiry.text", inquiry.text(), max_text_bytes, violations);
  wire::CheckEnum("inquiry.visibility", inquiry.visibility(), Need::kOptional, violations);
  wire::CheckEnum("inquiry.priority", inquiry.priority(), Need::kOptional, violations);
  content.language = wire::CheckLanguage("inquiry.language", inquiry.language(), violations);
  wire::CheckArea("inquiry.area", inquiry.area(), violations);
  wire::CheckLabel("inquiry.external_id", inquiry.external_id(), Need::kOptional, wire::kMostLabelBytes, violations);
  wire::CheckLabel("inquiry.author", inquiry.author(), Need::kOptional, wire::kMostLabelBytes, violations);
  if (!violations.empty()) return;
  content.channel = static_cast<int16_t>(channel);
  content.visibility = static_cast<int16_t>(wire::VisibilityOn(channel, inquiry.visibility()));
  content.text = inquiry.text();
  content.area = inquiry.area();
  content.external_id = inquiry.external_id();
  content.author = inquiry.author();
}

// An unsure inquiry keeps the best guess as its runner-up: its topic is nobody's decision yet.
void WriteDownTopic(triage::SortResult& sort, queue::InquiryContent& content) {
  content.topic_method = static_cast<int16_t>(sort.method);
  content.confidence = static_cast<float>(sort.best.confidence);
  content.unsure = sort.unsure;
  if (!sort.unsure) {
    content.topic = std::move(sort.best.topic);
    content.runner_up = std::move(sort.runner_up.topic);
    content.runner_up_confidence = static_cast<float>(sort.runner_up.confidence);
  } else if (!sort.out_of_scope) {
    content.runner_up = std::move(sort.best.topic);
    content.runner_up_confidence = static_cast<float>(sort.best.confidence);
  }
}

void WriteDownRoute(triage::RouteDecision& route, queue::Submission& submission) {
  submission.content.route = std::move(route.route);
  submission.queue = std::move(route.queue);
  submission.priority = static_cast<queue::Priority>(route.priority);
  if (!route.overflow) return;
  submission.overflow_after = route.overflow->after;
  submission.overflow_queue = std::move(route.overflow->queue);
}

}  // namespace

absl::Status ReadDraft(const v1::SubmitInquiryRequest& request, const triage::Configuration* configuration,
                       size_t max_text_bytes, Draft& draft) {
  if (!request.has_inquiry()) return InvalidField("inquiry", "is required");
  FieldViolations violations;
  ReadContent(request.inquiry(), max_text_bytes, draft.submission.content, violations);
  draft.caller_topic = ReadTopic(request.inquiry(), configuration, violations);
  draft.submission.request_id = wire::CheckRequestId("request_id", request.request_id(), violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  const queue::InquiryContent& content = draft.submission.content;
  const v1::Priority priority = request.inquiry().priority();
  if (priority != v1::PRIORITY_UNSPECIFIED) draft.caller_priority = static_cast<triage::Priority>(priority);
  draft.submission.content_hash = HashOfInquiry(content, draft.caller_topic, content.language, priority);
  draft.validate_only = request.validate_only();
  return absl::OkStatus();
}

absl::Status SortAndRoute(Draft& draft, const triage::CountedTriage& triage) {
  queue::InquiryContent& content = draft.submission.content;
  const auto occasion = draft.validate_only ? triage::Occasion::kDryRun : triage::Occasion::kInquiry;
  absl::StatusOr<triage::TriageDecision> decision =
      triage.Decide({.text = content.text,
                     .channel = static_cast<triage::Channel>(content.channel),
                     .visibility = static_cast<triage::Visibility>(content.visibility),
                     .language = content.language,
                     .area = content.area,
                     .caller_topic = draft.caller_topic,
                     .caller_priority = draft.caller_priority},
                    occasion);
  if (absl::IsInvalidArgument(decision.status())) return InvalidField("inquiry.topic", NoSuchTopic(draft.caller_topic));
  SWITCHBOARD_RETURN_IF_ERROR(decision.status());
  content.language = std::move(decision->sort.language);
  if (decision->sort.urgency) content.urgency_signals = std::move(decision->sort.urgency->rule);
  WriteDownTopic(decision->sort, content);
  WriteDownRoute(decision->route, draft.submission);
  draft.submission.statute = decision->statute;
  return absl::OkStatus();
}

void FillAnswer(const queue::Submission& submission, v1::SubmitInquiryResponse& answer) {
  v1::Inquiry& inquiry = *answer.mutable_inquiry();
  wire::FillContent(submission.content, submission.content.topic, wire::WithText::kNo, inquiry);
  inquiry.clear_create_time();
  inquiry.clear_first_response_due_time();
  inquiry.set_queue(QueueName(submission.queue));
  inquiry.set_priority(static_cast<v1::Priority>(submission.priority));
}

}  // namespace switchboard::intake
