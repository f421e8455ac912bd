// The queues that the store knows, and what is counted of them.
#ifndef SWITCHBOARD_SERVICES_QUEUE_QUEUE_FIGURES_H_
#define SWITCHBOARD_SERVICES_QUEUE_QUEUE_FIGURES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "services/queue/lane.h"
#include "services/queue/place.h"

namespace switchboard::queue {

struct LaneFigures {
  QueueNumber queue = 0;
  Lane lane;
  int64_t ready = 0;
  int64_t leased = 0;
  int64_t delayed = 0;
  int64_t dead = 0;
  std::optional<absl::Time> oldest_ready;
};

// What went through a queue since the beginning, and in the last minute. `received` counts where inquiries were taken
// in.
struct QueueTally {
  QueueNumber queue = 0;
  int64_t received = 0;
  int64_t unsure = 0;
  int64_t completed = 0;
  int64_t received_last_minute = 0;
  int64_t completed_last_minute = 0;
};

// What waits for the connector of a channel.
struct OutboundFigures {
  int16_t channel = 0;
  int64_t waiting = 0;  // counted up to a limit
  absl::Time oldest;    // since when the oldest waits
};

struct LeaseHolder {
  std::string worker;
  int64_t leases = 0;
  absl::Time next_expiry;
};

struct QueueRecord {
  QueueNumber number = 0;
  std::string name;
  bool paused = false;
  std::string pause_reason;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_QUEUE_FIGURES_H_
