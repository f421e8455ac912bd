// Whether a worker may send at all what the guidelines let out: a pure decision.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_SEND_PERMIT_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_SEND_PERMIT_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/guidance/guideline.h"
#include "services/workforce/worker.h"

namespace switchboard::frontline {

// Where a reply would go.
struct ReplyPlace {
  std::string_view topic;    // id; empty: none
  std::string_view channel;  // the API's name
  bool is_public = false;
};

// OK for a worker with current training for every guideline that covers the reply and asks for training, and for one
// that is not registered (null) unless `registered_only`. Else FAILED_PRECONDITION with reason NOT_CERTIFIED,
// CERTIFICATION_STALE or CERTIFICATION_EXPIRED, and the guideline in the metadata.
absl::Status MaySend(const workforce::Worker* worker, bool registered_only, const guidance::GuidelineBook& book,
                     const ReplyPlace& place, absl::Time now);

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_SEND_PERMIT_H_
