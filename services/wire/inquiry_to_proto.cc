#include "services/wire/inquiry_to_proto.h"

#include <string>

#include "absl/strings/str_split.h"
#include "common/ids/resource_name.h"
#include "common/text/string_view.h"
#include "services/wire/times.h"

namespace switchboard::wire {
namespace {

std::string TopicNameOrEmpty(std::string_view id) { return id.empty() ? "" : TopicName(id); }
std::string QueueNameOrEmpty(std::string_view id) { return id.empty() ? "" : QueueName(id); }

void FillAssignment(const queue::InquiryContent& content, std::string_view topic, v1::TopicAssignment& out) {
  if (topic != content.topic) {
    out.set_topic(TopicNameOrEmpty(topic));
    out.set_confidence(1);
    out.set_method(v1::TopicAssignment::STAFF);
    return;
  }
  const bool guess_only = content.unsure && content.topic.empty();
  out.set_topic(TopicNameOrEmpty(guess_only ? content.runner_up : content.topic));
  out.set_confidence(content.confidence);
  out.set_method(static_cast<v1::TopicAssignment::Method>(content.topic_method));
  out.set_unsure(content.unsure);
  if (guess_only || content.runner_up.empty()) return;
  out.set_runner_up(TopicName(content.runner_up));
  out.set_runner_up_confidence(content.runner_up_confidence);
}

}  // namespace

v1::Visibility VisibilityOn(v1::Channel channel, v1::Visibility given) {
  if (given != v1::VISIBILITY_UNSPECIFIED) return given;
  switch (channel) {
    case v1::X:
    case v1::FACEBOOK:
    case v1::LINKEDIN:
    case v1::BLOG:
      return v1::PUBLIC;
    default:
      return v1::PRIVATE;
  }
}

void FillContent(const queue::InquiryContent& content, std::string_view topic, WithText with_text, v1::Inquiry& out) {
  if (content.id != 0) out.set_name(InquiryName(content.id));
  out.set_channel(static_cast<v1::Channel>(content.channel));
  if (with_text == WithText::kYes) out.set_text(content.text);
  out.set_visibility(static_cast<v1::Visibility>(content.visibility));
  out.set_language(content.language);
  if (!topic.empty()) out.set_topic(TopicName(topic));
  FillAssignment(content, topic, *out.mutable_topic_assignment());
  // Setting an empty text costs as much as any other.
  if (!content.area.empty()) out.set_area(content.area);
  if (!content.external_id.empty()) out.set_external_id(content.external_id);
  if (!content.author.empty()) out.set_author(content.author);
  SetTime(content.create_time, out.mutable_create_time());
  SetTime(content.first_response_due, out.mutable_first_response_due_time());
  if (!content.route.empty()) out.set_route(StrCat("routes/", content.route));
  for (const absl::string_view signal : absl::StrSplit(content.urgency_signals, ',', absl::SkipEmpty())) {
    out.add_urgency_signals(std::string(signal));
  }
}

void FillInquiry(const queue::StoredInquiry& stored, std::string_view queue, WithText with_text, v1::Inquiry& out) {
  FillContent(stored.content, stored.topic, with_text, out);
  out.set_queue(QueueNameOrEmpty(queue));
  out.set_priority(static_cast<v1::Priority>(stored.priority));
  out.set_state(static_cast<v1::Inquiry::State>(stored.state));
  out.set_attempts(stored.attempts);
  out.set_disposition(static_cast<v1::Disposition>(stored.disposition));
}

void AddMessages(absl::Span<const queue::StoredMessage> messages, v1::Inquiry& out) {
  for (const queue::StoredMessage& message : messages) {
    v1::Message& added = *out.add_messages();
    added.set_author(static_cast<v1::Message::Author>(message.author));
    added.set_text(message.text);
    added.set_visibility(static_cast<v1::Visibility>(message.visibility));
    SetTime(message.create_time, added.mutable_create_time());
    if (!message.worker.empty()) added.set_worker(WorkerName(message.worker));
    for (const absl::string_view guideline : absl::StrSplit(message.guidelines, ',', absl::SkipEmpty())) {
      added.add_guidelines(std::string(guideline));
    }
    for (const absl::string_view rule : absl::StrSplit(message.rules, ',', absl::SkipEmpty())) {
      added.add_passed_rules(std::string(rule));
    }
    for (const absl::string_view answer : absl::StrSplit(message.answers, ',', absl::SkipEmpty())) {
      added.add_answers(AnswerName(ToStd(answer)));
    }
    if (!message.corrects.empty()) added.set_corrected_answer(AnswerName(message.corrects));
  }
}

void FillEvent(const queue::StoredEvent& event, std::string_view queue, v1::Event& out) {
  SetTime(event.time, out.mutable_time());
  out.set_kind(static_cast<v1::Event::Kind>(event.kind));
  out.set_queue(QueueNameOrEmpty(queue));
  if (!event.worker.empty()) out.set_worker(WorkerName(event.worker));
  out.set_topic(TopicNameOrEmpty(event.topic));
  out.set_disposition(static_cast<v1::Disposition>(event.disposition));
  out.set_reason(event.reason);
  out.set_attempts(event.attempts);
}

void FillLease(const queue::GrantedLease& granted, v1::Lease& out) {
  const queue::ClaimedInquiry& claimed = granted.inquiry;
  out.set_lease_token(granted.token);
  SetTime(claimed.lease_until, out.mutable_lease_expire_time());
  v1::Inquiry& inquiry = *out.mutable_inquiry();
  FillContent(claimed.content, claimed.topic, WithText::kYes, inquiry);
  inquiry.set_queue(QueueNameOrEmpty(granted.queue));
  inquiry.set_priority(static_cast<v1::Priority>(claimed.place.lane.priority()));
  inquiry.set_state(v1::Inquiry::LEASED);
  inquiry.set_attempts(claimed.attempts);
  AddMessages(granted.messages, inquiry);
}

}  // namespace switchboard::wire
