// Inquiries, their histories and their conversations, from the domain to the API.
#ifndef SWITCHBOARD_SERVICES_WIRE_INQUIRY_TO_PROTO_H_
#define SWITCHBOARD_SERVICES_WIRE_INQUIRY_TO_PROTO_H_

#include <string_view>

#include "absl/types/span.h"
#include "services/queue/inquiry_record.h"
#include "services/queue/queue_engine.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::wire {

enum class WithText { kNo, kYes };

// What the channel's own visibility is, where the caller says nothing: PUBLIC for X, FACEBOOK, LINKEDIN and BLOG.
v1::Visibility VisibilityOn(v1::Channel channel, v1::Visibility given);

// What was taken in: everything but state, queue, priority, attempts, disposition and conversation. `topic` is the one
// in force; where it differs from the content's, a member of staff chose it.
//
// An unsure inquiry has no topic in force: its content keeps `topic` empty and the best guess in `runner_up`, with the
// guess' confidence in both confidences. The assignment then shows the guess as its topic, marked unsure.
void FillContent(const queue::InquiryContent& content, std::string_view topic, WithText with_text, v1::Inquiry& out);

// An inquiry as it is now; `queue` is the queue's id (QueueEngine::NameOf).
void FillInquiry(const queue::StoredInquiry& stored, std::string_view queue, WithText with_text, v1::Inquiry& out);

// Appends the conversation.
void AddMessages(absl::Span<const queue::StoredMessage> messages, v1::Inquiry& out);

// `queue` is the queue's id.
void FillEvent(const queue::StoredEvent& event, std::string_view queue, v1::Event& out);

void FillLease(const queue::GrantedLease& granted, v1::Lease& out);

}  // namespace switchboard::wire

#endif  // SWITCHBOARD_SERVICES_WIRE_INQUIRY_TO_PROTO_H_
