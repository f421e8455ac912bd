// How leases end: settlements of workers, expiries and returns, committed in groups.
#ifndef SWITCHBOARD_SERVICES_QUEUE_SETTLE_PATH_H_
#define SWITCHBOARD_SERVICES_QUEUE_SETTLE_PATH_H_

#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "services/queue/engine_parts.h"
#include "services/queue/group_committer.h"
#include "services/queue/lease_token.h"
#include "services/queue/settlement_planner.h"

namespace switchboard::queue {

// Thread-safe.
class SettlePath {
 public:
  explicit SettlePath(EngineParts& parts);

  void Start() { committer_.Start(); }
  void Close() { committer_.Close(); }

  // See QueueEngine::Settle.
  void Settle(SettleRequest request, Callback<Settled> done);
  void SettleAll(std::vector<PendingSettlement> settlements);

  // See QueueEngine::Reply, NoteRefusedReply and NoteStatutoryOutcome.
  absl::StatusOr<Settled> Reply(ReplyRequest request);
  absl::Status Note(std::string_view lease_token, EventKind kind, std::string_view reason);

  // Leases that ran out: they come back in this order. What finds no room is left to the next sweep.
  void Expire(absl::Span<const LeaseFacts> leases);

  // Leases that reached nobody.
  void GiveBack(absl::Span<const LeaseFacts> leases);

 private:
  struct Pending {
    SettlementPlan plan;
    LeaseFacts lease;
    Callback<Settled> done;  // empty for the engine's own
  };
  using Element = std::unique_ptr<Pending>;  // too large to be moved from queue to queue
  using Committer = GroupCommitter<Element>;
  using Outcome = absl::StatusOr<SettleOutcome>;

  // Null where it was answered at once.
  Element MakeElement(PendingSettlement& settlement, const QueueSnapshot& queues);
  void TakeBack(absl::Span<const LeaseFacts> leases, Committer::Urgency urgency,
                absl::FunctionRef<SettlementPlan(const LeaseFacts&)> plan);
  void Commit(std::vector<Element> batch);
  std::vector<Outcome> Write(std::vector<Settlement>& settlements, bool* in_doubt);
  void Finish(Pending& pending, const Settlement& settlement, const Outcome& outcome, bool in_doubt,
              const QueueSnapshot& queues);
  void Count(const Pending& pending, const Settlement& settlement, const SettleOutcome& outcome,
             const QueueEntry& queue);
  void FollowUp(const Settlement& settlement, const SettleOutcome& outcome);
  absl::StatusOr<Settled> AnswerFor(const Pending& pending, const Settlement& settlement, const Outcome& outcome,
                                    const QueueSnapshot& queues);
  void ReclassifyInPlace(Pending& pending, const QueueSnapshot& queues);

  EngineParts& parts_;
  Committer committer_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_SETTLE_PATH_H_
