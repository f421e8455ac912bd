#include "services/wire/reply_decision.h"

#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"
#include "services/wire/reply_languages.h"

namespace switchboard::wire {
namespace {

v1::ReplyDecision::Effect EffectOf(guidance::RuleEffect effect) {
  switch (effect) {
    case guidance::RuleEffect::kMoveToPrivate:
      return v1::ReplyDecision::TO_PRIVATE;
    case guidance::RuleEffect::kAuthority:
      return v1::ReplyDecision::AUTHORITY;
    case guidance::RuleEffect::kChange:
      break;
  }
  return v1::ReplyDecision::CHANGE;
}

v1::ReplyDecision::Verdict VerdictOf(guidance::ReplyVerdict verdict) {
  switch (verdict) {
    case guidance::ReplyVerdict::kSent:
      return v1::ReplyDecision::SENT;
    case guidance::ReplyVerdict::kNeedsAuthority:
      return v1::ReplyDecision::NEEDS_AUTHORITY;
    case guidance::ReplyVerdict::kMoveToPrivate:
      return v1::ReplyDecision::MOVE_TO_PRIVATE;
    case guidance::ReplyVerdict::kNeedsChange:
      break;
  }
  return v1::ReplyDecision::NEEDS_CHANGE;
}

}  // namespace

absl::StatusOr<v1::Channel> ChannelFor(queue::QueueEngine& engine, const queue::StoredInquiry& inquiry,
                                       v1::Visibility visibility) {
  if (visibility == v1::PRIVATE) {
    SWITCHBOARD_ASSIGN_OR_RETURN(const auto leg, engine.FindPrivateLeg(inquiry.content.id));
    if (leg.has_value()) return static_cast<v1::Channel>(leg->channel);
  }
  return static_cast<v1::Channel>(inquiry.content.channel);
}

guidance::ReplyDecision DecideReply(const guidance::GuidelineBook& book, const queue::StoredInquiry& inquiry,
                                    const LegReply& reply) {
  const bool settles = reply.disposition != v1::DISPOSITION_UNSPECIFIED;
  const std::string& disposition = v1::Disposition_Name(reply.disposition);
  return guidance::EvaluateReply(book, {.text = reply.text,
                                        .topic = inquiry.topic,
                                        .channel = v1::Channel_Name(reply.channel),
                                        .is_public = reply.visibility == v1::PUBLIC,
                                        .inquiry_language = inquiry.content.language,
                                        .languages = ReplyLanguages(reply.text),
                                        .disposition = settles ? std::string_view(disposition) : std::string_view(),
                                        .authority_level = reply.authority_level,
                                        .is_broadcast = reply.broadcast});
}

std::string HoldingLineFor(const guidance::GuidelineBook& book, const queue::StoredInquiry& inquiry) {
  const std::string& channel = v1::Channel_Name(static_cast<v1::Channel>(inquiry.content.channel));
  for (const guidance::Guideline& guideline : book.guidelines) {
    if (guideline.holding_line.empty() || !guideline.scope.Covers(inquiry.topic, channel, true)) continue;
    return std::string(guidance::TextIn(guideline.holding_line, inquiry.content.language));
  }
  return "";
}

queue::StoredMessage StaffMessage(std::string_view text, v1::Visibility visibility,
                                  const guidance::ReplyDecision& decision) {
  queue::StoredMessage message;
  message.author = v1::Message::STAFF;
  message.visibility = static_cast<int16_t>(visibility);
  message.text = std::string(text);
  message.guidelines = absl::StrJoin(decision.guidelines, ",");
  message.rules = absl::StrJoin(decision.passed, ",");
  return message;
}

void FillDecision(const guidance::ReplyDecision& decision, v1::ReplyDecision& out) {
  out.set_verdict(VerdictOf(decision.verdict));
  for (const std::string& guideline : decision.guidelines) out.add_guidelines(guideline);
  for (const std::string& rule : decision.passed) out.add_passed_rules(rule);
  for (const guidance::BrokenRule& broken : decision.broken) {
    v1::ReplyDecision::BrokenRule& rule = *out.add_broken_rules();
    rule.set_guideline(broken.guideline);
    rule.set_rule(broken.rule);
    rule.set_effect(EffectOf(broken.effect));
    rule.set_authority_level(broken.authority_level);
    for (const guidance::PersonalDatum datum : broken.personal_data) {
      rule.add_personal_data(std::string(guidance::PersonalDatumName(datum)));
    }
    rule.set_reason(broken.reason);
    rule.set_suggestion(broken.suggestion);
  }
  out.set_authority_level(decision.authority_level);
  out.set_holding_line(decision.holding_line);
}

}  // namespace switchboard::wire
