#include "common/rpc/status_conversion.h"

#include <string>

#include "absl/strings/cord.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "common/text/utf8.h"
#include "google/rpc/error_details.pb.h"

namespace switchboard {
namespace {

constexpr size_t kMaxMessageBytes = 4096;

// By default a peer takes 8 KiB of metadata; where a status is larger, it sees RESOURCE_EXHAUSTED and nothing of it.
constexpr size_t kMostMetadataBytes = 6144;
constexpr size_t kShortMessageBytes = 1024;  // of a status that would be larger

std::string PrintableMessage(const absl::Status& status) {
  std::string_view message = MessageOf(status);
  message = message.substr(0, ValidUtf8Prefix(message));
  return std::string(TruncateUtf8(message, kMaxMessageBytes));
}

absl::Status WithErrorInfo(const absl::Status& status) {
  if (google::rpc::ErrorInfo present; ReadDetail(status, present)) return status;
  absl::Status complete = status;
  google::rpc::ErrorInfo info;
  info.set_domain(std::string(kErrorDomain));
  info.set_reason(std::string(CodeName(status.code())));
  AttachDetail(complete, info);
  return complete;
}

// What the status is as metadata: the message, where need be percent-encoded, and all of it in base 64.
size_t MetadataBytes(const google::rpc::Status& proto) {
  size_t bytes = (proto.ByteSizeLong() + 2) / 3 * 4;
  for (const char c : proto.message()) bytes += c >= ' ' && c <= '~' && c != '%' ? 1 : 3;
  return bytes;
}

// With a shorter message and without the last field violations, as far as it takes to fit.
google::rpc::Status Fitting(google::rpc::Status proto) {
  if (MetadataBytes(proto) <= kMostMetadataBytes) return proto;
  proto.set_message(StrCat(TruncateUtf8(proto.message(), kShortMessageBytes), " …"));
  for (google::protobuf::Any& detail : *proto.mutable_details()) {
    google::rpc::BadRequest bad_request;
    if (!detail.UnpackTo(&bad_request)) continue;
    while (MetadataBytes(proto) > kMostMetadataBytes && bad_request.field_violations_size() > 0) {
      bad_request.mutable_field_violations()->RemoveLast();
      detail.set_value(bad_request.SerializeAsString());
    }
  }
  return proto;
}

}  // namespace

std::string_view CodeName(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return "OK";
    case absl::StatusCode::kCancelled:
      return "CANCELLED";
    case absl::StatusCode::kInvalidArgument:
      return "INVALID_ARGUMENT";
    case absl::StatusCode::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case absl::StatusCode::kNotFound:
      return "NOT_FOUND";
    case absl::StatusCode::kAlreadyExists:
      return "ALREADY_EXISTS";
    case absl::StatusCode::kPermissionDenied:
      return "PERMISSION_DENIED";
    case absl::StatusCode::kUnauthenticated:
      return "UNAUTHENTICATED";
    case absl::StatusCode::kResourceExhausted:
      return "RESOURCE_EXHAUSTED";
    case absl::StatusCode::kFailedPrecondition:
      return "FAILED_PRECONDITION";
    case absl::StatusCode::kAborted:
      return "ABORTED";
    case absl::StatusCode::kOutOfRange:
      return "OUT_OF_RANGE";
    case absl::StatusCode::kUnimplemented:
      return "UNIMPLEMENTED";
    case absl::StatusCode::kInternal:
      return "INTERNAL";
    case absl::StatusCode::kUnavailable:
      return "UNAVAILABLE";
    case absl::StatusCode::kDataLoss:
      return "DATA_LOSS";
    default:
      return "UNKNOWN";
  }
}

google::rpc::Status ToProto(const absl::Status& status) {
  google::rpc::Status proto;
  proto.set_code(static_cast<int>(status.code()));
  if (status.ok()) return proto;
  proto.set_message(PrintableMessage(status));
  WithErrorInfo(status).ForEachPayload([&proto](absl::string_view url, const absl::Cord& payload) {
    google::protobuf::Any* detail = proto.add_details();
    detail->set_type_url(std::string(ToStd(url)));
    detail->set_value(std::string(payload));
  });
  return proto;
}

absl::Status FromProto(const google::rpc::Status& proto) {
  absl::Status status(static_cast<absl::StatusCode>(proto.code()), proto.message());
  for (const google::protobuf::Any& detail : proto.details()) {
    status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return status;
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status proto = Fitting(ToProto(status));
  return {static_cast<grpc::StatusCode>(proto.code()), proto.message(), proto.SerializeAsString()};
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status proto;
  if (!status.error_details().empty() && proto.ParseFromString(status.error_details()) &&
      proto.code() == static_cast<int>(status.error_code())) {
    return FromProto(proto);
  }
  return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
}

}  // namespace switchboard
