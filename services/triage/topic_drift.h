// Whether what citizens ask, or how sure the sorter is of it, is no longer what it was.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_TOPIC_DRIFT_H_
#define SWITCHBOARD_SERVICES_TRIAGE_TOPIC_DRIFT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace switchboard::triage {

// Inquiries by topic id; by "" where the sorter was unsure.
using TopicCounts = std::map<std::string, int64_t>;

// What a process sorted and did not hand on yet. Thread-safe.
class TopicTally {
 public:
  void Count(const std::string& topic) ABSL_LOCKS_EXCLUDED(mutex_);
  void Add(const TopicCounts& counts) ABSL_LOCKS_EXCLUDED(mutex_);

  // Everything since the last time.
  TopicCounts Take() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, int64_t> counts_ ABSL_GUARDED_BY(mutex_);
};

struct TopicMix {
  TopicCounts recent;  // today and yesterday
  TopicCounts before;  // the 28 days before
};

struct TopicDrift {
  double unsure_recent = 0;  // share of the inquiries, 0…1
  double unsure_before = 0;
  double distance = 0;  // share of the sorted inquiries that would have to change their topic to be mixed as before
};

// Fewer than so many in either period say nothing.
inline constexpr int64_t kLeastForDrift = 200;

// Nothing where there are too few.
std::optional<TopicDrift> DriftOf(const TopicMix& mix);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_TOPIC_DRIFT_H_
