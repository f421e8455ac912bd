// Reads inquiries from files: JSON lines, CSV with a heading, or TSV (`label<TAB>text`).
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARD_INQUIRY_READER_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARD_INQUIRY_READER_H_

#include <cstdint>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "switchboard/v1/intake.pb.h"

namespace switchboard::client {

enum class InputFormat { kJsonLines, kCsv, kTsv };

// By the file's ending (.jsonl, .ndjson, .json, .csv, .tsv); JSON lines for anything else.
InputFormat FormatOf(std::string_view path);
absl::StatusOr<InputFormat> ParseFormat(std::string_view name);

struct ReaderOptions {
  InputFormat format = InputFormat::kJsonLines;
  v1::Channel default_channel = v1::WEB;  // where a record names none
  std::string default_language;
  bool topics_from_labels = false;  // TSV: the label is the caller's topic; else it is ignored
  // Makes the request ids: the same salt and the same content on the same line give the same id, so that a file can be
  // submitted again without storing anything twice.
  std::string salt;
};

struct InquiryRecord {
  int64_t line = 0;     // where it begins, from 1
  std::string raw;      // as it was read
  absl::Status status;  // why it could not be understood; `request` is then empty
  v1::SubmitInquiryRequest request;
};

// Not thread-safe. Empty lines are skipped; a record that cannot be understood is returned with its error.
class InquiryReader {
 public:
  InquiryReader(std::istream& input, ReaderOptions options);

  // Nothing at the end. The heading of a CSV is read by the first call; without a `text` column every record fails.
  std::optional<InquiryRecord> Next();

 private:
  bool ReadCsvRow(std::string& raw, std::vector<std::string>& cells);
  absl::Status FillFromJson(const std::string& raw, v1::SubmitInquiryRequest& request) const;
  absl::Status FillFromCsv(const std::vector<std::string>& cells, v1::SubmitInquiryRequest& request) const;
  absl::Status FillFromTsv(const std::string& raw, v1::SubmitInquiryRequest& request) const;

  std::istream& input_;
  const ReaderOptions options_;
  int64_t line_ = 0;
  std::vector<std::string> headings_;
};

// Sets one field of the request by the name that files use (channel, text, language, area, visibility, topic, author,
// external_id, request_id). INVALID_ARGUMENT for an unknown name or value.
absl::Status SetInquiryField(std::string_view name, std::string value, v1::SubmitInquiryRequest& request);

// A UUID (version 8, RFC 9562) from a hash of the three.
std::string RequestIdFor(std::string_view salt, int64_t line, std::string_view raw);

}  // namespace switchboard::client

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARD_INQUIRY_READER_H_
