#include "tests/fault/load_options.h"

#include <chrono>

#include "absl/strings/str_format.h"
#include "common/rpc/status_conversion.h"
#include "common/status/errors.h"

namespace switchboard::fault {

std::string Dice::Uuid() {
  const uint64_t high = generator_(), low = generator_();
  return absl::StrFormat("%08x-%04x-4%03x-8%03x-%012x", high >> 32, (high >> 16) & 0xffff, high & 0xfff, low >> 52,
                         low & 0xffffffffffff);
}

Outcome OutcomeOf(const grpc::Status& status) { return OutcomeOf(status.error_code(), ReasonOf(FromGrpc(status))); }

// An answer with a reason is the server's own; without one the transport's, which knows nothing.
Outcome OutcomeOf(int code, std::string_view reason) {
  switch (code) {
    case grpc::OK:
      return Outcome::kOk;
    case grpc::DEADLINE_EXCEEDED:
    case grpc::CANCELLED:
    case grpc::INTERNAL:
    case grpc::UNKNOWN:
      return Outcome::kUnknown;
    default:
      return reason.empty() || reason == reason::kCommitOutcomeUnknown ? Outcome::kUnknown : Outcome::kFailed;
  }
}

void SetDeadline(grpc::ClientContext& context, absl::Duration timeout) {
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout));
  // A server that was just started again is to be met at once, not after a row of refusals.
  context.set_wait_for_ready(true);
}

}  // namespace switchboard::fault
