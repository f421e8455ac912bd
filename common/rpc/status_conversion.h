// absl::Status ↔ grpc::Status, with the google.rpc details.
#ifndef SWITCHBOARD_COMMON_RPC_STATUS_CONVERSION_H_
#define SWITCHBOARD_COMMON_RPC_STATUS_CONVERSION_H_

#include <grpcpp/grpcpp.h>

#include <string_view>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"

namespace switchboard {

// Payloads become the details of a google.rpc.Status in grpc-status-details-bin. An ErrorInfo is added where none is,
// with the code's own name as reason. The text is made valid UTF-8 and cut at 4 KiB; where the whole would be more than
// peers take as metadata, it is cut at 1 KiB, and the last field violations are left out.
grpc::Status ToGrpc(const absl::Status& status);

// The inverse: details become payloads again, so ReasonOf, RetryAfterOf and ReadDetail work on it.
absl::Status FromGrpc(const grpc::Status& status);

// The same for a google.rpc.Status inside a message (batch and stream answers).
google::rpc::Status ToProto(const absl::Status& status);
absl::Status FromProto(const google::rpc::Status& status);

// "INVALID_ARGUMENT", "OK", …
std::string_view CodeName(absl::StatusCode code);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RPC_STATUS_CONVERSION_H_
