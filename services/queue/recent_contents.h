// What was taken in a moment ago, so that a claim need not read it back.
#ifndef SWITCHBOARD_SERVICES_QUEUE_RECENT_CONTENTS_H_
#define SWITCHBOARD_SERVICES_QUEUE_RECENT_CONTENTS_H_

#include <cstdint>
#include <list>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "services/queue/inquiry_record.h"

namespace switchboard::queue {

// Contents by inquiry id, up to a number of bytes: the oldest make room. Nothing depends on what is in here: a content
// never changes once its inquiry is stored, and what is not here is in the database. Thread-safe.
class RecentContents {
 public:
  explicit RecentContents(int64_t max_bytes) : max_bytes_(max_bytes) {}

  // Of inquiries that are stored.
  void Keep(absl::Span<const InquiryContent* const> contents);

  // Takes one out. Nothing where it is not here (any more).
  std::optional<InquiryContent> Take(int64_t id);

 private:
  using Order = std::list<InquiryContent>;

  InquiryContent TakeOut(Order::iterator content) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int64_t max_bytes_;
  absl::Mutex mutex_;
  Order order_ ABSL_GUARDED_BY(mutex_);  // oldest first
  absl::flat_hash_map<int64_t, Order::iterator> by_id_ ABSL_GUARDED_BY(mutex_);
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_RECENT_CONTENTS_H_
