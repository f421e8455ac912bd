#include "services/frontline/completions.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/frontline/dispositions.h"
#include "services/wire/inquiry_to_proto.h"

namespace switchboard::frontline {
namespace {

bool IsListed(const std::vector<std::string>& dispositions, const std::string& name) {
  return dispositions.empty() || std::find(dispositions.begin(), dispositions.end(), name) != dispositions.end();
}

absl::Status CheckNonReply(const guidance::Guideline& guideline, const std::string& disposition) {
  if (guideline.AllowsNonReply(disposition)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kNonReplyNotAllowed,
                   StrCat("guideline ", guideline.NameWithVersion(), " owes inquiries of this kind a reply, so that ",
                          disposition, " settles none; reply, or transfer it"),
                   {{"guideline", guideline.NameWithVersion()}});
}

absl::Status CheckListed(const guidance::Guideline& guideline, const std::string& disposition) {
  if (IsListed(guideline.dispositions, disposition)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kDispositionNotAllowed,
                   StrCat("guideline ", guideline.NameWithVersion(), " settles inquiries of this kind as ",
                          absl::StrJoin(guideline.dispositions, ", "), ", and not as ", disposition,
                          "; choose one of these, or transfer it"),
                   {{"guideline", guideline.NameWithVersion()}});
}

}  // namespace

DispositionSet Completions::Guarded() const {
  DispositionSet guarded;
  const auto book = guidelines_.book();
  for (int number = v1::Disposition_MIN + 1; number <= v1::Disposition_MAX; ++number) {
    if (!v1::Disposition_IsValid(number)) continue;
    const auto disposition = static_cast<v1::Disposition>(number);
    if (IsNonReply(disposition)) guarded.Add(disposition);
    if (book == nullptr || !IsOfReply(disposition)) continue;
    const std::string& name = v1::Disposition_Name(disposition);
    const bool allowed = std::all_of(book->guidelines.begin(), book->guidelines.end(),
                                     [&name](const auto& each) { return IsListed(each.dispositions, name); });
    if (!allowed) guarded.Add(disposition);
  }
  return guarded;
}

absl::Status Completions::Check(const queue::SettleRequest& request) const {
  const auto book = guidelines_.book();
  if (book == nullptr) return absl::OkStatus();
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::LeaseKey lease, engine_.DecodeToken(request.lease_token));
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::StoredInquiry inquiry, engine_.Get(lease.id));
  const auto channel = static_cast<v1::Channel>(inquiry.content.channel);
  const v1::Visibility own = wire::VisibilityOn(channel, static_cast<v1::Visibility>(inquiry.content.visibility));
  const auto disposition = static_cast<v1::Disposition>(request.disposition);
  const auto check = IsNonReply(disposition) ? CheckNonReply : CheckListed;
  for (const guidance::Guideline& guideline : book->guidelines) {
    if (!guideline.scope.Covers(inquiry.topic, v1::Channel_Name(channel), own == v1::PUBLIC)) continue;
    absl::Status refused = check(guideline, v1::Disposition_Name(disposition));
    if (refused.ok()) continue;
    // A lease that is over is told from a repetition by the engine.
    SWITCHBOARD_ASSIGN_OR_RETURN(const std::string holder, engine_.HolderOf(request.lease_token));
    return holder.empty() ? absl::OkStatus() : refused;
  }
  return absl::OkStatus();
}

void Completions::Settle(queue::SettleRequest request, v1::Assessment assessment,
                         queue::Callback<queue::Settled> done) const {
  // Shared, so that it can still be answered where there is no room for the task.
  auto answer = std::make_shared<queue::Callback<queue::Settled>>(std::move(done));
  const bool taken = blocking_.TrySubmit([this, request = std::move(request), assessment, answer]() mutable {
    SettleNow(std::move(request), assessment, std::move(*answer));
  });
  if (!taken) (*answer)(Overloaded("every worker of this process is busy", absl::Seconds(1)));
}

void Completions::SettleNow(queue::SettleRequest request, v1::Assessment assessment,
                            queue::Callback<queue::Settled> done) const {
  if (absl::Status status = Check(request); !status.ok()) return done(std::move(status));
  const auto disposition = static_cast<v1::Disposition>(request.disposition);
  if (!IsNonReply(disposition)) return engine_.Settle(std::move(request), std::move(done));
  engine_.Settle(std::move(request), [this, disposition, assessment,
                                      done = std::move(done)](absl::StatusOr<queue::Settled> settled) mutable {
    if (settled.ok() && !settled->repeated) metrics_.CountNonReply(settled->queue, disposition, assessment);
    done(std::move(settled));
  });
}

}  // namespace switchboard::frontline
