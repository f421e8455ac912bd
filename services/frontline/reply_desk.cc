#include "services/frontline/reply_desk.h"

#include <xxhash.h>

#include <cstring>
#include <string_view>
#include <utility>

#include "absl/strings/str_join.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "common/text/utf8.h"
#include "services/frontline/send_permit.h"
#include "services/queue/refusals.h"
#include "services/wire/inquiry_to_proto.h"
#include "services/wire/reply_decision.h"

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

ReplyCall CallOf(const ReplyDraft& draft, v1::Visibility visibility) {
  return {draft.lease_token, RequestIdOf(draft, visibility), draft.text, visibility};
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

absl::Status AnswerNotInForce(const std::string& name, const guidance::Answer* now) {
  const std::string advice = now == nullptr || now->NameWithVersion() == name
                                 ? std::string("look for another with ListAnswers")
                                 : StrCat("in force is answers/", now->NameWithVersion());
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kAnswerNotInForce,
                   StrCat("answers/", name, " is not to be used now: ", advice, ", and write the reply anew"),
                   {{"answer", StrCat("answers/", name)}});
}

v1::Visibility OwnVisibility(const queue::StoredInquiry& inquiry) {
  return wire::VisibilityOn(static_cast<v1::Channel>(inquiry.content.channel),
                            static_cast<v1::Visibility>(inquiry.content.visibility));
}

absl::Status CheckMove(const MoveDraft& draft, const queue::StoredInquiry& inquiry, v1::Channel channel,
                       const std::string& holding_line) {
  FieldViolations violations;
  if (OwnVisibility(inquiry) != v1::PUBLIC) {
    violations.Add("lease_token", "is of an inquiry that is private as it is; answer with ReplyToInquiry");
  }
  if (channel != static_cast<v1::Channel>(inquiry.content.channel) && draft.address.empty()) {
    violations.Add("address", "is required with another channel than the inquiry's");
  }
  if (holding_line.empty()) {
    violations.Add("holding_line", "is required: no guideline that covers the inquiry has one");
  }
  return violations.ToStatus();
}

absl::Status BroadcastIsPublic() {
  FieldViolations violations;
  violations.Add("broadcast", "speaks to everybody, and this reply is private");
  return violations.ToStatus();
}

absl::Status MustNotBecomePublic() {
  FieldViolations violations;
  violations.Add("visibility", "must not be PUBLIC: the inquiry was private");
  return violations.ToStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const guidance::GuidelineBook>> BookOf(const guidance::GuidelinesInForce& guidelines) {
  auto book = guidelines.book();
  if (book != nullptr) return book;
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kNoConfiguration,
                   "no guidelines are in force; apply some with ApplyConfiguration");
}

namespace {

// Whether the first reply came within what the guidelines that cover the inquiry say.
void CountResponseTimes(const ReplyDeskParts& parts, const queue::StoredInquiry& inquiry,
                        const guidance::GuidelineBook& book) {
  const absl::Duration waited = parts.clock.Now() - inquiry.content.create_time;
  const std::string& channel = v1::Channel_Name(static_cast<v1::Channel>(inquiry.content.channel));
  for (const guidance::Guideline& guideline : book.guidelines) {
    if (!guideline.respond_within) continue;
    if (!guideline.scope.Covers(inquiry.topic, channel, OwnVisibility(inquiry) == v1::PUBLIC)) continue;
    parts.metrics.CountResponseTime(guideline.id, waited <= *guideline.respond_within);
  }
}

}  // namespace

void ObserveFirstReply(const ReplyDeskParts& parts, const queue::StoredInquiry& inquiry,
                       const guidance::GuidelineBook& book) {
  parts.metrics.ObserveFirstReply(inquiry.content.language, book.official_languages,
                                  parts.clock.Now() - inquiry.content.create_time);
  CountResponseTimes(parts, inquiry, book);
}

absl::Status ReplyDesk::CheckAnswers(const std::vector<std::string>& answers) const {
  if (answers.empty()) return absl::OkStatus();
  const auto index = parts_.answers.index();
  const auto recalled = parts_.answers.recalled();
  for (const std::string& name : answers) {
    const std::string id = name.substr(0, name.find('@'));
    const guidance::Answer* const answer = index == nullptr ? nullptr : index->library().Find(id);
    const bool in_force =
        answer != nullptr && answer->NameWithVersion() == name && answer->IsValidAt(parts_.clock.Now());
    if (!in_force || recalled->contains(name)) return AnswerNotInForce(name, answer);
  }
  return absl::OkStatus();
}

absl::StatusOr<ReplyDesk::Judged> ReplyDesk::Judge(const ReplyDraft& draft, std::optional<v1::Channel> channel) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::LeaseKey lease, engine_.DecodeToken(draft.lease_token));
  SWITCHBOARD_ASSIGN_OR_RETURN(auto book, BookOf(guidelines_));
  SWITCHBOARD_ASSIGN_OR_RETURN(queue::StoredInquiry inquiry, engine_.Get(lease.id));
  const v1::Visibility own = OwnVisibility(inquiry);
  const v1::Visibility visibility = draft.visibility == v1::VISIBILITY_UNSPECIFIED ? own : draft.visibility;
  if (visibility == v1::PUBLIC && own != v1::PUBLIC) return MustNotBecomePublic();
  if (draft.broadcast && visibility != v1::PUBLIC) return BroadcastIsPublic();
  if (!channel) {
    SWITCHBOARD_ASSIGN_OR_RETURN(channel, wire::ChannelFor(engine_, inquiry, visibility));
  } else if (*channel == v1::CHANNEL_UNSPECIFIED) {
    channel = static_cast<v1::Channel>(inquiry.content.channel);
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::string holder, HolderOf(draft));
  const std::shared_ptr<const workforce::Worker> worker = parts_.workers.Find(holder);
  Judged judged{.result = {.inquiry = lease.id},
                .visibility = visibility,
                .may_cite = CheckAnswers(draft.answers_used),
                .may_send = absl::OkStatus()};
  if (!holder.empty()) {
    judged.may_send =
        MaySend(worker.get(), parts_.registered_only, *book,
                {inquiry.topic, v1::Channel_Name(*channel), visibility == v1::PUBLIC}, parts_.clock.Now());
  }
  judged.authority_level = worker == nullptr ? draft.authority_level : worker->authority_level;
  judged.result.decision = wire::DecideReply(*book, inquiry,
                                             {.text = draft.text,
                                              .channel = *channel,
                                              .visibility = visibility,
                                              .disposition = draft.disposition,
                                              .authority_level = judged.authority_level,
                                              .broadcast = draft.broadcast});
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
  SWITCHBOARD_RETURN_IF_ERROR(judged.may_cite);
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::string holder, engine_.HolderOf(draft.lease_token));
  if (holder.empty()) return queue::LeaseLost();
  return std::move(judged.result);
}

absl::StatusOr<std::optional<ReplyResult>> ReplyDesk::FindEarlier(const ReplyCall& call, int64_t inquiry) const {
  ReplyResult earlier{.inquiry = inquiry, .repeated = true};
  SWITCHBOARD_ASSIGN_OR_RETURN(std::optional<EarlierDraft> kept, FindDraft(engine_, call));
  if (kept.has_value()) {
    earlier.decision = std::move(kept->decision);
    earlier.draft = kept->draft;
    return earlier;
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(std::optional<EarlierReply> sent, FindReply(engine_, call));
  if (!sent.has_value()) return std::nullopt;
  earlier.decision = std::move(sent->decision);
  return earlier;
}

absl::StatusOr<ReplyResult> ReplyDesk::Reply(const ReplyDraft& draft) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(Judged judged, Judge(draft));
  const ReplyCall call = CallOf(draft, judged.visibility);
  const int64_t inquiry = judged.result.inquiry;
  if (IsLetOut(judged)) {
    absl::StatusOr<ReplyResult> sent = Send(draft, std::move(judged));
    // Sent before, under the guidelines of then; or lost to a draft, perhaps, that this very call made when a rule
    // asked for authority that does so no more.
    const bool may_be_earlier = sent.ok() ? sent->repeated : HasReason(sent.status(), reason::kLeaseLost);
    if (!may_be_earlier) return sent;
    SWITCHBOARD_ASSIGN_OR_RETURN(std::optional<ReplyResult> earlier, FindEarlier(call, inquiry));
    if (!earlier.has_value()) return sent;
    if (sent.ok()) earlier->reopened = sent->reopened;
    return *std::move(earlier);
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(std::optional<ReplyResult> earlier, FindEarlier(call, inquiry));
  if (earlier.has_value()) return *std::move(earlier);
  SWITCHBOARD_RETURN_IF_ERROR(judged.may_cite);
  switch (judged.result.decision.verdict) {
    case guidance::ReplyVerdict::kSent:
      return Send(draft, std::move(judged));
    case guidance::ReplyVerdict::kNeedsAuthority:
      return Keep(draft, std::move(judged));
    default:
      SWITCHBOARD_RETURN_IF_ERROR(Refuse(draft, judged, judged.result.decision));
      return std::move(judged.result);
  }
}

absl::StatusOr<std::optional<MoveResult>> ReplyDesk::FindEarlierMove(const ReplyCall& call, int64_t inquiry) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(std::optional<EarlierReply> sent, FindReply(engine_, call));
  if (!sent.has_value()) return std::nullopt;
  MoveResult earlier{.reply = {.inquiry = inquiry, .repeated = true}};
  earlier.reply.decision = std::move(sent->decision);
  earlier.holding_decision = std::move(sent->holding_decision);
  earlier.holding_line = std::move(sent->holding_line);
  return earlier;
}

absl::StatusOr<MoveResult> ReplyDesk::MoveToPrivate(const MoveDraft& draft) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(Judged judged, Judge(draft.reply, draft.channel));
  const auto own_channel = static_cast<v1::Channel>(judged.inquiry.content.channel);
  const v1::Channel channel = draft.channel == v1::CHANNEL_UNSPECIFIED ? own_channel : draft.channel;
  MoveResult result{.holding_line = draft.holding_line};
  if (result.holding_line.empty()) result.holding_line = wire::HoldingLineFor(*judged.book, judged.inquiry);
  const absl::Status may_move = CheckMove(draft, judged.inquiry, channel, result.holding_line);
  // The holding line settles nothing.
  result.holding_decision = wire::DecideReply(*judged.book, judged.inquiry,
                                              {.text = result.holding_line,
                                               .channel = own_channel,
                                               .visibility = v1::PUBLIC,
                                               .authority_level = judged.authority_level});
  result.reply = judged.result;
  const ReplyCall call = CallOf(draft.reply, judged.visibility);
  const int64_t inquiry = judged.result.inquiry;
  if (!may_move.ok() || !IsLetOut(judged) || result.holding_decision.verdict != guidance::ReplyVerdict::kSent) {
    SWITCHBOARD_ASSIGN_OR_RETURN(std::optional<MoveResult> earlier, FindEarlierMove(call, inquiry));
    if (earlier.has_value()) return *std::move(earlier);
  }
  SWITCHBOARD_RETURN_IF_ERROR(judged.may_cite);
  SWITCHBOARD_RETURN_IF_ERROR(may_move);
  for (const guidance::ReplyDecision& decision : {result.reply.decision, result.holding_decision}) {
    if (decision.verdict == guidance::ReplyVerdict::kSent) continue;
    SWITCHBOARD_RETURN_IF_ERROR(Refuse(draft.reply, judged, decision));
    return result;
  }
  queue::LegOpening opening{.leg = {static_cast<int16_t>(channel), draft.address},
                            .holding = wire::StaffMessage(result.holding_line, v1::PUBLIC, result.holding_decision),
                            .reason = StrCat("on ", v1::Channel_Name(channel))};
  SWITCHBOARD_ASSIGN_OR_RETURN(result.reply, Send(draft.reply, std::move(judged), std::move(opening)));
  if (!result.reply.repeated) return result;
  SWITCHBOARD_ASSIGN_OR_RETURN(std::optional<MoveResult> earlier, FindEarlierMove(call, inquiry));
  if (!earlier.has_value()) return result;
  earlier->reply.reopened = result.reply.reopened;
  return *std::move(earlier);
}

absl::Status ReplyDesk::Refuse(const ReplyDraft& draft, const Judged& judged,
                               const guidance::ReplyDecision& decision) const {
  SWITCHBOARD_RETURN_IF_ERROR(engine_.NoteRefusedReply(draft.lease_token, RefusalOf(decision)));
  Count(judged, decision);
  return absl::OkStatus();
}

void ReplyDesk::Count(const Judged& judged, const guidance::ReplyDecision& decision) const {
  parts_.metrics.CountDecision(engine_.NameOf(judged.inquiry.queue), decision, judged.may_send.ok());
}

absl::StatusOr<ReplyResult> ReplyDesk::Send(const ReplyDraft& draft, Judged judged,
                                            std::optional<queue::LegOpening> opening) const {
  if (!judged.may_send.ok()) {
    const std::string refusal = StrCat(ReasonOf(judged.may_send), ": ", ErrorMetadataOf(judged.may_send, "guideline"));
    SWITCHBOARD_RETURN_IF_ERROR(engine_.NoteRefusedReply(draft.lease_token, refusal));
    Count(judged, judged.result.decision);
    return judged.may_send;
  }
  ReplyResult& result = judged.result;
  queue::ReplyRequest request{.lease_token = draft.lease_token,
                              .request_id = RequestIdOf(draft, judged.visibility),
                              .disposition = static_cast<int16_t>(draft.disposition),
                              .opening = std::move(opening)};
  request.message = wire::StaffMessage(draft.text, judged.visibility, result.decision);
  request.message.answers = absl::StrJoin(draft.answers_used, ",");
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::Settled settled, engine_.Reply(std::move(request)));
  result.reopened = settled.reopened;
  result.repeated = settled.repeated;
  if (settled.repeated) return std::move(result);
  Count(judged, result.decision);
  if (settled.first_response) ObserveFirstReply(parts_, judged.inquiry, *judged.book);
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
  request.message.answers = absl::StrJoin(draft.answers_used, ",");
  SWITCHBOARD_ASSIGN_OR_RETURN(result.draft, engine_.KeepDraft(std::move(request)));
  result.repeated = result.draft->repeated;
  if (!result.repeated) Count(judged, result.decision);
  return std::move(result);
}

}  // namespace switchboard::frontline
