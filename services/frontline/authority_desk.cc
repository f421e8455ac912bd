#include "services/frontline/authority_desk.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/frontline/send_permit.h"
#include "services/wire/reply_decision.h"

namespace switchboard::frontline {
namespace {

absl::Status TooLow(std::string_view what) {
  return MakeError(absl::StatusCode::kPermissionDenied, reason::kAuthorityTooLow, what);
}

}  // namespace

absl::StatusOr<AuthorityDesk::Admitted> AuthorityDesk::Admit(const queue::DraftKey& key,
                                                             const Reviewer& reviewer) const {
  Admitted admitted{.worker = parts_.workers.Find(reviewer.id)};
  SWITCHBOARD_ASSIGN_OR_RETURN(admitted.draft, parts_.engine.GetDraft(key));
  if (admitted.worker == nullptr && parts_.registered_only) {
    return TooLow("the reviewer is not registered, and this server demands it");
  }
  admitted.level = admitted.worker == nullptr ? reviewer.authority_level : admitted.worker->authority_level;
  const int needed = admitted.draft.authority_level;
  if (admitted.level < needed) {
    return TooLow(StrCat("it needs authority level ", needed, ", and the reviewer has ", admitted.level));
  }
  if (reviewer.id == admitted.draft.message.worker) {
    return TooLow("its author cannot decide on it; somebody else must");
  }
  return admitted;
}

absl::StatusOr<Approval> AuthorityDesk::Approve(const queue::DraftKey& key, const Reviewer& reviewer) const {
  SWITCHBOARD_ASSIGN_OR_RETURN(Admitted admitted, Admit(key, reviewer));
  Approval approval{.draft = std::move(admitted.draft)};
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto book, BookOf(parts_.guidelines));
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredInquiry inquiry, parts_.engine.Get(key.inquiry));
  const queue::StoredMessage& message = approval.draft.message;
  const auto visibility = static_cast<v1::Visibility>(message.visibility);
  SWITCHBOARD_ASSIGN_OR_RETURN(const v1::Channel channel, wire::ChannelFor(parts_.engine, inquiry, visibility));
  // What was decided before stays so, by the guidelines of then, and the engine says what it was.
  if (approval.draft.state == queue::DraftState::kWaiting) {
    SWITCHBOARD_RETURN_IF_ERROR(MaySend(admitted.worker.get(), parts_.registered_only, *book,
                                        {inquiry.topic, v1::Channel_Name(channel), visibility == v1::PUBLIC},
                                        parts_.clock.Now()));
    approval.decision = wire::DecideReply(*book, inquiry,
                                          {.text = message.text,
                                           .channel = channel,
                                           .visibility = visibility,
                                           .disposition = static_cast<v1::Disposition>(approval.draft.disposition),
                                           .authority_level = admitted.level});
    if (approval.decision.verdict != guidance::ReplyVerdict::kSent) return approval;
  }
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
  SWITCHBOARD_RETURN_IF_ERROR(Admit(key, reviewer).status());
  SWITCHBOARD_ASSIGN_OR_RETURN(
      queue::DecidedDraft decided,
      parts_.engine.DecideDraft(
          {.key = key, .decided_by = reviewer.id, .advice = advice, .review_token = reviewer.review_token}));
  return std::move(decided.draft);
}

}  // namespace switchboard::frontline
