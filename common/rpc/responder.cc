#include "common/rpc/responder.h"

#include "common/rpc/rpc_edge.h"
#include "common/rpc/status_conversion.h"
#include "common/rpc/wire_format.h"

namespace switchboard {

namespace {

// An empty message is a buffer with an empty slice; a buffer without any would be no message at all.
grpc::ByteBuffer NoBytes() {
  const grpc::Slice nothing;
  return grpc::ByteBuffer(&nothing, 1);
}

}  // namespace

UnaryCall::UnaryCall(RpcEdge& edge, RpcMethod& method, grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                     grpc::ByteBuffer* out)
    : edge_(edge), info_(method), in_(in), out_(out) {
  edge_.Describe(*context, info_);
}

UnaryCall::~UnaryCall() = default;

bool UnaryCall::AcceptInto(google::protobuf::Message& request) {
  const size_t bytes = in_->Length();
  absl::Status status = edge_.Admit(bytes);
  if (status.ok()) {
    admitted_ = true;
    admitted_bytes_ = bytes;
    status = FromBytes(*in_, request);
  }
  if (!status.ok()) Finish(status);
  return status.ok();
}

void UnaryCall::Finish(const absl::Status& status) {
  info_.DropCancelCallback();
  if (status.ok()) *out_ = response_ != nullptr ? ToBytes(*response_) : NoBytes();
  edge_.Conclude(info_, status);
  if (admitted_) edge_.Release(admitted_bytes_);
  ServerUnaryReactor::Finish(ToGrpc(status));
}

void UnaryCall::OnCancel() { info_.Cancel(); }
void UnaryCall::OnDone() { delete this; }

}  // namespace switchboard
