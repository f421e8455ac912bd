// From the requests of staff systems to what the queue engine is asked.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_REQUEST_READER_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_REQUEST_READER_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/status/errors.h"
#include "common/time/clock.h"
#include "services/frontline/reply_desk.h"
#include "services/frontline/statutory_desk.h"
#include "services/queue/queue_engine.h"
#include "switchboard/v1/frontline.pb.h"

namespace switchboard::frontline {

// Defaults and limits, all of them configurable.
struct FrontlineOptions {
  absl::Duration max_wait = absl::Seconds(60);
  absl::Duration min_lease = absl::Seconds(1);
  absl::Duration max_lease = absl::Hours(24);
  absl::Duration max_release_delay = absl::Hours(24);
  absl::Duration max_deferral = absl::Hours(24 * 366);
  int max_queues = 100;
  int max_inquiries = 1000;
  int max_credit = 10000;
  size_t max_reply_bytes = 1 << 20;
};

struct LeaseExtension {
  std::string lease_token;
  std::optional<absl::Duration> duration;
};

// A claim, and how long it may wait for work.
struct ReadClaim {
  queue::ClaimRequest request;  // without wait_until
  absl::Duration wait;
  bool with_guidance = false;
};

// Every method gives INVALID_ARGUMENT that names every wrong field. Thread-safe; nothing blocks.
class RequestReader {
 public:
  // `clock` follows the database's time. Both outlive the reader.
  RequestReader(const queue::QueueEngine& engine, const Clock& clock, FrontlineOptions options)
      : engine_(engine), clock_(clock), options_(options) {}

  absl::StatusOr<ReadClaim> Read(const v1::ClaimInquiriesRequest& request) const;
  absl::StatusOr<ReadClaim> Read(const v1::StreamClaimsRequest::Start& start) const;

  absl::StatusOr<LeaseExtension> Read(const v1::ExtendLeaseRequest& request) const;
  absl::StatusOr<queue::SettleRequest> Read(const v1::CompleteInquiryRequest& request) const;
  absl::StatusOr<queue::SettleRequest> ReadCompletion(const std::string& lease_token, v1::Disposition disposition,
                                                      v1::Assessment assessment, const std::string& reason) const;
  absl::StatusOr<queue::SettleRequest> Read(const v1::ReleaseInquiryRequest& request) const;
  absl::StatusOr<queue::SettleRequest> Read(const v1::DeferInquiryRequest& request) const;
  absl::StatusOr<queue::SettleRequest> Read(const v1::TransferInquiryRequest& request) const;
  absl::StatusOr<queue::SettleRequest> Read(const v1::EscalateInquiryRequest& request) const;
  // Without queue and priority, which the route decides.
  absl::StatusOr<queue::SettleRequest> Read(const v1::ReclassifyInquiryRequest& request) const;

  absl::StatusOr<ReplyDraft> Read(const v1::ReplyToInquiryRequest& request) const { return ReadDraft(request); }
  absl::StatusOr<ReplyDraft> Read(const v1::EvaluateReplyRequest& request) const { return ReadDraft(request); }
  absl::StatusOr<MoveDraft> Read(const v1::MoveToPrivateRequest& request) const;
  // A closed inquiry, which nobody can claim, may be named instead of a lease on it.
  absl::StatusOr<OutcomeDraft> Read(const v1::RecordStatutoryOutcomeRequest& request) const;

  const FrontlineOptions& options() const { return options_; }

 private:
  template <typename Request>
  absl::StatusOr<ReplyDraft> ReadDraft(const Request& request) const;
  // What every reply has.
  template <typename Request>
  ReplyDraft ReadWords(const Request& request, FieldViolations& violations) const;
  void CheckToken(const std::string& token, FieldViolations& violations) const;

  const queue::QueueEngine& engine_;
  const Clock& clock_;
  const FrontlineOptions options_;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_REQUEST_READER_H_
