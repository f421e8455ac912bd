#include "common/rpc/wire_format.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/wire_format_lite.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include <map>
#include <string>
#include <vector>

#include "common/rpc/protobuf_utf8.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "common/text/utf8.h"

namespace switchboard {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr int kMaxDepth = 32;

// The parser says only that it failed. This walks the bytes along the descriptor and names the fields whose text is no
// UTF-8. It runs for requests that are refused anyway, so it need not be quick.
class TextInspector {
 public:
  explicit TextInspector(FieldViolations& violations) : violations_(violations) {}

  // False when the bytes are no message of that type.
  bool Inspect(const Descriptor& type, const std::string& bytes, const std::string& path, int depth = 0) {
    CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
    std::map<int, int> occurrences;
    while (const uint32_t tag = input.ReadTag()) {
      const FieldDescriptor* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
      if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED || field == nullptr) {
        if (!WireFormatLite::SkipField(&input, tag)) return false;
        continue;
      }
      uint32_t length = 0;
      std::string value;
      if (!input.ReadVarint32(&length) || !input.ReadString(&value, static_cast<int>(length))) return false;
      const std::string name = PathOf(path, *field, occurrences[field->number()]++);
      if (!InspectValue(*field, value, name, depth)) return false;
    }
    return input.ConsumedEntireMessage();
  }

 private:
  static std::string PathOf(const std::string& path, const FieldDescriptor& field, int index) {
    std::string name = StrCat(path, path.empty() ? "" : ".", field.name());
    return field.is_repeated() ? StrCat(name, "[", index, "]") : name;
  }

  bool InspectValue(const FieldDescriptor& field, const std::string& value, const std::string& name, int depth) {
    if (field.type() == FieldDescriptor::TYPE_STRING && !IsValidUtf8(value)) {
      violations_.Add(name, "is not valid UTF-8");
    }
    if (field.type() != FieldDescriptor::TYPE_MESSAGE || depth == kMaxDepth) return true;
    return Inspect(*field.message_type(), value, name, depth + 1);
  }

  FieldViolations& violations_;
};

std::string Flatten(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  bytes.Dump(&slices).ok();
  std::string flat;
  flat.reserve(bytes.Length());
  for (const grpc::Slice& slice : slices) flat.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return flat;
}

absl::Status Diagnose(const grpc::ByteBuffer& bytes, const google::protobuf::Message& message) {
  FieldViolations violations;
  const bool is_message = TextInspector(violations).Inspect(*message.GetDescriptor(), Flatten(bytes), "");
  if (is_message && !violations.empty()) return violations.ToStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, reason::kUnparsableRequest,
                   StrCat("the request is no ", message.GetDescriptor()->full_name(),
                          ": check that the client uses this version of the API"));
}

// The parser's own words on stderr would be no JSON lines; Diagnose says the same to whom it concerns.
void SetUpParser() {
  static const bool once = [] {
    UseQuickUtf8();
    google::protobuf::SetLogHandler(nullptr);
    return true;
  }();
  static_cast<void>(once);
}

}  // namespace

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message) {
  const size_t size = message.ByteSizeLong();
  grpc::Slice slice(size);
  message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

absl::Status FromBytes(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  SetUpParser();
  // The reader takes a non-const buffer, and only reads it.
  grpc::ProtoBufferReader reader(const_cast<grpc::ByteBuffer*>(&bytes));
  if (reader.status().ok() && message.ParseFromZeroCopyStream(&reader)) return absl::OkStatus();
  return Diagnose(bytes, message);
}

}  // namespace switchboard
