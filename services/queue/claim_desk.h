// Where workers wait for inquiries and inquiries find waiting workers. Decides who is served with what, and touches
// neither the store nor a thread.
//
// A claim is in one of these states:
//
//     PENDING ──taken into a plan──▶ CLAIMING ──got something──▶ answered
//        ▲  │ nothing is there,      ▲  │ found nothing
//        │  ▼ or others take it all  │  ▼
//        │  IDLE ──news of its lanes─┘ IDLE ──its time is up──▶ answered empty
//        │    │ a submission is handed to it
//        └── RESERVED ──committed──▶ answered      (back where the submission was none)
#ifndef SWITCHBOARD_SERVICES_QUEUE_CLAIM_DESK_H_
#define SWITCHBOARD_SERVICES_QUEUE_CLAIM_DESK_H_

#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/time/clock.h"
#include "services/queue/claim.h"
#include "services/queue/lane_book.h"
#include "services/queue/place.h"
#include "services/queue/queue_directory.h"
#include "services/queue/queue_engine.h"

namespace switchboard::queue {

struct DeskOptions {
  uint8_t node = 0;         // of this process, in positions
  size_t max_slots = 1000;  // of one plan
  size_t max_waiting = 20000;
  absl::Duration probe_floor = absl::Milliseconds(25);     // looks for others' work at least so far apart …
  absl::Duration probe_ceiling = absl::Milliseconds(200);  // … and at most
};

// What is to be answered to one claim. The owner of the desk does so, outside the desk's lock.
struct ClaimAnswer {
  Callback<std::vector<GrantedLease>> done;
  absl::Status status;  // where not OK, `granted` is given back
  std::vector<ClaimedInquiry> granted;
};

// Claims of one group taken together to the store.
struct ClaimPlan {
  ClaimBatch batch;  // without its token, which is the caller's
  int64_t horizon = 0;
  std::vector<int64_t> claims;   // one per slot
  std::vector<LaneNote*> lanes;  // parallel to batch.lanes
  std::vector<int64_t> waiting;  // parallel to it: what waited there, as far as it was known
  bool probes_all = false;
  bool is_short = false;  // more may wait than it has slots for
  bool serves = false;    // takes what is known to wait
  bool limited = false;   // its workers may hold so many and no more: for ClaimWithin
};

// A worker found for a submission that is about to be committed.
struct Reservation {
  int64_t claim = 0;
  std::string worker;
  std::optional<absl::Duration> lease_duration;
};

// What the queue gives, or 15 minutes where nothing was configured.
absl::Duration LeaseDurationOf(const QueueSettings& settings);

// Thread-safe. `now` is the engine's clock's time.
class ClaimDesk {
 public:
  explicit ClaimDesk(const DeskOptions& options) : options_(options), book_(options.node) {}

  // Queues a claim that takes from `queues` (not empty); where nothing is there for it, submissions can be handed to it
  // from here on. `done` is taken only where the verdict is kQueued.
  struct Added {
    enum class Verdict { kQueued, kFull, kClosed };
    Verdict verdict = Verdict::kQueued;
    int64_t claim = 0;
    bool needs_look = false;  // sooner than NextLook() said last: most claims of a busy worker only wait
  };
  Added Add(ClaimRequest request, std::vector<QueueNumber> queues, absl::Time now,
            Callback<std::vector<GrantedLease>>& done);

  // Takes the claim out and gives its answer, unless something is on its way to it: then, or where there is no such
  // claim, nothing; what arrives will come back as an answer with status CANCELLED.
  std::optional<ClaimAnswer> Cancel(int64_t claim);

  // From now on nothing waits. Gives the empty answers of those that do.
  std::vector<ClaimAnswer> Close();

  // The answers of those whose time is up.
  std::vector<ClaimAnswer> TakeOverdue(absl::Time now);

  // The next claims to take to the store, and from which lanes; nothing where all that can be done is to wait. No more
  // are taken than what is known to wait there can serve. The others become idle, so that what comes meanwhile can be
  // handed to them; those that do not wait are appended to `answers`. `horizon`: PositionsInFlight::Horizon(), read
  // before.
  std::optional<ClaimPlan> NextPlan(const QueueSnapshot& queues, int64_t horizon, absl::Time now,
                                    std::vector<ClaimAnswer>& answers);

  // What the store gave for a plan. Where it failed its claims are answered so, but a conflict is tried again.
  std::vector<ClaimAnswer> Finish(const ClaimPlan& plan, absl::StatusOr<std::vector<ClaimedInquiry>> claimed,
                                  absl::Time now);

  // The same for a limited plan. Claims whose workers hold as many as they may are answered empty.
  std::vector<ClaimAnswer> FinishLimited(const ClaimPlan& plan, absl::StatusOr<LimitedClaim> claimed, absl::Time now);

  // Waits, at most so long, while workers work off what is known to wait, and until one of them has come back for more:
  // what is about to be committed can then be handed over.
  void LetClaimsThrough(const Clock& clock, absl::Duration at_most);

  bool HasClaims() const;

  // When NextPlan or TakeOverdue may have something again although nobody calls the desk meanwhile.
  absl::Time NextLook();

  // Finds a waiting worker for each place that is about to be filled, the one that has waited longest; a claim takes as
  // many as it asked for. Nothing where none waits, or where something waits in the lane that no claim under way takes,
  // or where it is the turn of a worker whose leases have to be counted first: it claims what is announced.
  std::vector<std::optional<Reservation>> Reserve(absl::Span<const Place> places, const QueueSnapshot& queues);

  // What became of the reservations of one commit: the inquiries that were leased, in their order.
  struct Handed {
    int64_t claim = 0;
    std::optional<ClaimedInquiry> inquiry;  // nothing: not stored, or not as a new one
  };
  std::vector<ClaimAnswer> FinishReserved(std::vector<Handed> handed, int64_t horizon, absl::Time now);

  // Inquiries became ready in these lanes. True where a claim can be tried now.
  bool Announce(absl::Span<const Place> places);

  // Something may have become ready in these queues. True where a claim can be tried now.
  bool AnnounceQueues(absl::Span<const QueueNumber> queues);

  // Lanes that exist; new ones are looked at. True where a claim can be tried now.
  bool AddLanes(absl::Span<const std::pair<QueueNumber, Lane>> lanes);

  // For sweeps: every lane with its hint.
  struct LaneView {
    QueueNumber queue = 0;
    Lane lane;
    int64_t hint = 0;
  };
  std::vector<LaneView> Lanes() const;
  // What the sweep of a lane found. True where a claim can be tried now.
  bool Swept(QueueNumber queue, Lane lane, std::optional<int64_t> first_ready, int64_t horizon);

  // The queues of all places announced since the last call.
  std::vector<QueueNumber> TakeFreshQueues();

 private:
  struct Group;
  enum class State { kPending, kIdle, kClaiming, kReserved };
  struct Waiter {
    int64_t id = 0;
    ClaimRequest request;
    Callback<std::vector<GrantedLease>> done;
    Group* group = nullptr;
    State state = State::kPending;
    bool cancelled = false;
    bool is_full = false;  // its worker holds as many as it may
    std::vector<ClaimedInquiry> granted;
  };
  using Waiters = std::list<Waiter>;
  // The claims that want the same.
  struct Group {
    std::vector<QueueNumber> queues;
    std::vector<int> languages;  // LanguageOf; empty: all
    bool limited = false;        // of workers with a capacity
    Waiters pending;
    Waiters idle;
    absl::Time next_probe = absl::InfinitePast();
    absl::Duration probe_interval = absl::ZeroDuration();
    int engaged = 0;       // waiters of it in `engaged_`
    bool in_turn = false;  // is in `turns_`

    bool Takes(int language) const;
  };
  using GroupKey = std::tuple<std::vector<QueueNumber>, std::vector<int>, bool>;

  Group& GroupOf(const ClaimRequest& request, std::vector<QueueNumber> queues) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ForgetUnusedGroups() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Waiters& ListOf(const Waiter& waiter) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Engage(Waiters::iterator waiter, State state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  ClaimAnswer TakeOut(Waiters::iterator waiter, absl::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Settle(int64_t claim, bool retry, absl::Time now, std::vector<ClaimAnswer>& answers)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Rest(Waiters::iterator waiter) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  void WakeDueGroups(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void QueueTurn(Group& group) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<ClaimPlan> PlanFor(Group& group, const QueueSnapshot& queues, int64_t horizon, absl::Time now,
                                   std::vector<ClaimAnswer>& answers) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AddLanes(const Group& group, const QueueSnapshot& queues, ClaimPlan& plan) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AddSlots(Group& group, int64_t wanted, ClaimPlan& plan) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool TakeSlots(const Waiter& waiter, int64_t wanted, ClaimPlan& plan) const;
  void Cover(ClaimPlan& plan, int64_t known) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void LeaveEmptyHanded(Group& group, absl::Time now, std::vector<ClaimAnswer>& answers)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // `slots`: those that were filled where there was something; null: all.
  std::vector<ClaimAnswer> FinishSlots(const ClaimPlan& plan, absl::StatusOr<std::vector<ClaimedInquiry>> claimed,
                                       const std::vector<size_t>* slots, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool NoteClaimed(const ClaimPlan& plan, absl::Span<const ClaimedInquiry> claimed, size_t slots, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsWorkedOff(absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasIdleClaims() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasNews(const Group& group) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ScheduleProbe(Group& group, bool found_foreign, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Wake(LaneNote& note) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<Waiters::iterator> LongestWaiting(const LaneNote& note) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const DeskOptions options_;
  mutable absl::Mutex mutex_;
  absl::CondVar changed_;  // a plan is finished, or a claim became idle
  LaneBook book_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time last_look_told_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  int64_t last_claim_ ABSL_GUARDED_BY(mutex_) = 0;
  int serving_ ABSL_GUARDED_BY(mutex_) = 0;  // plans under way with `serves`
  std::map<GroupKey, std::unique_ptr<Group>> groups_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<QueueNumber, std::vector<Group*>> groups_by_queue_ ABSL_GUARDED_BY(mutex_);
  std::deque<Group*> turns_ ABSL_GUARDED_BY(mutex_);  // groups with pending claims, next first
  Waiters engaged_ ABSL_GUARDED_BY(mutex_);           // claiming and reserved ones, of all groups
  absl::flat_hash_map<int64_t, Waiters::iterator> waiters_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<absl::Time, int64_t>> deadlines_ ABSL_GUARDED_BY(mutex_);  // of tried ones
  absl::flat_hash_set<QueueNumber> fresh_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_CLAIM_DESK_H_
