#include "services/intake/inquiry_desk.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/ids/resource_name.h"
#include "common/ids/uuid.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/intake/content_hash.h"
#include "services/wire/clock_to_proto.h"
#include "services/wire/field_checks.h"
#include "services/wire/inquiry_to_proto.h"
#include "services/wire/page_token.h"

namespace switchboard::intake {
namespace {

using wire::Need;
using wire::WithText;

constexpr int kStandardPage = 50;
constexpr int kMostPage = 1000;
// gRPC clients take 4 MiB unless told otherwise, and the last inquiry of a page may add 1 MiB.
constexpr size_t kPageBytes = 2 << 20;
// How many are read at a time, so that a page of long texts does not fill the memory before it is cut.
constexpr int kReadAtOnce = 100;

absl::StatusOr<queue::InquiryFilter> ReadFilter(const v1::ListInquiriesRequest::Filter& filter,
                                                const queue::QueueEngine& engine, FieldViolations& violations) {
  queue::InquiryFilter read;
  wire::CheckEnum("filter.state", filter.state(), Need::kOptional, violations);
  if (filter.state() != v1::Inquiry::STATE_UNSPECIFIED) read.state = static_cast<queue::InquiryState>(filter.state());
  const std::string queue = wire::CheckQueue("filter.queue", filter.queue(), Need::kOptional, violations);
  if (!queue.empty()) {
    const absl::StatusOr<queue::QueueNumber> number = engine.NumberOf(queue);
    if (number.ok()) read.queue = *number;
    if (!number.ok()) violations.Add("filter.queue", StrCat("there is no queue ", queue));
  }
  read.topic = wire::CheckTopic("filter.topic", filter.topic(), Need::kOptional, violations);
  read.channel = static_cast<int16_t>(wire::CheckEnum("filter.channel", filter.channel(), Need::kOptional, violations));
  if (filter.has_create_time_from()) {
    read.created_from = wire::CheckTime("filter.create_time_from", filter.create_time_from(), violations);
  }
  if (filter.has_create_time_before()) {
    read.created_before = wire::CheckTime("filter.create_time_before", filter.create_time_before(), violations);
  }
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return read;
}

// Reads on from `before` in small steps until the page has `size` inquiries or is large enough. Returns whether more
// may follow.
absl::StatusOr<bool> FillPage(queue::QueueEngine& engine, const queue::InquiryFilter& filter, int64_t before, int size,
                              v1::ListInquiriesResponse& response) {
  size_t bytes = 0;
  while (true) {
    const int wanted = std::min(kReadAtOnce, size - response.inquiries_size());
    SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<queue::StoredInquiry> found, engine.List(filter, before, wanted));
    for (const queue::StoredInquiry& stored : found) {
      bytes += stored.content.text.size();
      wire::FillInquiry(stored, engine.NameOf(stored.queue), WithText::kYes, *response.add_inquiries());
      before = stored.content.id;
      if (bytes >= kPageBytes) return true;
    }
    if (static_cast<int>(found.size()) < wanted) return false;
    if (response.inquiries_size() >= size) return true;
  }
}

absl::Status CompletedAlready(int64_t id) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kInquiryClosed,
                   "the inquiry is completed and cannot be taken back any more", {{"inquiry", InquiryName(id)}});
}

absl::Status RequestIdReused() {
  return MakeError(absl::StatusCode::kAlreadyExists, reason::kRequestIdReused,
                   "this request_id was used with other content; use a fresh one for a new message");
}

}  // namespace

absl::StatusOr<v1::GetInquiryResponse> InquiryDesk::Get(const v1::GetInquiryRequest& request) {
  FieldViolations violations;
  const int64_t id = wire::CheckInquiry("name", request.name(), violations);
  const std::string worker =
      request.worker().empty() ? std::string() : wire::CheckWorker("worker", request.worker(), violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  if (!worker.empty()) SWITCHBOARD_RETURN_IF_ERROR(engine_.NoteView(id, worker));
  v1::GetInquiryResponse response;
  const absl::StatusOr<queue::StoredInquiry> stored = engine_.Get(id);
  if (!stored.ok()) return stored.status();
  wire::FillInquiry(*stored, engine_.NameOf(stored->queue), WithText::kYes, *response.mutable_inquiry());
  SWITCHBOARD_RETURN_IF_ERROR(FillConversation(id, *response.mutable_inquiry()));
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<queue::StoredEvent> history, engine_.History(id));
  for (const queue::StoredEvent& event : history) {
    wire::FillEvent(event, engine_.NameOf(event.queue), *response.add_events());
  }
  FillClocks(*stored, history, *response.mutable_inquiry());
  return response;
}

absl::StatusOr<v1::ListInquiriesResponse> InquiryDesk::List(const v1::ListInquiriesRequest& request) {
  FieldViolations violations;
  const int size = wire::CheckPageSize("page_size", request.page_size(), kStandardPage, kMostPage, violations);
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::InquiryFilter filter, ReadFilter(request.filter(), engine_, violations));
  const wire::PageScope scope("ListInquiries", request.filter().SerializeAsString());
  SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t before, scope.CursorIn(request.page_token()));
  v1::ListInquiriesResponse response;
  SWITCHBOARD_ASSIGN_OR_RETURN(const bool more, FillPage(engine_, filter, before, size, response));
  if (more) {
    const v1::Inquiry& last = response.inquiries(response.inquiries_size() - 1);
    SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t last_id, ParseInquiryName(last.name()));
    response.set_next_page_token(scope.TokenAfter(last_id));
  }
  return response;
}

absl::StatusOr<v1::WithdrawInquiryResponse> InquiryDesk::Withdraw(const v1::WithdrawInquiryRequest& request) {
  FieldViolations violations;
  const int64_t id = wire::CheckInquiry("name", request.name(), violations);
  wire::CheckReason("reason", request.reason(), Need::kOptional, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::WithdrawOutcome outcome, engine_.Withdraw(id, request.reason()));
  if (outcome == queue::WithdrawOutcome::kCompleted) return CompletedAlready(id);
  v1::WithdrawInquiryResponse response;
  SWITCHBOARD_RETURN_IF_ERROR(FillCurrent(id, *response.mutable_inquiry()));
  return response;
}

absl::StatusOr<v1::AppendMessageResponse> InquiryDesk::Append(const v1::AppendMessageRequest& request) {
  FieldViolations violations;
  const int64_t id = wire::CheckInquiry("name", request.name(), violations);
  wire::CheckText("message.text", request.message().text(), max_text_bytes_, violations);
  const v1::Visibility given =
      wire::CheckEnum("message.visibility", request.message().visibility(), Need::kOptional, violations);
  const std::optional<Uuid> request_id = wire::CheckRequestId("request_id", request.request_id(), violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());

  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredInquiry inquiry, engine_.Get(id));
  const auto channel = static_cast<v1::Channel>(inquiry.content.channel);
  queue::StoredMessage message{.author = v1::Message::CITIZEN,
                               .visibility = static_cast<int16_t>(wire::VisibilityOn(channel, given)),
                               .text = request.message().text(),
                               .create_time = clock_.Now()};
  const uint64_t hash = HashOfMessage(id, message.visibility, message.text);
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::AppendOutcome outcome,
                               engine_.Append(id, std::move(message), request_id, hash));
  if (outcome.kind == queue::AppendOutcome::Kind::kRequestIdReused) return RequestIdReused();
  v1::AppendMessageResponse response;
  SWITCHBOARD_RETURN_IF_ERROR(FillCurrent(id, *response.mutable_inquiry()));
  SWITCHBOARD_RETURN_IF_ERROR(FillConversation(id, *response.mutable_inquiry()));
  response.set_reopened(outcome.kind == queue::AppendOutcome::Kind::kReopened);
  return response;
}

absl::Status InquiryDesk::FillCurrent(int64_t id, v1::Inquiry& out) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredInquiry stored, engine_.Get(id));
  wire::FillInquiry(stored, engine_.NameOf(stored.queue), WithText::kYes, out);
  return absl::OkStatus();
}

absl::Status InquiryDesk::FillConversation(int64_t id, v1::Inquiry& out) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<queue::StoredMessage> messages, engine_.Conversation(id));
  wire::AddMessages(messages, out);
  return absl::OkStatus();
}

void InquiryDesk::FillClocks(const queue::StoredInquiry& stored, const std::vector<queue::StoredEvent>& history,
                             v1::Inquiry& out) const {
  const auto snapshot = triage_.InForce();
  if (!snapshot.ok()) return;
  const queue::ClockRules rules =
      wire::ClockRulesFor(*(*snapshot)->configuration, engine_.NameOf(stored.queue), stored.priority);
  for (const queue::InquiryClock& clock : queue::ClocksOf(stored.content, history, rules)) {
    wire::FillClock(clock, rules, clock_.Now(), *out.add_clocks());
  }
}

}  // namespace switchboard::intake
