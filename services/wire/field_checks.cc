#include "services/wire/field_checks.h"

#include <algorithm>
#include <array>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "common/ids/resource_name.h"
#include "common/text/duration.h"
#include "common/text/string_view.h"
#include "services/wire/times.h"

namespace switchboard::wire {
namespace {

constexpr int kMostLanguages = 100;

// Every character beyond ASCII that shows as nothing, in UTF-8: Unicode's White_Space, U+200B and U+FEFF.
constexpr auto kInvisible = std::to_array<std::string_view>({
    "\xc2\x85",      // U+0085
    "\xc2\xa0",      // U+00A0
    "\xe1\x9a\x80",  // U+1680
    "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85",
    "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\x8b",  // U+2000 … U+200B
    "\xe2\x80\xa8", "\xe2\x80\xa9",                                                                  // U+2028, U+2029
    "\xe2\x80\xaf",                                                                                  // U+202F
    "\xe2\x81\x9f",                                                                                  // U+205F
    "\xe3\x80\x80",                                                                                  // U+3000
    "\xef\xbb\xbf",                                                                                  // U+FEFF
});

// The length of the white space that the text begins with: 0 where it begins with something else.
size_t BlankPrefix(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return absl::ascii_isspace(first) ? 1 : 0;
  for (const std::string_view character : kInvisible) {
    if (text.starts_with(character)) return character.size();
  }
  return 0;
}

bool HasNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

std::string ValuesOf(const google::protobuf::EnumDescriptor& set) {
  std::vector<std::string> names;
  for (int i = 0; i < set.value_count(); ++i) {
    if (set.value(i)->number() != 0) names.push_back(set.value(i)->name());
  }
  return absl::StrJoin(names, ", ");
}

// The id in a resource name, by the parser of its kind.
template <typename Id>
Id CheckName(std::string_view field, std::string_view name, Need need, std::string_view shape,
             absl::StatusOr<Id> (*parse)(std::string_view), FieldViolations& violations) {
  if (name.empty()) {
    if (need == Need::kRequired) violations.Add(field, StrCat("is required: ", shape));
    return Id{};
  }
  absl::StatusOr<Id> id = parse(name);
  return violations.AddIfError(field, id.status()) ? *std::move(id) : Id{};
}

std::string Element(std::string_view field, int index) { return StrCat(field, "[", index, "]"); }

}  // namespace

bool IsBlank(std::string_view text) {
  while (!text.empty()) {
    const size_t blank = BlankPrefix(text);
    if (blank == 0) return false;
    text.remove_prefix(blank);
  }
  return true;
}

void CheckText(std::string_view field, std::string_view text, size_t most_bytes, FieldViolations& violations) {
  if (text.empty()) {
    violations.Add(field, "is required");
  } else if (text.size() > most_bytes) {
    violations.Add(field, StrCat("has ", text.size(), " bytes; at most ", most_bytes, " are taken"));
  } else if (HasNul(text)) {
    violations.Add(field, "contains the character U+0000; remove it");
  } else if (IsBlank(text)) {
    violations.Add(field, "has nothing but white space");
  }
}

void CheckLabel(std::string_view field, std::string_view text, Need need, size_t most_bytes,
                FieldViolations& violations) {
  if (text.empty()) {
    if (need == Need::kRequired) violations.Add(field, "is required");
  } else if (text.size() > most_bytes) {
    violations.Add(field, StrCat("has ", text.size(), " bytes; at most ", most_bytes, " are taken"));
  } else if (HasNul(text)) {
    violations.Add(field, "contains the character U+0000; remove it");
  }
}

void CheckReason(std::string_view field, std::string_view reason, Need need, FieldViolations& violations) {
  if (need == Need::kRequired && !reason.empty() && IsBlank(reason)) {
    violations.Add(field, "has nothing but white space");
    return;
  }
  CheckLabel(field, reason, need, kMostReasonBytes, violations);
}

void CheckEnumNumber(std::string_view field, int number, const google::protobuf::EnumDescriptor& set, Need need,
                     FieldViolations& violations) {
  if (number == 0) {
    if (need == Need::kRequired) violations.Add(field, StrCat("is required: one of ", ValuesOf(set)));
  } else if (set.FindValueByNumber(number) == nullptr) {
    violations.Add(field, StrCat(set.name(), " has no number ", number, "; use one of ", ValuesOf(set)));
  }
}

std::string CheckQueue(std::string_view field, std::string_view name, Need need, FieldViolations& violations) {
  return CheckName(field, name, need, "queues/{queue}", &ParseQueueName, violations);
}

std::string CheckTopic(std::string_view field, std::string_view name, Need need, FieldViolations& violations) {
  return CheckName(field, name, need, "topics/{topic}", &ParseTopicName, violations);
}

std::string CheckWorker(std::string_view field, std::string_view name, FieldViolations& violations) {
  return CheckName(field, name, Need::kRequired, "workers/{worker}", &ParseWorkerName, violations);
}

AnswerRef CheckAnswer(std::string_view field, std::string_view name, FieldViolations& violations) {
  return CheckName(field, name, Need::kRequired, "answers/{answer}", &ParseAnswerName, violations);
}

int64_t CheckInquiry(std::string_view field, std::string_view name, FieldViolations& violations) {
  return CheckName(field, name, Need::kRequired, "inquiries/{inquiry}", &ParseInquiryName, violations);
}

std::vector<std::string> CheckQueues(std::string_view field,
                                     const google::protobuf::RepeatedPtrField<std::string>& names, int most,
                                     FieldViolations& violations) {
  if (names.empty()) violations.Add(field, "is required: at least one queues/{queue}");
  if (names.size() > most) {
    violations.Add(field, StrCat("has ", names.size(), " entries; at most ", most, " are taken"));
    return {};
  }
  std::vector<std::string> queues;
  for (int i = 0; i < names.size(); ++i) {
    std::string queue = CheckQueue(Element(field, i), names[i], Need::kRequired, violations);
    if (std::find(queues.begin(), queues.end(), queue) == queues.end()) queues.push_back(std::move(queue));
  }
  return queues;
}

std::string CheckLanguage(std::string_view field, std::string_view language, FieldViolations& violations) {
  if (language.empty()) return "";
  const bool letters = std::all_of(language.begin(), language.end(),
                                   [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); });
  if (!letters || language.size() < 2 || language.size() > 3) {
    violations.Add(field, "is not a BCP 47 primary subtag: two or three letters such as \"en\"");
    return "";
  }
  std::string lower = absl::AsciiStrToLower(ToAbsl(language));
  return lower == "und" ? "" : lower;
}

std::vector<std::string> CheckLanguages(std::string_view field,
                                        const google::protobuf::RepeatedPtrField<std::string>& languages,
                                        FieldViolations& violations) {
  if (languages.size() > kMostLanguages) {
    violations.Add(field, StrCat("has ", languages.size(), " entries; at most ", kMostLanguages, " are taken"));
    return {};
  }
  std::vector<std::string> codes;
  for (int i = 0; i < languages.size(); ++i) {
    std::string code = CheckLanguage(Element(field, i), languages[i], violations);
    // A worker may well take what no language could be found for, so "und" is a language here.
    if (code.empty()) code = "und";
    if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(std::move(code));
  }
  return codes;
}

void CheckArea(std::string_view field, std::string_view area, FieldViolations& violations) {
  if (!area.empty() && !IsConfigurationId(area)) {
    violations.Add(field, "is not of the form [a-z][a-z0-9-]{0,62}, such as \"north\"");
  }
}

std::optional<Uuid> CheckRequestId(std::string_view field, std::string_view text, FieldViolations& violations) {
  if (text.empty()) return std::nullopt;
  absl::StatusOr<Uuid> uuid = ParseUuid(text);
  if (!violations.AddIfError(field, uuid.status())) return std::nullopt;
  return *uuid;
}

int CheckPageSize(std::string_view field, int32_t size, int standard, int most, FieldViolations& violations) {
  if (size < 0) violations.Add(field, StrCat("is negative; use 1 to ", most, ", or 0 for ", standard));
  return size == 0 ? standard : std::min<int>(size, most);
}

int CheckCount(std::string_view field, int32_t count, int standard, int least, int most, FieldViolations& violations) {
  if (count == 0) return standard;
  if (count < least || count > most) {
    violations.Add(field, StrCat("is ", count, "; use ", least, " to ", most, ", or 0 for ", standard));
  }
  return count;
}

absl::Duration CheckDuration(std::string_view field, const google::protobuf::Duration& duration, absl::Duration least,
                             absl::Duration most, FieldViolations& violations) {
  const std::optional<absl::Duration> read = ReadDuration(duration);
  if (!read) {
    violations.Add(field, "is not a valid duration");
    return absl::ZeroDuration();
  }
  if (*read < least || *read > most) {
    violations.Add(field, StrCat("must be from ", DurationToText(least), " to ", DurationToText(most)));
  }
  return *read;
}

absl::Time CheckTime(std::string_view field, const google::protobuf::Timestamp& time, FieldViolations& violations) {
  const std::optional<absl::Time> read = ReadTime(time);
  if (!read) violations.Add(field, "is not a valid time: year 1 to 9999, nanos 0 to 999999999");
  return read.value_or(absl::UnixEpoch());
}

}  // namespace switchboard::wire
