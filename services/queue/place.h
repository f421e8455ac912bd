// Where an inquiry stands in the queues.
#ifndef SWITCHBOARD_SERVICES_QUEUE_PLACE_H_
#define SWITCHBOARD_SERVICES_QUEUE_PLACE_H_

#include <cstdint>

#include "services/queue/lane.h"

namespace switchboard::queue {

// A queue's number in the database; given once per name, never reused.
using QueueNumber = int32_t;

// Where a waiting or leased inquiry stands. Positions are time-ordered and fresh at each entry (common/ids).
struct Place {
  QueueNumber queue = 0;
  Lane lane;
  int64_t position = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

// An inquiry that was moved, and where it waits now.
struct DueInquiry {
  int64_t id = 0;
  Place place;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_PLACE_H_
