// The triage engine as the edges use it: each decision is timed and counted, and errors are the house's own.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_SERVICE_COUNTED_TRIAGE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_SERVICE_COUNTED_TRIAGE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "services/triage/service/triage_metrics.h"
#include "services/triage/triage_engine.h"

namespace switchboard::triage {

// Whether a decision is about a real inquiry, or somebody only asks.
enum class Occasion { kInquiry, kDryRun };

// Thread-safe. All of its parts outlive it.
class CountedTriage {
 public:
  CountedTriage(const TriageEngine& engine, const Clock& clock, TriageMetrics& metrics)
      : engine_(engine), clock_(clock), metrics_(metrics) {}

  // As TriageEngine::Decide. FAILED_PRECONDITION with reason NO_CONFIGURATION before the first configuration. Dry runs
  // are not counted.
  absl::StatusOr<TriageDecision> Decide(const TriageRequest& request, Occasion occasion) const;

  // What is in force. FAILED_PRECONDITION with reason NO_CONFIGURATION where nothing is.
  absl::StatusOr<std::shared_ptr<const TriageSnapshot>> InForce() const;

 private:
  const TriageEngine& engine_;
  const Clock& clock_;
  TriageMetrics& metrics_;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_SERVICE_COUNTED_TRIAGE_H_
