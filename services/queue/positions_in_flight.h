// Which positions this process has given out for rows that are not committed yet. A hint must not pass them.
#ifndef SWITCHBOARD_SERVICES_QUEUE_POSITIONS_IN_FLIGHT_H_
#define SWITCHBOARD_SERVICES_QUEUE_POSITIONS_IN_FLIGHT_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_set.h"
#include "absl/synchronization/mutex.h"
#include "common/ids/id_generator.h"

namespace switchboard::queue {

// Thread-safe.
class PositionsInFlight {
 public:
  // `ids` outlives it.
  explicit PositionsInFlight(IdGenerator& ids) : ids_(ids) {}

  // Covers the positions taken from the generator while it lives: made before the first of them is taken, and gone only
  // after the commit's outcome is known.
  class Cover {
   public:
    explicit Cover(PositionsInFlight& positions) : positions_(positions), first_(positions.Begin()) {}
    ~Cover() { positions_.End(first_); }
    Cover(const Cover&) = delete;
    Cover& operator=(const Cover&) = delete;

   private:
    PositionsInFlight& positions_;
    const int64_t first_;
  };

  // No row of this process that is committed after this call stands at or below it. Read before a claim is sent.
  int64_t Horizon() const {
    absl::MutexLock lock(&mutex_);
    return begun_.empty() ? ids_.NextPosition() : *begun_.begin();
  }

 private:
  int64_t Begin() {
    absl::MutexLock lock(&mutex_);
    return *begun_.insert(ids_.NextPosition()).first;
  }
  void End(int64_t first) {
    absl::MutexLock lock(&mutex_);
    begun_.erase(first);
  }

  IdGenerator& ids_;
  mutable absl::Mutex mutex_;
  absl::btree_set<int64_t> begun_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_POSITIONS_IN_FLIGHT_H_
