#include "common/ids/resource_name.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "absl/strings/ascii.h"
#include "common/text/string_view.h"

namespace switchboard {
namespace {

constexpr size_t kIdLength = 13;
constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr size_t kMaxConfigurationId = 63;
constexpr size_t kMaxWorkerId = 128;

// The value of each character in Crockford's base32, -1 for what is none.
constexpr std::array<int8_t, 256> MakeDecoding() {
  std::array<int8_t, 256> values{};
  for (int8_t& value : values) value = -1;
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    const auto c = static_cast<unsigned char>(kAlphabet[i]);
    values[c] = static_cast<int8_t>(i);
    if (c >= 'a') values[c - 'a' + 'A'] = static_cast<int8_t>(i);
  }
  values['o'] = values['O'] = 0;
  values['i'] = values['I'] = values['l'] = values['L'] = 1;
  return values;
}
constexpr std::array<int8_t, 256> kDecoding = MakeDecoding();

// The part after "collection/", or an error that shows the right form.
absl::StatusOr<std::string_view> IdIn(std::string_view name, std::string_view collection) {
  if (!name.starts_with(collection) || name.substr(collection.size(), 1) != "/" ||
      name.size() == collection.size() + 1) {
    return absl::InvalidArgumentError(StrCat("must have the form \"", collection, "/{id}\""));
  }
  return name.substr(collection.size() + 1);
}

absl::StatusOr<int64_t> ParseNumberedName(std::string_view name, std::string_view collection) {
  absl::StatusOr<std::string_view> id = IdIn(name, collection);
  if (!id.ok()) return id.status();
  absl::StatusOr<int64_t> number = ParseId(*id);
  if (!number.ok()) {
    return absl::InvalidArgumentError(StrCat("after \"", collection, "/\": ", MessageOf(number.status())));
  }
  return number;
}

absl::StatusOr<std::string> ParseConfiguredName(std::string_view name, std::string_view collection) {
  absl::StatusOr<std::string_view> id = IdIn(name, collection);
  if (!id.ok()) return id.status();
  if (!IsConfigurationId(*id)) {
    return absl::InvalidArgumentError(StrCat("must be \"", collection,
                                             "/\" and an id of lower-case letters, digits and hyphens that starts "
                                             "with a letter and has at most 63 characters"));
  }
  return std::string(*id);
}

bool IsWorkerCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("._@:+-").find(c) != std::string_view::npos;
}

}  // namespace

std::string FormatId(int64_t id) {
  std::string text(kIdLength, '0');
  auto rest = static_cast<uint64_t>(id);
  for (size_t i = kIdLength; i-- > 0; rest >>= 5) text[i] = kAlphabet[rest & 31];
  return text;
}

absl::StatusOr<int64_t> ParseId(std::string_view text) {
  if (text.size() != kIdLength) return absl::InvalidArgumentError("an id has 13 characters");
  uint64_t number = 0;
  for (const char c : text) {
    const int value = kDecoding[static_cast<unsigned char>(c)];
    if (value < 0)
      return absl::InvalidArgumentError("an id consists of digits and the letters a-z without i, l, o and u");
    number = (number << 5) | static_cast<uint64_t>(value);
  }
  // 13 characters hold 65 bits: the first may not be more than 7 for a positive 63-bit number.
  if (kDecoding[static_cast<unsigned char>(text[0])] > 7 || number == 0) {
    return absl::InvalidArgumentError("no such id can exist: it is out of range");
  }
  return static_cast<int64_t>(number);
}

std::string InquiryName(int64_t id) { return StrCat("inquiries/", FormatId(id)); }
absl::StatusOr<int64_t> ParseInquiryName(std::string_view name) { return ParseNumberedName(name, "inquiries"); }
std::string DeadLetterName(int64_t id) { return StrCat("deadLetters/", FormatId(id)); }
absl::StatusOr<int64_t> ParseDeadLetterName(std::string_view name) { return ParseNumberedName(name, "deadLetters"); }

std::string QueueName(std::string_view id) { return StrCat("queues/", id); }
absl::StatusOr<std::string> ParseQueueName(std::string_view name) { return ParseConfiguredName(name, "queues"); }
std::string TopicName(std::string_view id) { return StrCat("topics/", id); }
absl::StatusOr<std::string> ParseTopicName(std::string_view name) { return ParseConfiguredName(name, "topics"); }

std::string WorkerName(std::string_view id) { return StrCat("workers/", id); }

absl::StatusOr<std::string> ParseWorkerName(std::string_view name) {
  absl::StatusOr<std::string_view> id = IdIn(name, "workers");
  if (!id.ok()) return id.status();
  if (id->size() > kMaxWorkerId || !std::all_of(id->begin(), id->end(), IsWorkerCharacter)) {
    return absl::InvalidArgumentError(
        "must be \"workers/\" and an id of at most 128 letters, digits and any of . _ @ : + -");
  }
  return std::string(*id);
}

std::string AnswerName(std::string_view id, std::optional<int> version) {
  return version ? StrCat("answers/", id, "@", *version) : StrCat("answers/", id);
}

absl::StatusOr<AnswerRef> ParseAnswerName(std::string_view name) {
  const size_t at = name.find('@');
  absl::StatusOr<std::string> id = ParseConfiguredName(name.substr(0, at), "answers");
  if (!id.ok()) return id.status();
  AnswerRef answer{*std::move(id), std::nullopt};
  if (at == std::string_view::npos) return answer;
  const std::string_view digits = name.substr(at + 1);
  int version = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || version < 1 || digits[0] == '0') {
    return absl::InvalidArgumentError("after the @ must be a version: 1, 2, …");
  }
  answer.version = version;
  return answer;
}

bool IsConfigurationId(std::string_view id) {
  const auto is_inner = [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; };
  return !id.empty() && id.size() <= kMaxConfigurationId && absl::ascii_islower(id.front()) &&
         std::all_of(id.begin(), id.end(), is_inner);
}

}  // namespace switchboard
