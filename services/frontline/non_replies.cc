#include "services/frontline/non_replies.h"

#include <memory>
#include <string>
#include <utility>

#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/wire/inquiry_to_proto.h"

namespace switchboard::frontline {
namespace {

absl::Status NotAllowed(const guidance::Guideline& guideline, const std::string& disposition) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kNonReplyNotAllowed,
                   StrCat("guideline ", guideline.NameWithVersion(), " owes inquiries of this kind a reply, so that ",
                          disposition, " settles none; reply, or transfer it"),
                   {{"guideline", guideline.NameWithVersion()}});
}

}  // namespace

absl::Status NonReplies::Check(const queue::SettleRequest& request) const {
  const auto book = guidelines_.book();
  if (book == nullptr) return absl::OkStatus();
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::LeaseKey lease, engine_.DecodeToken(request.lease_token));
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredInquiry inquiry, engine_.Get(lease.id));
  const auto channel = static_cast<v1::Channel>(inquiry.content.channel);
  const v1::Visibility own = wire::VisibilityOn(channel, static_cast<v1::Visibility>(inquiry.content.visibility));
  const std::string& disposition = v1::Disposition_Name(static_cast<v1::Disposition>(request.disposition));
  for (const guidance::Guideline& guideline : book->guidelines) {
    if (!guideline.scope.Covers(inquiry.topic, v1::Channel_Name(channel), own == v1::PUBLIC)) continue;
    if (!guideline.AllowsNonReply(disposition)) return NotAllowed(guideline, disposition);
  }
  return absl::OkStatus();
}

void NonReplies::Settle(queue::SettleRequest request, v1::Assessment assessment,
                        queue::Callback<queue::Settled> done) const {
  // Shared, so that it can still be answered where there is no room for the task.
  auto answer = std::make_shared<queue::Callback<queue::Settled>>(std::move(done));
  const bool taken = blocking_.TrySubmit([this, request = std::move(request), assessment, answer]() mutable {
    SettleNow(std::move(request), assessment, std::move(*answer));
  });
  if (!taken) (*answer)(Overloaded("every worker of this process is busy", absl::Seconds(1)));
}

void NonReplies::SettleNow(queue::SettleRequest request, v1::Assessment assessment,
                           queue::Callback<queue::Settled> done) const {
  if (absl::Status status = Check(request); !status.ok()) return done(std::move(status));
  const auto disposition = static_cast<v1::Disposition>(request.disposition);
  engine_.Settle(std::move(request), [this, disposition, assessment,
                                      done = std::move(done)](absl::StatusOr<queue::Settled> settled) mutable {
    if (settled.ok() && !settled->repeated) metrics_.CountNonReply(settled->queue, disposition, assessment);
    done(std::move(settled));
  });
}

}  // namespace switchboard::frontline
