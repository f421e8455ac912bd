#include "services/switchboard/inquiry_reader.h"

#include <xxhash.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/ids/uuid.h"
#include "common/text/string_view.h"
#include "common/text/utf8.h"

namespace switchboard::client {
namespace {

constexpr std::string_view kFieldNames =
    "channel, text, language, area, visibility, topic, priority, author, external_id, request_id";

absl::Status SetChannel(const std::string& value, v1::Inquiry& inquiry) {
  v1::Channel channel;
  if (!v1::Channel_Parse(absl::AsciiStrToUpper(value), &channel) || channel == v1::CHANNEL_UNSPECIFIED) {
    return absl::InvalidArgumentError(
        StrCat("channel \"", value,
               "\" is unknown; use X, FACEBOOK, LINKEDIN, BLOG, EMAIL, PHONE, IN_PERSON, WEB, CHAT or SMS"));
  }
  inquiry.set_channel(channel);
  return absl::OkStatus();
}

absl::Status SetVisibility(const std::string& value, v1::Inquiry& inquiry) {
  v1::Visibility visibility;
  if (!v1::Visibility_Parse(absl::AsciiStrToUpper(value), &visibility)) {
    return absl::InvalidArgumentError(StrCat("visibility \"", value, "\" is unknown; use PUBLIC or PRIVATE"));
  }
  inquiry.set_visibility(visibility);
  return absl::OkStatus();
}

absl::Status SetPriority(const std::string& value, v1::Inquiry& inquiry) {
  v1::Priority priority;
  if (!v1::Priority_Parse(absl::AsciiStrToUpper(value), &priority)) {
    return absl::InvalidArgumentError(StrCat("priority \"", value, "\" is unknown; use URGENT, HIGH, NORMAL or LOW"));
  }
  inquiry.set_priority(priority);
  return absl::OkStatus();
}

std::string WithCollection(std::string_view collection, const std::string& id) {
  return id.empty() || absl::StartsWith(id, ToAbsl(collection)) ? id : StrCat(collection, id);
}

}  // namespace

InputFormat FormatOf(std::string_view path) {
  if (absl::EndsWithIgnoreCase(ToAbsl(path), ".csv")) return InputFormat::kCsv;
  if (absl::EndsWithIgnoreCase(ToAbsl(path), ".tsv")) return InputFormat::kTsv;
  return InputFormat::kJsonLines;
}

absl::StatusOr<InputFormat> ParseFormat(std::string_view name) {
  if (name == "jsonl") return InputFormat::kJsonLines;
  if (name == "csv") return InputFormat::kCsv;
  if (name == "tsv") return InputFormat::kTsv;
  return absl::InvalidArgumentError(StrCat("format \"", name, "\" is unknown; use jsonl, csv or tsv"));
}

absl::Status SetInquiryField(std::string_view name, std::string value, v1::SubmitInquiryRequest& request) {
  v1::Inquiry& inquiry = *request.mutable_inquiry();
  if (!IsValidUtf8(value)) return absl::InvalidArgumentError(StrCat(name, " is not valid UTF-8"));
  if (name == "channel") return SetChannel(value, inquiry);
  if (name == "visibility") return SetVisibility(value, inquiry);
  if (name == "priority") return SetPriority(value, inquiry);
  if (name == "text") {
    inquiry.set_text(std::move(value));
  } else if (name == "language") {
    inquiry.set_language(std::move(value));
  } else if (name == "area") {
    inquiry.set_area(std::move(value));
  } else if (name == "topic") {
    inquiry.set_topic(WithCollection("topics/", value));
  } else if (name == "author") {
    inquiry.set_author(std::move(value));
  } else if (name == "external_id") {
    inquiry.set_external_id(std::move(value));
  } else if (name == "request_id") {
    request.set_request_id(std::move(value));
  } else {
    return absl::InvalidArgumentError(StrCat("field \"", name, "\" is unknown; the fields are ", kFieldNames));
  }
  return absl::OkStatus();
}

std::string RequestIdFor(std::string_view salt, int64_t line, std::string_view raw) {
  const std::string material = StrCat(salt, "\n", line, "\n", raw);
  const XXH128_hash_t hash = XXH3_128bits(material.data(), material.size());
  Uuid uuid;
  for (int i = 0; i < 8; ++i) {
    uuid.bytes[i] = static_cast<uint8_t>(hash.high64 >> (56 - 8 * i));
    uuid.bytes[8 + i] = static_cast<uint8_t>(hash.low64 >> (56 - 8 * i));
  }
  uuid.bytes[6] = (uuid.bytes[6] & 0x0F) | 0x80;  // version 8: the meaning is ours
  uuid.bytes[8] = (uuid.bytes[8] & 0x3F) | 0x80;
  return uuid.ToString();
}

InquiryReader::InquiryReader(std::istream& input, ReaderOptions options)
    : input_(input), options_(std::move(options)) {}

std::optional<InquiryRecord> InquiryReader::Next() {
  std::vector<std::string> cells;
  if (options_.format == InputFormat::kCsv && headings_.empty()) {
    std::string heading;
    if (!ReadCsvRow(heading, headings_)) return std::nullopt;
  }
  InquiryRecord record;
  do {
    record.line = line_ + 1;
    const bool more = options_.format == InputFormat::kCsv ? ReadCsvRow(record.raw, cells)
                                                           : static_cast<bool>(std::getline(input_, record.raw));
    if (!more) return std::nullopt;
    if (options_.format != InputFormat::kCsv) ++line_;
    if (!record.raw.empty() && record.raw.back() == '\r') record.raw.pop_back();
  } while (absl::StripAsciiWhitespace(record.raw).empty());

  record.request.mutable_inquiry()->set_channel(options_.default_channel);
  record.request.mutable_inquiry()->set_language(options_.default_language);
  record.request.set_request_id(RequestIdFor(options_.salt, record.line, record.raw));
  switch (options_.format) {
    case InputFormat::kJsonLines:
      record.status = FillFromJson(record.raw, record.request);
      break;
    case InputFormat::kCsv:
      record.status = FillFromCsv(cells, record.request);
      break;
    case InputFormat::kTsv:
      record.status = FillFromTsv(record.raw, record.request);
      break;
  }
  return record;
}

absl::Status InquiryReader::FillFromJson(const std::string& raw, v1::SubmitInquiryRequest& request) const {
  const auto json = nlohmann::json::parse(raw, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return absl::InvalidArgumentError("not valid JSON (or not valid UTF-8)");
  if (!json.is_object()) return absl::InvalidArgumentError("not a JSON object");
  for (const auto& [name, value] : json.items()) {
    if (!value.is_string()) return absl::InvalidArgumentError(StrCat("field \"", name, "\" is not a string"));
    if (absl::Status status = SetInquiryField(name, value.get<std::string>(), request); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status InquiryReader::FillFromCsv(const std::vector<std::string>& cells,
                                        v1::SubmitInquiryRequest& request) const {
  if (cells.size() != headings_.size()) {
    return absl::InvalidArgumentError(StrCat("has ", cells.size(), " cells where the heading has ", headings_.size()));
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) continue;
    if (absl::Status status = SetInquiryField(headings_[i], cells[i], request); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status InquiryReader::FillFromTsv(const std::string& raw, v1::SubmitInquiryRequest& request) const {
  const size_t tab = raw.find('\t');
  if (tab == std::string::npos) return absl::InvalidArgumentError("has no tab: a line is `label<TAB>text`");
  if (options_.topics_from_labels) {
    if (absl::Status status = SetInquiryField("topic", raw.substr(0, tab), request); !status.ok()) return status;
  }
  return SetInquiryField("text", raw.substr(tab + 1), request);
}

// RFC 4180: cells between commas; a cell in quotes may hold commas, line ends and doubled quotes.
bool InquiryReader::ReadCsvRow(std::string& raw, std::vector<std::string>& cells) {
  raw.clear();
  cells.assign(1, "");
  bool quoted = false;
  std::string line;
  while (std::getline(input_, line)) {
    ++line_;
    if (!raw.empty()) raw += '\n';
    raw += line;
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '"') {
        if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
          cells.back() += line[++i];
        } else {
          quoted = !quoted;
        }
      } else if (line[i] == ',' && !quoted) {
        cells.emplace_back();
      } else {
        cells.back() += line[i];
      }
    }
    if (!quoted) {
      if (!cells.back().empty() && cells.back().back() == '\r') cells.back().pop_back();
      return true;
    }
    cells.back() += '\n';
  }
  return !raw.empty();
}

}  // namespace switchboard::client
