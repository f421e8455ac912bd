#include "common/status/errors.h"

#include "absl/strings/cord.h"
#include "common/text/string_view.h"
#include "google/rpc/error_details.pb.h"

namespace switchboard {
namespace {

constexpr size_t kMaxViolations = 100;
constexpr std::string_view kTypePrefix = "type.googleapis.com/";

std::string TypeUrl(const google::protobuf::Message& message) {
  return StrCat(kTypePrefix, message.GetDescriptor()->full_name());
}

google::rpc::RetryInfo MakeRetryInfo(absl::Duration delay) {
  google::rpc::RetryInfo info;
  absl::Duration rest;
  info.mutable_retry_delay()->set_seconds(absl::IDivDuration(delay, absl::Seconds(1), &rest));
  info.mutable_retry_delay()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  return info;
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view message,
                       ErrorMetadata metadata) {
  google::rpc::ErrorInfo info;
  info.set_domain(std::string(kErrorDomain));
  info.set_reason(std::string(reason));
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[std::string(key)] = std::string(value);
  absl::Status status = MakeStatus(code, message);
  AttachDetail(status, info);
  return status;
}

absl::Status InvalidField(std::string_view field, std::string_view description) {
  FieldViolations violations;
  violations.Add(field, description);
  return violations.ToStatus();
}

absl::Status NotFound(std::string_view type, std::string_view name, std::string_view message) {
  absl::Status status = MakeError(absl::StatusCode::kNotFound, reason::kNotFound, message);
  google::rpc::ResourceInfo resource;
  resource.set_resource_type(std::string(type));
  resource.set_resource_name(std::string(name));
  AttachDetail(status, resource);
  return status;
}

absl::Status Overloaded(std::string_view message, absl::Duration retry_after) {
  return WithRetryAfter(MakeError(absl::StatusCode::kResourceExhausted, reason::kOverloaded, message), retry_after);
}

absl::Status Unavailable(std::string_view reason, std::string_view message, absl::Duration retry_after) {
  return WithRetryAfter(MakeError(absl::StatusCode::kUnavailable, reason, message), retry_after);
}

absl::Status WithRetryAfter(absl::Status status, absl::Duration retry_after) {
  AttachDetail(status, MakeRetryInfo(retry_after));
  return status;
}

absl::Status Annotate(const absl::Status& status, std::string_view prefix) {
  if (status.ok()) return status;
  absl::Status annotated = MakeStatus(status.code(), StrCat(prefix, ": ", MessageOf(status)));
  status.ForEachPayload(
      [&annotated](absl::string_view url, const absl::Cord& payload) { annotated.SetPayload(url, payload); });
  return annotated;
}

std::string ReasonOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  return ReadDetail(status, info) ? info.reason() : "";
}

bool HasReason(const absl::Status& status, std::string_view reason) {
  return !status.ok() && ReasonOf(status) == reason;
}

std::optional<absl::Duration> RetryAfterOf(const absl::Status& status) {
  google::rpc::RetryInfo info;
  if (!ReadDetail(status, info)) return std::nullopt;
  return absl::Seconds(info.retry_delay().seconds()) + absl::Nanoseconds(info.retry_delay().nanos());
}

std::string ErrorMetadataOf(const absl::Status& status, std::string_view key) {
  google::rpc::ErrorInfo info;
  if (!ReadDetail(status, info)) return "";
  const auto found = info.metadata().find(std::string(key));
  return found == info.metadata().end() ? "" : found->second;
}

bool IsOutcomeUnknown(const absl::Status& status) { return HasReason(status, reason::kCommitOutcomeUnknown); }

void AttachDetail(absl::Status& status, const google::protobuf::Message& detail) {
  status.SetPayload(TypeUrl(detail), absl::Cord(detail.SerializeAsString()));
}

bool ReadDetail(const absl::Status& status, google::protobuf::Message& detail) {
  const absl::optional<absl::Cord> payload = status.GetPayload(TypeUrl(detail));
  return payload.has_value() && detail.ParseFromString(std::string(*payload));
}

void FieldViolations::Add(std::string_view field, std::string_view description) {
  if (violations_.size() == kMaxViolations) {
    ++dropped_;
    return;
  }
  violations_.push_back({std::string(field), std::string(description)});
}

bool FieldViolations::AddIfError(std::string_view field, const absl::Status& status) {
  if (!status.ok()) Add(field, MessageOf(status));
  return status.ok();
}

absl::Status FieldViolations::ToStatus() const {
  if (empty()) return absl::OkStatus();
  google::rpc::BadRequest bad_request;
  std::string message;
  for (const Violation& violation : violations_) {
    StrAppend(&message, message.empty() ? "" : "; ", violation.field, ": ", violation.description);
    auto* entry = bad_request.add_field_violations();
    entry->set_field(violation.field);
    entry->set_description(violation.description);
  }
  if (dropped_ > 0) StrAppend(&message, "; and ", dropped_, " more");
  absl::Status status = MakeError(absl::StatusCode::kInvalidArgument, reason::kInvalidRequest, message);
  AttachDetail(status, bad_request);
  return status;
}

}  // namespace switchboard
