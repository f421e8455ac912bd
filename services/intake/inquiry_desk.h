// Looking inquiries up, and what a citizen does after the first text: taking it back, writing again.
#ifndef SWITCHBOARD_SERVICES_INTAKE_INQUIRY_DESK_H_
#define SWITCHBOARD_SERVICES_INTAKE_INQUIRY_DESK_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "services/queue/queue_engine.h"
#include "services/triage/service/counted_triage.h"
#include "switchboard/v1/intake.pb.h"

namespace switchboard::intake {

// The methods of the API without gRPC. Thread-safe. Every call blocks on the database. Errors as intake.proto says.
class InquiryDesk {
 public:
  // `clock` follows the database's time, as the engine's does.
  InquiryDesk(queue::QueueEngine& engine, const triage::CountedTriage& triage, const Clock& clock,
              size_t max_text_bytes)
      : engine_(engine), triage_(triage), clock_(clock), max_text_bytes_(max_text_bytes) {}

  absl::StatusOr<v1::GetInquiryResponse> Get(const v1::GetInquiryRequest& request);

  // A page may be shorter than asked for although more follows: it ends where a message would become too large for a
  // client with gRPC's own limits.
  absl::StatusOr<v1::ListInquiriesResponse> List(const v1::ListInquiriesRequest& request);

  absl::StatusOr<v1::WithdrawInquiryResponse> Withdraw(const v1::WithdrawInquiryRequest& request);

  absl::StatusOr<v1::AppendMessageResponse> Append(const v1::AppendMessageRequest& request);

 private:
  // The inquiry as it is now.
  absl::Status FillCurrent(int64_t id, v1::Inquiry& out);
  absl::Status FillConversation(int64_t id, v1::Inquiry& out);

  // Nothing where no configuration is in force.
  void FillClocks(const queue::StoredInquiry& stored, const std::vector<queue::StoredEvent>& history,
                  v1::Inquiry& out) const;

  queue::QueueEngine& engine_;
  const triage::CountedTriage& triage_;
  const Clock& clock_;
  const size_t max_text_bytes_;
};

}  // namespace switchboard::intake

#endif  // SWITCHBOARD_SERVICES_INTAKE_INQUIRY_DESK_H_
