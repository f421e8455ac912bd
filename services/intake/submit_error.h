// Why one inquiry of many was refused.
#ifndef SWITCHBOARD_SERVICES_INTAKE_SUBMIT_ERROR_H_
#define SWITCHBOARD_SERVICES_INTAKE_SUBMIT_ERROR_H_

#include "absl/status/status.h"
#include "switchboard/v1/intake.pb.h"

namespace switchboard::intake {

// Code, text, reason and every wrong field of a status that is not OK.
void FillSubmitError(const absl::Status& status, v1::SubmitError& error);

// The result with the error in place of what was accepted, where the status is not OK; otherwise as it is.
void Conclude(const absl::Status& status, v1::SubmitResult& result);

}  // namespace switchboard::intake

#endif  // SWITCHBOARD_SERVICES_INTAKE_SUBMIT_ERROR_H_
