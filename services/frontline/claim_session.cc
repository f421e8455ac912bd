#include "services/frontline/claim_session.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/frontline/lease_return.h"
#include "services/frontline/stream_settlements.h"
#include "services/wire/inquiry_to_proto.h"

namespace switchboard::frontline {
namespace {

// One message down the stream stays well below what gRPC clients take; one inquiry may be larger than this.
constexpr size_t kMessageBytes = 1 << 20;
// Claims of one stream at a time, and how much credit makes another one worth its while.
constexpr size_t kMostClaims = 4;
constexpr int kShare = 64;
// An empty answer so long before its time means that the engine grants nothing any more.
constexpr absl::Duration kEarly = absl::Seconds(1);
constexpr absl::Duration kReconnectAfter = absl::Seconds(1);

absl::Status ShuttingDown() {
  return Unavailable(reason::kShuttingDown, "this process is about to stop; connect again", kReconnectAfter);
}

}  // namespace

void ClaimSession::OnMessage(const v1::StreamClaimsRequest& request, ReadCredit credit) {
  if (absl::Status status = Open(request); !status.ok()) return Finish(status);
  if (request.settlements_size() > 0) {
    SettleAll(
        engine_, reader_, completions_, request.settlements(),
        [self = Self<ClaimSession>(), credit = std::move(credit)](const v1::StreamClaimsResponse& results) mutable {
          self->Send(results);
          // At once, and not whenever the engine forgets its callbacks.
          credit = ReadCredit();
        });
  }
  if (absl::Status status = AddCredit(request.credit()); !status.ok()) {
    StopClaiming();
    return FinishWhenIdle(status);
  }
  ClaimMore();
}

void ClaimSession::OnReadsDone() {
  StopClaiming();
  FinishWhenIdle(absl::OkStatus());
}

void ClaimSession::OnDraining() {
  StopClaiming();
  BidiSession::OnDraining();
}

absl::Status ClaimSession::Open(const v1::StreamClaimsRequest& request) {
  const absl::MutexLock lock(&mutex_);
  if (start_.has_value()) {
    return request.has_start() ? InvalidField("start", "belongs into the first message only") : absl::OkStatus();
  }
  if (!request.has_start()) return InvalidField("start", "is required in the first message");
  SWITCHBOARD_ASSIGN_OR_RETURN(start_, reader_.Read(request.start()));
  return absl::OkStatus();
}

absl::Status ClaimSession::AddCredit(int32_t credit) {
  const int most = reader_.options().max_credit;
  const absl::MutexLock lock(&mutex_);
  if (credit < 0) return InvalidField("credit", "is negative; credit cannot be taken back");
  if (credit > most - credit_) return InvalidField("credit", StrCat("adds up to more than ", most));
  credit_ += credit;
  return absl::OkStatus();
}

void ClaimSession::ClaimMore() {
  uint64_t round = 0;
  while (std::optional<queue::ClaimRequest> request = NextClaim(round)) {
    const absl::Time wait_until = request->wait_until;
    const int64_t number = gate_.Claim(
        *std::move(request), [self = Self<ClaimSession>(), round, wait_until](absl::StatusOr<Leases> granted) {
          self->Granted(round, wait_until, std::move(granted));
        });
    Number(round, number);
  }
}

std::optional<queue::ClaimRequest> ClaimSession::NextClaim(uint64_t& round) {
  const bool writable = Writable();
  const absl::MutexLock lock(&mutex_);
  if (!writable || stopped_ || !start_) return std::nullopt;
  const int most = MostToAsk();
  if (most == 0) return std::nullopt;
  queue::ClaimRequest request = start_->request;
  request.max_inquiries = most;
  request.wait_until = clock_.Now() + start_->wait;
  asked_ += most;
  round = ++round_;
  claims_[round].inquiries = most;
  return request;
}

// Small credit stays together: somebody who works on one inquiry after the other has one claim.
int ClaimSession::MostToAsk() const {
  const int open = credit_ - asked_;
  if (!claims_.empty() && (claims_.size() >= kMostClaims || open < kShare)) return 0;
  const int share = std::max(kShare, static_cast<int>((static_cast<size_t>(credit_) + kMostClaims - 1) / kMostClaims));
  return std::min({open, share, reader_.options().max_inquiries});
}

// The engine may have answered before the number of the claim is known.
void ClaimSession::Number(uint64_t round, int64_t number) {
  {
    const absl::MutexLock lock(&mutex_);
    const auto claim = claims_.find(round);
    if (claim == claims_.end()) return;
    claim->second.number = number;
    if (!stopped_) return;
  }
  gate_.Cancel(number);
}

void ClaimSession::Granted(uint64_t round, absl::Time wait_until, absl::StatusOr<Leases> granted) {
  bool stopped = false;
  bool guided = false;
  {
    const absl::MutexLock lock(&mutex_);
    guided = start_->with_guidance;
    const auto claim = claims_.find(round);
    asked_ -= claim->second.inquiries;
    claims_.erase(claim);
    stopped = stopped_;
    if (granted.ok()) credit_ -= std::min<int>(credit_, static_cast<int>(granted->size()));
  }
  if (stopped) {
    // Whoever has closed its side, or is gone, waits for no more work.
    if (granted.ok()) GiveBack(engine_, clock_, *granted);
    return;
  }
  if (granted.ok() && granted->empty() && clock_.Now() < wait_until - kEarly) granted = ShuttingDown();
  if (!granted.ok()) {
    StopClaiming();
    return FinishWhenIdle(granted.status());
  }
  if (!guided || granted->empty()) {
    SendLeases(*granted, nullptr);
    return ClaimMore();
  }
  guide_.Run([self = Self<ClaimSession>(), leases = *std::move(granted)] {
    self->SendLeases(leases, &self->guide_);
    self->ClaimMore();
  });
}

void ClaimSession::SendLeases(const Leases& leases, const LeaseGuide* guide) {
  size_t next = 0;
  while (next < leases.size()) {
    google::protobuf::Arena arena;
    auto& response = *google::protobuf::Arena::CreateMessage<v1::StreamClaimsResponse>(&arena);
    const size_t first = next;
    for (size_t bytes = 0; next < leases.size() && (next == first || bytes < kMessageBytes); ++next) {
      bytes += BytesOf(leases[next]) + (guide == nullptr ? 0 : LeaseGuide::kMostBytes);
      v1::Lease& out = *response.add_leases();
      wire::FillLease(leases[next], out);
      if (guide != nullptr) guide->Fill(leases[next], out);
    }
    if (Send(response)) continue;
    // The stream ended before these: nobody will hear of them.
    return GiveBack(engine_, clock_, Leases(leases.begin() + static_cast<std::ptrdiff_t>(first), leases.end()));
  }
}

void ClaimSession::StopClaiming() {
  std::vector<int64_t> numbers;
  {
    const absl::MutexLock lock(&mutex_);
    stopped_ = true;
    for (const auto& [round, claim] : claims_) {
      if (claim.number) numbers.push_back(*claim.number);
    }
  }
  for (const int64_t number : numbers) gate_.Cancel(number);
}

}  // namespace switchboard::frontline
