#include "services/triage/service/counted_triage.h"

#include "common/status/errors.h"
#include "common/status/status_macros.h"

namespace switchboard::triage {

absl::StatusOr<TriageDecision> CountedTriage::Decide(const TriageRequest& request, Occasion occasion) const {
  const absl::Duration start = clock_.Elapsed();
  absl::StatusOr<TriageDecision> decision = engine_.Decide(request);
  if (absl::IsFailedPrecondition(decision.status())) SWITCHBOARD_RETURN_IF_ERROR(InForce().status());
  if (decision.ok() && occasion == Occasion::kInquiry) metrics_.Count(*decision, clock_.Elapsed() - start);
  return decision;
}

absl::StatusOr<std::shared_ptr<const TriageSnapshot>> CountedTriage::InForce() const {
  std::shared_ptr<const TriageSnapshot> snapshot = engine_.snapshot();
  if (snapshot == nullptr) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reason::kNoConfiguration,
                     "no configuration of topics, queues and routes was applied yet; apply one and try again");
  }
  return snapshot;
}

}  // namespace switchboard::triage
