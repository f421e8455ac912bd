#include "services/frontline/authority_desk.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/wire/reply_decision.h"

namespace switchboard::frontline {
namespace {

absl::Status TooLow(std::string_view what) {
  return MakeError(absl::StatusCode::kPermissionDenied, reason::kAuthorityTooLow, what);
}

}  // namespace

absl::StatusOr<queue::StoredDraft> AuthorityDesk::Admit(const queue::DraftKey& key, const Reviewer& reviewer,
                                                        int& level) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(queue::StoredDraft draft, parts_.engine.GetDraft(key));
  const std::shared_ptr<const workforce::Worker> known = parts_.workers.Find(reviewer.id);
  if (known == nullptr && parts_.registered_only) {
    return TooLow("the reviewer is not registered, and this server demands it");
  }
  level = known == nullptr ? reviewer.authority_level : known->authority_level;
  if (level < draft.authority_level) {
    return TooLow(StrCat("it needs authority level ", draft.authority_level, ", and the reviewer has ", level));
  }
  if (reviewer.id == draft.message.worker) return TooLow("its author cannot decide on it; somebody else must");
  return draft;
}

absl::StatusOr<Approval> AuthorityDesk::Approve(const queue::DraftKey& key, const Reviewer& reviewer) const {
  int level = 0;
  Approval approval;
  SWITCHBOARD_ASSIGN_OR_RETURN(approval.draft, Admit(key, reviewer, level));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto book, BookOf(parts_.guidelines));
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredInquiry inquiry, parts_.engine.Get(key.inquiry));
  const queue::StoredMessage& message = approval.draft.message;
  const auto visibility = static_cast<v1::Visibility>(message.visibility);
  SWITCHBOARD_ASSIGN_OR_RETURN(const v1::Channel channel, wire::ChannelFor(parts_.engine, inquiry, visibility));
  approval.decision = wire::DecideReply(*book, inquiry,
                                        {.text = message.text,
                                         .channel = channel,
                                         .visibility = visibility,
                                         .disposition = static_cast<v1::Disposition>(approval.draft.disposition),
                                         .authority_level = level});
  if (approval.decision.verdict != guidance::ReplyVerdict::kSent) return approval;
  SWITCHBOARD_ASSIGN_OR_RETURN(
      queue::DecidedDraft decided,
      parts_.engine.DecideDraft({.key = key,
                                 .send = true,
                                 .decided_by = reviewer.id,
                                 .guidelines = absl::StrJoin(approval.decision.guidelines, ","),
                                 .rules = absl::StrJoin(approval.decision.passed, ","),
                                 .review_token = reviewer.review_token}));
  approval.draft = std::move(decided.draft);
  approval.reopened = decided.reopened;
  approval.repeated = decided.repeated;
  if (decided.first_response) ObserveFirstReply(parts_, inquiry, *book);
  return approval;
}

absl::StatusOr<queue::StoredDraft> AuthorityDesk::Return(const queue::DraftKey& key, const Reviewer& reviewer,
                                                         const std::string& advice) const {
  int level = 0;
  SWITCHBOARD_RETURN_IF_ERROR(Admit(key, reviewer, level).status());
  SWITCHBOARD_ASSIGN_OR_RETURN(
      queue::DecidedDraft decided,
      parts_.engine.DecideDraft(
          {.key = key, .decided_by = reviewer.id, .advice = advice, .review_token = reviewer.review_token}));
  return std::move(decided.draft);
}

}  // namespace switchboard::frontline
