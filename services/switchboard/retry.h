// Calls that are repeated where the server cannot be reached or says "not now".
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARD_RETRY_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARD_RETRY_H_

#include <grpcpp/grpcpp.h>

#include "absl/time/time.h"

namespace switchboard::client {

// Between two tries: at first, and at most; each is twice as long as the one before.
inline constexpr absl::Duration kFirstPause = absl::Milliseconds(200);
inline constexpr absl::Duration kLongestPause = absl::Seconds(5);

// Answers that say "not now" rather than "no"; `code` is a grpc::StatusCode.
inline bool WantsAnotherTry(int code) {
  return code == grpc::UNAVAILABLE || code == grpc::RESOURCE_EXHAUSTED || code == grpc::ABORTED ||
         code == grpc::DEADLINE_EXCEEDED || code == grpc::CANCELLED;
}

}  // namespace switchboard::client

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARD_RETRY_H_
