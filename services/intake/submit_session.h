// One StreamInquiries call: numbered inquiries up, numbered answers down.
#ifndef SWITCHBOARD_SERVICES_INTAKE_SUBMIT_SESSION_H_
#define SWITCHBOARD_SERVICES_INTAKE_SUBMIT_SESSION_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "common/rpc/bidi_session.h"
#include "services/intake/submitter.h"
#include "switchboard/v1/intake.pb.h"

namespace switchboard::intake {

// Reads on while fewer than 1,000 inquiries are unanswered; ends after the last answer once the caller has closed its
// side. `submitter` outlives it.
class SubmitSession final : public BidiSession<v1::StreamInquiriesRequest, v1::StreamInquiriesResponse> {
 public:
  static constexpr size_t kMostUnanswered = 1000;

  explicit SubmitSession(Submitter& submitter)
      : BidiSession({.max_unreturned = kMostUnanswered, .max_outbound = kMostUnanswered}), submitter_(submitter) {}

 private:
  struct Unanswered;

  void OnMessage(const v1::StreamInquiriesRequest& request, ReadCredit credit) override;

  // False where an inquiry with this number is still unanswered.
  bool Open(int64_t sequence) ABSL_LOCKS_EXCLUDED(mutex_);
  void Close(int64_t sequence) ABSL_LOCKS_EXCLUDED(mutex_);

  Submitter& submitter_;
  absl::Mutex mutex_;
  absl::flat_hash_set<int64_t> open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::intake

#endif  // SWITCHBOARD_SERVICES_INTAKE_SUBMIT_SESSION_H_
