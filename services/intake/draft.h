// From a caller's request to what the queue engine stores: checked, sorted and routed.
#ifndef SWITCHBOARD_SERVICES_INTAKE_DRAFT_H_
#define SWITCHBOARD_SERVICES_INTAKE_DRAFT_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "services/queue/queue_engine.h"
#include "services/triage/configuration.h"
#include "services/triage/service/counted_triage.h"
#include "switchboard/v1/intake.pb.h"

namespace switchboard::intake {

// A request on its way to being stored; filled in place, so that nothing of it is moved about.
struct Draft {
  queue::Submission submission;
  std::string caller_topic;  // topic id, or empty: sort it
  std::optional<triage::Priority> caller_priority;
  bool validate_only = false;
};

// Fills in an empty draft, all but topic, queue and priority of the submission. INVALID_ARGUMENT that names every wrong
// field. `configuration`, where there is one, says which topics there are.
absl::Status ReadDraft(const v1::SubmitInquiryRequest& request, const triage::Configuration* configuration,
                       size_t max_text_bytes, Draft& draft);

// Finds language, topic and route of a draft that was read, and writes them down. FAILED_PRECONDITION
// (NO_CONFIGURATION); INVALID_ARGUMENT where the caller's topic went out of force meanwhile.
absl::Status SortAndRoute(Draft& draft, const triage::CountedTriage& triage);

// What the caller hears of a submission before it is stored: everything but name, times and the text.
void FillAnswer(const queue::Submission& submission, v1::SubmitInquiryResponse& answer);

}  // namespace switchboard::intake

#endif  // SWITCHBOARD_SERVICES_INTAKE_DRAFT_H_
