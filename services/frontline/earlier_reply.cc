#include "services/frontline/earlier_reply.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/queue/lease_token.h"

namespace switchboard::frontline {
namespace {

// Names the same inquiry under a lease that nobody ever has: what is asked for with it is either found or lost.
absl::StatusOr<std::string> TokenOfNobody(std::string_view lease_token) {
  SWITCHBOARD_ASSIGN_OR_RETURN(queue::LeaseFacts lease, queue::DecodeLeaseToken(lease_token));
  lease.key.token = 0;
  return queue::EncodeLeaseToken(lease);
}

guidance::ReplyDecision DecisionOn(const queue::StoredMessage& sent) {
  guidance::ReplyDecision decision;
  decision.guidelines = absl::StrSplit(sent.guidelines, ',', absl::SkipEmpty());
  decision.passed = absl::StrSplit(sent.rules, ',', absl::SkipEmpty());
  return decision;
}

bool IsReplyOn(const queue::StoredMessage& message, v1::Visibility visibility) {
  return message.author == v1::Message::STAFF && message.visibility == static_cast<int16_t>(visibility);
}

EarlierReply ReadReply(const std::vector<queue::StoredMessage>& conversation, const ReplyCall& call) {
  const auto sent = std::find_if(conversation.rbegin(), conversation.rend(), [&call](const auto& message) {
    return IsReplyOn(message, call.visibility) && message.text == call.text;
  });
  if (sent == conversation.rend()) return {};
  EarlierReply reply{.decision = DecisionOn(*sent)};
  const auto holding = std::find_if(std::next(sent), conversation.rend(),
                                    [](const auto& message) { return IsReplyOn(message, v1::PUBLIC); });
  if (holding == conversation.rend()) return reply;
  reply.holding_line = holding->text;
  reply.holding_decision = DecisionOn(*holding);
  return reply;
}

}  // namespace

absl::StatusOr<std::optional<EarlierReply>> FindReply(queue::QueueEngine& engine, const ReplyCall& call) {
  SWITCHBOARD_ASSIGN_OR_RETURN(std::string token, TokenOfNobody(call.lease_token));
  const auto found = engine.Reply({.lease_token = std::move(token), .request_id = call.request_id});
  if (HasReason(found.status(), reason::kLeaseLost)) return std::nullopt;
  if (!found.ok()) return found.status();
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto conversation, engine.Conversation(found->id));
  return ReadReply(conversation, call);
}

absl::StatusOr<std::optional<EarlierDraft>> FindDraft(queue::QueueEngine& engine, const ReplyCall& call) {
  SWITCHBOARD_ASSIGN_OR_RETURN(std::string token, TokenOfNobody(call.lease_token));
  const auto found = engine.KeepDraft({.lease_token = std::move(token), .request_id = call.request_id});
  if (HasReason(found.status(), reason::kLeaseLost)) return std::nullopt;
  if (!found.ok()) return found.status();
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredDraft draft, engine.GetDraft(found->key));
  EarlierDraft earlier{.draft = *found};
  earlier.decision.verdict = guidance::ReplyVerdict::kNeedsAuthority;
  earlier.decision.authority_level = draft.authority_level;
  return earlier;
}

}  // namespace switchboard::frontline
