// What a field of a request may hold. Each check notes what is wrong under the field's path, so that the caller hears
// of every wrong field at once, and gives the value as the domain wants it; where something was noted, that value means
// nothing.
#ifndef SWITCHBOARD_SERVICES_WIRE_FIELD_CHECKS_H_
#define SWITCHBOARD_SERVICES_WIRE_FIELD_CHECKS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/repeated_ptr_field.h>
#include <google/protobuf/timestamp.pb.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "common/ids/resource_name.h"
#include "common/ids/uuid.h"
#include "common/status/errors.h"

namespace switchboard::wire {

enum class Need { kOptional, kRequired };

inline constexpr size_t kMostTextBytes = 1 << 20;  // the default; configurable where text is taken in
inline constexpr size_t kMostLabelBytes = 256;
inline constexpr size_t kMostReasonBytes = 512;

// True where the text has no character but Unicode white space and the invisible U+200B and U+FEFF.
bool IsBlank(std::string_view text);

// What a citizen wrote: not empty, not blank, at most `most_bytes`, no U+0000. Never quotes the text.
void CheckText(std::string_view field, std::string_view text, size_t most_bytes, FieldViolations& violations);

// A short text that is kept and given back: at most `most_bytes`, no U+0000; empty is fine where it is optional.
void CheckLabel(std::string_view field, std::string_view text, Need need, size_t most_bytes,
                FieldViolations& violations);

// A reason for the record: a label of at most 512 bytes that is not only white space where it is required.
void CheckReason(std::string_view field, std::string_view reason, Need need, FieldViolations& violations);

// A value of a closed set. Refuses numbers that the set does not have, and 0 where a value is required; both name the
// values that there are.
void CheckEnumNumber(std::string_view field, int number, const google::protobuf::EnumDescriptor& set, Need need,
                     FieldViolations& violations);

template <typename Enum>
Enum CheckEnum(std::string_view field, Enum value, Need need, FieldViolations& violations) {
  CheckEnumNumber(field, static_cast<int>(value), *google::protobuf::GetEnumDescriptor<Enum>(), need, violations);
  return value;
}

// Resource names: their ids. Empty for an optional field that is empty.
std::string CheckQueue(std::string_view field, std::string_view name, Need need, FieldViolations& violations);
std::string CheckTopic(std::string_view field, std::string_view name, Need need, FieldViolations& violations);
std::string CheckWorker(std::string_view field, std::string_view name, FieldViolations& violations);
AnswerRef CheckAnswer(std::string_view field, std::string_view name, FieldViolations& violations);
int64_t CheckInquiry(std::string_view field, std::string_view name, FieldViolations& violations);

// `queues/{queue}`, at least one and at most `most`; repeated ones are taken once.
std::vector<std::string> CheckQueues(std::string_view field,
                                     const google::protobuf::RepeatedPtrField<std::string>& names, int most,
                                     FieldViolations& violations);

// A BCP 47 primary subtag in either case, given in lower case; "und" counts as not given. Empty is fine.
std::string CheckLanguage(std::string_view field, std::string_view language, FieldViolations& violations);
std::vector<std::string> CheckLanguages(std::string_view field,
                                        const google::protobuf::RepeatedPtrField<std::string>& languages,
                                        FieldViolations& violations);

// [a-z][a-z0-9-]{0,62}; empty is fine.
void CheckArea(std::string_view field, std::string_view area, FieldViolations& violations);

// A UUID, or nothing where it is empty.
std::optional<Uuid> CheckRequestId(std::string_view field, std::string_view text, FieldViolations& violations);

// 0 becomes `standard`, more than `most` becomes `most`, negative is refused.
int CheckPageSize(std::string_view field, int32_t size, int standard, int most, FieldViolations& violations);

// A number from `least` to `most`; 0 becomes `standard`.
int CheckCount(std::string_view field, int32_t count, int standard, int least, int most, FieldViolations& violations);

// A duration from `least` to `most`.
absl::Duration CheckDuration(std::string_view field, const google::protobuf::Duration& duration, absl::Duration least,
                             absl::Duration most, FieldViolations& violations);

// A valid time.
absl::Time CheckTime(std::string_view field, const google::protobuf::Timestamp& time, FieldViolations& violations);

}  // namespace switchboard::wire

#endif  // SWITCHBOARD_SERVICES_WIRE_FIELD_CHECKS_H_
