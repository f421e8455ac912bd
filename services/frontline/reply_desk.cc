#include "services/frontline/reply_desk.h"

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/strings/str_join.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "common/text/utf8.h"
#include "services/frontline/send_permit.h"
#include "services/wire/inquiry_to_proto.h"
#include "services/wire/reply_languages.h"

namespace switchboard::frontline {
namespace {

constexpr size_t kMostReasonBytes = 512;

// The same draft under the same lease has the same one.
Uuid RequestIdOf(const ReplyDraft& draft, v1::Visibility visibility) {
  const std::string whole = StrCat(draft.lease_token, " ", static_cast<int>(visibility), " ",
                                   static_cast<int>(draft.disposition), " ", draft.text);
  const XXH128_hash_t hash = XXH3_128bits(whole.data(), whole.size());
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  Uuid id;
  static_assert(sizeof canonical.digest == sizeof id.bytes);
  std::memcpy(id.bytes.data(), canonical.digest, sizeof canonical.digest);
  return id;
}

std::string NameOf(const guidance::BrokenRule& broken) {
  return broken.guideline.empty() ? broken.rule : StrCat(broken.guideline, "/", broken.rule);
}

// "NEEDS_CHANGE: streets@1.0/no-exact-time", cut to what a reason may have.
std::string RefusalOf(const guidance::ReplyDecision& decision) {
  std::string reason(guidance::ReplyVerdictName(decision.verdict));
  const char* separator = ": ";
  for (const guidance::BrokenRule& broken : decision.broken) {
    StrAppend(&reason, separator, NameOf(broken));
    separator = ", ";
  }
  return std::string(TruncateUtf8(reason, kMostReasonBytes));
}

absl::Status MustNotBecomePublic() {
  FieldViolations violations;
  violations.Add("visibility", "must not be PUBLIC: the inquiry was private");
  return violations.ToStatus();
}

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

absl::StatusOr<std::shared_ptr<const guidance::GuidelineBook>> BookOf(const guidance::GuidelinesInForce& guidelines) {
  auto book = guidelines.book();
  if (book != nullptr) return book;
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kNoConfiguration,
                   "no guidelines are in force; apply some with ApplyConfiguration");
}

guidance::ReplyDecision JudgeReply(const guidance::GuidelineBook& book, const queue::StoredInquiry& inquiry,
                                   std::string_view text, v1::Visibility visibility, v1::Disposition disposition,
                                   int authority_level) {
  const bool settles = disposition != v1::DISPOSITION_UNSPECIFIED;
  const std::string& disposition_name = v1::Disposition_Name(disposition);
  return guidance::EvaluateReply(book,
                                 {.text = text,
                                  .topic = inquiry.topic,
                                  .channel = v1::Channel_Name(static_cast<v1::Channel>(inquiry.content.channel)),
                                  .is_public = visibility == v1::PUBLIC,
                                  .inquiry_language = inquiry.content.language,
                                  .languages = wire::ReplyLanguages(text),
                                  .disposition = settles ? std::string_view(disposition_name) : std::string_view(),
                                  .authority_level = authority_level});
}

void ObserveIfFirst(const ReplyDeskParts& parts, const queue::StoredInquiry& inquiry,
                    const guidance::GuidelineBook& book) {
  const auto messages = parts.engine.Conversation(inquiry.content.id);
  if (!messages.ok()) return;
  const auto by_staff = [](const queue::StoredMessage& message) { return message.author == v1::Message::STAFF; };
  if (std::count_if(messages->begin(), messages->end(), by_staff) != 1) return;
  parts.metrics.ObserveFirstReply(inquiry.content.language, book.official_languages,
                                  parts.clock.Now() - inquiry.content.create_time);
}

absl::StatusOr<ReplyDesk::Judged> ReplyDesk::Judge(const ReplyDraft& draft) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::LeaseKey lease, engine_.DecodeToken(draft.lease_token));
  SWITCHBOARD_ASSIGN_OR_RETURN(auto book, BookOf(guidelines_));
  SWITCHBOARD_ASSIGN_OR_RETURN(queue::StoredInquiry inquiry, engine_.Get(lease.id));
  const auto channel = static_cast<v1::Channel>(inquiry.content.channel);
  const v1::Visibility own = wire::VisibilityOn(channel, static_cast<v1::Visibility>(inquiry.content.visibility));
  const v1::Visibility visibility = draft.visibility == v1::VISIBILITY_UNSPECIFIED ? own : draft.visibility;
  if (visibility == v1::PUBLIC && own != v1::PUBLIC) return MustNotBecomePublic();
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::string holder, HolderOf(draft));
  const std::shared_ptr<const workforce::Worker> worker = parts_.workers.Find(holder);
  Judged judged{.result = {.inquiry = lease.id}, .visibility = visibility, .may_send = absl::OkStatus()};
  if (!holder.empty()) {
    judged.may_send = MaySend(worker.get(), parts_.registered_only, *book,
                              {inquiry.topic, v1::Channel_Name(channel), visibility == v1::PUBLIC}, parts_.clock.Now());
  }
  const int level = worker == nullptr ? draft.authority_level : worker->authority_level;
  judged.result.decision = JudgeReply(*book, inquiry, draft.text, visibility, draft.disposition, level);
  judged.inquiry = std::move(inquiry);
  judged.book = std::move(book);
  return judged;
}

absl::StatusOr<std::string> ReplyDesk::HolderOf(const ReplyDraft& draft) const {
  if (!parts_.registered_only && parts_.workers.empty()) return std::string();
  return engine_.HolderOf(draft.lease_token);
}

absl::StatusOr<ReplyResult> ReplyDesk::Evaluate(const ReplyDraft& draft) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(Judged judged, Judge(draft));
  return std::move(judged.result);
}

absl::StatusOr<ReplyResult> ReplyDesk::Reply(const ReplyDraft& draft) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(Judged judged, Judge(draft));
  switch (judged.result.decision.verdict) {
    case guidance::ReplyVerdict::kSent:
      return Send(draft, std::move(judged));
    case guidance::ReplyVerdict::kNeedsAuthority:
      return Keep(draft, std::move(judged));
    default:
      SWITCHBOARD_RETURN_IF_ERROR(engine_.NoteRefusedReply(draft.lease_token, RefusalOf(judged.result.decision)));
      Count(judged);
      return std::move(judged.result);
  }
}

void ReplyDesk::Count(const Judged& judged) const {
  parts_.metrics.CountDecision(engine_.NameOf(judged.inquiry.queue), judged.result.decision, judged.may_send.ok());
}

absl::StatusOr<ReplyResult> ReplyDesk::Send(const ReplyDraft& draft, Judged judged) const {
  if (!judged.may_send.ok()) {
    const std::string refusal = StrCat(ReasonOf(judged.may_send), ": ", ErrorMetadataOf(judged.may_send, "guideline"));
    SWITCHBOARD_RETURN_IF_ERROR(engine_.NoteRefusedReply(draft.lease_token, refusal));
    Count(judged);
    return judged.may_send;
  }
  ReplyResult& result = judged.result;
  queue::ReplyRequest request{.lease_token = draft.lease_token,
                              .request_id = RequestIdOf(draft, judged.visibility),
                              .disposition = static_cast<int16_t>(draft.disposition)};
  request.message.author = v1::Message::STAFF;
  request.message.visibility = static_cast<int16_t>(judged.visibility);
  request.message.text = draft.text;
  request.message.guidelines = absl::StrJoin(result.decision.guidelines, ",");
  request.message.rules = absl::StrJoin(result.decision.passed, ",");
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::Settled settled, engine_.Reply(std::move(request)));
  result.reopened = settled.reopened;
  result.repeated = settled.repeated;
  if (settled.repeated) return std::move(result);
  Count(judged);
  ObserveIfFirst(parts_, judged.inquiry, *judged.book);
  return std::move(result);
}

absl::StatusOr<ReplyResult> ReplyDesk::Keep(const ReplyDraft& draft, Judged judged) const {
  ReplyResult& result = judged.result;
  const guidance::AuthorityPolicy& policy = judged.book->authority.For(engine_.NameOf(judged.inquiry.queue));
  queue::DraftRequest request{
      .lease_token = draft.lease_token,
      .request_id = RequestIdOf(draft, judged.visibility),
      .disposition = static_cast<int16_t>(draft.disposition),
      .authority_level = result.decision.authority_level,
      .refusal = RefusalOf(result.decision),
      .wait = policy.deadline,
      .at_deadline = static_cast<queue::DeadlineAction>(policy.at_deadline),
      .holding_reply = std::string(guidance::TextIn(policy.holding_reply, judged.inquiry.content.language)),
      .reassign_to = policy.reassign_to};
  request.message.author = v1::Message::STAFF;
  request.message.visibility = static_cast<int16_t>(judged.visibility);
  request.message.text = draft.text;
  SWITCHBOARD_ASSIGN_OR_RETURN(result.draft, engine_.KeepDraft(std::move(request)));
  result.repeated = result.draft->repeated;
  if (!result.repeated) Count(judged);
  return std::move(result);
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

}  // namespace switchboard::frontline
