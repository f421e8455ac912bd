#include "services/frontline/waiting_claim.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "services/frontline/lease_return.h"
#include "services/wire/inquiry_to_proto.h"

namespace switchboard::frontline {
namespace {

// gRPC clients take 4 MiB unless told otherwise; one inquiry may add more than 1 MiB.
constexpr size_t kMostAnswerBytes = 2 << 20;

// Cuts off what does not fit into one answer; the first lease always does. `extra` is added to each.
std::vector<queue::GrantedLease> CutOversize(std::vector<queue::GrantedLease>& leases, size_t extra) {
  size_t bytes = 0;
  const auto end = std::find_if(leases.begin(), leases.end(), [&](const queue::GrantedLease& lease) {
    const bool full = bytes >= kMostAnswerBytes;
    bytes += BytesOf(lease) + extra;
    return full;
  });
  std::vector<queue::GrantedLease> rest(std::make_move_iterator(end), std::make_move_iterator(leases.end()));
  leases.erase(end, leases.end());
  return rest;
}

}  // namespace

void WaitingClaim::Start(GatedClaims& claims, queue::QueueEngine& engine, const Clock& clock, const LeaseGuide* guide,
                         queue::ClaimRequest request, CallInfo& call, Respond respond) {
  auto waiting = std::make_shared<WaitingClaim>(claims, engine, clock, guide, call, std::move(respond));
  call.OnCancel([waiting] { waiting->Cancel(); });
  // From here on the call may be gone at any time: the engine may answer before it has told the number.
  const int64_t claim =
      claims.Claim(std::move(request), [waiting](auto granted) { waiting->Answer(std::move(granted)); });
  waiting->Number(claim);
}

void WaitingClaim::Cancel() {
  std::optional<int64_t> claim;
  {
    const absl::MutexLock lock(&mutex_);
    cancelled_ = true;
    claim = claim_;
  }
  if (claim) claims_.Cancel(*claim);
}

void WaitingClaim::Number(int64_t claim) {
  {
    const absl::MutexLock lock(&mutex_);
    claim_ = claim;
    if (!cancelled_) return;
  }
  claims_.Cancel(claim);
}

void WaitingClaim::Answer(absl::StatusOr<std::vector<queue::GrantedLease>> granted) {
  if (!granted.ok()) return respond_(granted.status());
  if (guide_ == nullptr || granted->empty()) return Send(*std::move(granted));
  guide_->Run([self = shared_from_this(), leases = *std::move(granted)]() mutable { self->Send(std::move(leases)); });
}

void WaitingClaim::Send(std::vector<queue::GrantedLease> leases) {
  if (call_.cancelled()) {
    GiveBack(engine_, clock_, leases);
    return respond_(absl::CancelledError("the caller hung up"));
  }
  GiveBack(engine_, clock_, CutOversize(leases, guide_ == nullptr ? 0 : LeaseGuide::kMostBytes));
  v1::ClaimInquiriesResponse& response = respond_.response();
  for (const queue::GrantedLease& lease : leases) {
    v1::Lease& out = *response.add_leases();
    wire::FillLease(lease, out);
    if (guide_ != nullptr) guide_->Fill(lease, out);
  }
  respond_(absl::OkStatus());
}

}  // namespace switchboard::frontline
