// The storage contract of how many inquiries were sorted to each topic, day by day.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_TOPIC_MIX_STORE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_TOPIC_MIX_STORE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/triage/topic_drift.h"

namespace switchboard::triage {

// All calls block and are thread-safe. Errors of every call: those of common/postgres/connection.h.
class TopicMixStore {
 public:
  virtual ~TopicMixStore() = default;

  // Adds to what was sorted today, in UTC. Where the outcome is unknown, repeating it may count twice.
  virtual absl::Status Add(const TopicCounts& counts) = 0;

  // What all processes have added.
  virtual absl::StatusOr<TopicMix> Mix() = 0;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_TOPIC_MIX_STORE_H_
