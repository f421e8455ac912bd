// One StreamClaims call: credit up, leases down as work comes, settlements up, their results down.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_CLAIM_SESSION_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_CLAIM_SESSION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/rpc/bidi_session.h"
#include "common/time/clock.h"
#include "services/frontline/completions.h"
#include "services/frontline/gated_claims.h"
#include "services/frontline/lease_guide.h"
#include "services/frontline/request_reader.h"
#include "services/queue/queue_engine.h"
#include "switchboard/v1/frontline.pb.h"

namespace switchboard::frontline {

// Has a few claims with the engine at a time, for as much as there is credit: while one of them waits for the commit of
// what it is handed, what comes next is handed to another. A lease that comes when the caller
// has closed its side or is gone goes back to its queue unseen; one that was sent stays with the worker. A claim that
// fails ends the stream with its error, after the results of what was settled. All parts outlive the session.
class ClaimSession final : public BidiSession<v1::StreamClaimsRequest, v1::StreamClaimsResponse> {
 public:
  ClaimSession(GatedClaims& claims, queue::QueueEngine& engine, const Clock& clock, const RequestReader& reader,
               const LeaseGuide& guide, const Completions& completions)
      : BidiSession({.max_unreturned = 64, .max_outbound = 16}),
        gate_(claims),
        engine_(engine),
        clock_(clock),
        reader_(reader),
        guide_(guide),
        completions_(completions) {}

 private:
  using Leases = std::vector<queue::GrantedLease>;

  void OnMessage(const v1::StreamClaimsRequest& request, ReadCredit credit) override;
  void OnReadsDone() override;
  void OnWritable() override { ClaimMore(); }
  void OnCancelled() override { StopClaiming(); }
  void OnDraining() override;
  void OnEnd() override { StopClaiming(); }

  // Takes `start` from the first message and refuses it in the others.
  absl::Status Open(const v1::StreamClaimsRequest& request) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status AddCredit(int32_t credit) ABSL_LOCKS_EXCLUDED(mutex_);

  // Asks the engine for work where there is credit that no claim under way has asked for, and room to send.
  void ClaimMore() ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<queue::ClaimRequest> NextClaim(uint64_t& round) ABSL_LOCKS_EXCLUDED(mutex_);
  int MostToAsk() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Number(uint64_t round, int64_t number) ABSL_LOCKS_EXCLUDED(mutex_);
  void Granted(uint64_t round, absl::Time wait_until, absl::StatusOr<Leases> granted) ABSL_LOCKS_EXCLUDED(mutex_);
  void SendLeases(const Leases& leases, const LeaseGuide* guide);
  void StopClaiming() ABSL_LOCKS_EXCLUDED(mutex_);

  GatedClaims& gate_;
  queue::QueueEngine& engine_;
  const Clock& clock_;
  const RequestReader& reader_;
  const LeaseGuide& guide_;
  const Completions& completions_;

  // A claim that is with the engine.
  struct Asked {
    int inquiries = 0;
    std::optional<int64_t> number;  // once the engine has told it
  };

  absl::Mutex mutex_;
  std::optional<ReadClaim> start_ ABSL_GUARDED_BY(mutex_);
  int credit_ ABSL_GUARDED_BY(mutex_) = 0;
  int asked_ ABSL_GUARDED_BY(mutex_) = 0;  // of it, by all claims
  uint64_t round_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, Asked> claims_ ABSL_GUARDED_BY(mutex_);  // by round
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_CLAIM_SESSION_H_
