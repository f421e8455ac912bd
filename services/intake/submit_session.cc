#include "services/intake/submit_session.h"

#include <memory>
#include <utility>

#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "services/intake/submit_error.h"

namespace switchboard::intake {

// An inquiry of the stream between reading and answering.
struct SubmitSession::Unanswered {
  v1::StreamInquiriesResponse response;
  ReadCredit credit;
};

void SubmitSession::OnMessage(const v1::StreamInquiriesRequest& request, ReadCredit credit) {
  auto unanswered = std::make_shared<Unanswered>();
  v1::StreamInquiriesResponse& response = unanswered->response;
  response.set_sequence(request.sequence());
  unanswered->credit = std::move(credit);
  if (!Open(request.sequence())) {
    Conclude(InvalidField("sequence", StrCat(request.sequence(),
                                             " is the number of an inquiry that is not answered yet; use another one")),
             *response.mutable_result());
    Send(response);
    return;
  }
  submitter_.Submit(request.request(), call().caller(), *response.mutable_result()->mutable_accepted(),
                    [self = Self<SubmitSession>(), unanswered](const absl::Status& status) {
                      v1::StreamInquiriesResponse& answer = unanswered->response;
                      Conclude(status, *answer.mutable_result());
                      self->Close(answer.sequence());
                      self->Send(answer);
                      // At once, and not whenever the engine forgets its callback.
                      unanswered->credit = ReadCredit();
                    });
}

bool SubmitSession::Open(int64_t sequence) {
  const absl::MutexLock lock(&mutex_);
  return open_.insert(sequence).second;
}

void SubmitSession::Close(int64_t sequence) {
  const absl::MutexLock lock(&mutex_);
  open_.erase(sequence);
}

}  // namespace switchboard::intake
