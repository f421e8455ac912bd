// What was given up.
#ifndef SWITCHBOARD_SERVICES_QUEUE_DEAD_LETTERS_H_
#define SWITCHBOARD_SERVICES_QUEUE_DEAD_LETTERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/queue/inquiry_record.h"
#include "services/queue/place.h"

namespace switchboard::queue {

struct DeadLetterEntry {
  StoredInquiry inquiry;
  std::string reason;
  absl::Time time;
};

struct DeadLetterSelection {
  std::optional<QueueNumber> queue;
  std::vector<int64_t> ids;  // used where no queue is given
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_DEAD_LETTERS_H_
