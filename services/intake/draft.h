// From a caller's request to what the queue engine stores: checked, sorted and routed.
#ifndef SWITCHBOARD_SERVICES_INTAKE_DRAFT_H_
#define SWITCHBOARD_SERVICES_INTAKE_DRAFT_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/queue/queue_engine.h"
#include "services/triage/configuration.h"
#include "services/triage/service/counted_triage.h"
#include "switchboard/v1/intake.pb.h"

namespace switchboard::intake {

// A request that has nothing wrong in it.
struct Draft {
  queue::Submission submission;  // without topic, queue and priority
  std::string caller_topic;      // topic id, or empty: sort it
  std::optional<triage::Priority> caller_priority;
  bool validate_only = false;
};

// INVALID_ARGUMENT that names every wrong field. `configuration`, where there is one, says which topics there are.
absl::StatusOr<Draft> ReadDraft(const v1::SubmitInquiryRequest& request, const triage::Configuration* configuration,
                                size_t max_text_bytes);

// Finds language, topic and route, and writes them down. FAILED_PRECONDITION (NO_CONFIGURATION); INVALID_ARGUMENT where
// the caller's topic went out of force meanwhile.
absl::StatusOr<queue::Submission> SortAndRoute(Draft draft, const triage::CountedTriage& triage);

// What the caller hears of a submission before it is stored: everything but name, times and the text.
void FillAnswer(const queue::Submission& submission, v1::SubmitInquiryResponse& answer);

}  // namespace switchboard::intake

#endif  // SWITCHBOARD_SERVICES_INTAKE_DRAFT_H_
