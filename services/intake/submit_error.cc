#include "services/intake/submit_error.h"

#include <string>

#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "google/rpc/error_details.pb.h"

namespace switchboard::intake {

void FillSubmitError(const absl::Status& status, v1::SubmitError& error) {
  error.set_code(static_cast<int32_t>(status.code()));
  error.set_message(std::string(status.message()));
  error.set_reason(ReasonOf(status));
  google::rpc::BadRequest bad_request;
  if (!ReadDetail(status, bad_request)) return;
  for (const auto& violation : bad_request.field_violations()) {
    error.add_violations(StrCat(violation.field(), ": ", violation.description()));
  }
}

void Conclude(const absl::Status& status, v1::SubmitResult& result) {
  if (!status.ok()) FillSubmitError(status, *result.mutable_error());
}

}  // namespace switchboard::intake
