// Messages ↔ gRPC's bytes, and what is wrong with bytes that do not parse.
#ifndef SWITCHBOARD_COMMON_RPC_WIRE_FORMAT_H_
#define SWITCHBOARD_COMMON_RPC_WIRE_FORMAT_H_

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include "absl/status/status.h"

namespace switchboard {

// Serializes into one slice.
grpc::ByteBuffer ToBytes(const google::protobuf::Message& message);

// Parses. INVALID_ARGUMENT when it cannot: reason INVALID_REQUEST with a BadRequest that names every string field with
// invalid UTF-8, or UNPARSABLE_REQUEST when the bytes are no message of this type at all.
absl::Status FromBytes(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RPC_WIRE_FORMAT_H_
