// What the paths of the engine share. Made by the engine, outlives every path.
#ifndef SWITCHBOARD_SERVICES_QUEUE_ENGINE_PARTS_H_
#define SWITCHBOARD_SERVICES_QUEUE_ENGINE_PARTS_H_

#include <algorithm>
#include <utility>
#include <vector>

#include "common/ids/id_generator.h"
#include "common/time/clock.h"
#include "services/queue/batch_commit.h"
#include "services/queue/caller_fairness.h"
#include "services/queue/claim_desk.h"
#include "services/queue/due_times.h"
#include "services/queue/kept_for.h"
#include "services/queue/lease_watch.h"
#include "services/queue/pause.h"
#include "services/queue/positions_in_flight.h"
#include "services/queue/queue_directory.h"
#include "services/queue/queue_engine.h"
#include "services/queue/queue_metrics.h"
#include "services/queue/queue_store.h"

namespace switchboard::queue {

// From so many elements on a commit is worth waiting for, see GroupCommitLimits.
inline constexpr size_t kLargeBatch = 32;
// How long a smaller one is waited for.
inline constexpr absl::Duration kPrecedence = absl::Milliseconds(20);

// Every member is thread-safe.
struct EngineParts {
  EngineParts(QueueStore& the_store, const Clock& the_clock, IdGenerator& the_ids, QueueMetrics& the_metrics,
              EngineOptions the_options)
      : store(the_store),
        clock(the_clock),
        ids(the_ids),
        metrics(the_metrics),
        options(std::move(the_options)),
        directory(the_metrics),
        positions(the_ids),
        desk(DeskOptions{.node = the_ids.node(),
                         .max_slots = static_cast<size_t>(options.max_batch),
                         .max_waiting = static_cast<size_t>(options.max_waiting_claims),
                         .probe_floor = std::min(options.poll_interval, DeskOptions().probe_floor),
                         .probe_ceiling = options.poll_interval}) {}

  QueueStore& store;
  const Clock& clock;
  IdGenerator& ids;
  QueueMetrics& metrics;
  const EngineOptions options;

  QueueDirectory directory;
  PositionsInFlight positions;
  ClaimDesk desk;
  LeaseWatch leases;
  CallerFairness fairness;
  DueTimes due_times;
  KeptFor kept_for;

  Pause doubt;       // of writers that ask for the outcome of a commit
  Pause dispatcher;  // of the thread that takes claims to the store
  Pause caretaker;   // of the thread that sweeps

  // Learns of lanes that other processes opened.
  absl::Status RefreshLanes() {
    const absl::StatusOr<std::vector<std::pair<QueueNumber, Lane>>> lanes = store.ListLanes();
    if (!lanes.ok()) return lanes.status();
    if (desk.AddLanes(*lanes)) dispatcher.Ring();
    return absl::OkStatus();
  }

  CommitScene SceneOf(CommitKind kind) { return {clock, doubt, metrics, kind, options.in_doubt_limit}; }

  // Inquiries became ready there.
  void Announce(absl::Span<const Place> places) {
    if (!places.empty() && desk.Announce(places)) dispatcher.Ring();
  }
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_ENGINE_PARTS_H_
