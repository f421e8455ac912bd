#include "services/switchboard/output.h"

#include <google/protobuf/util/json_util.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "absl/strings/str_format.h"
#include "common/text/duration.h"
#include "common/text/string_view.h"
#include "common/text/utf8.h"

namespace switchboard::client {
namespace {

bool WantsColour(FILE* stream) {
  const char* terminal = std::getenv("TERM");
  const char* no_colour = std::getenv("NO_COLOR");
  return isatty(fileno(stream)) && (no_colour == nullptr || *no_colour == '\0') &&
         !(terminal != nullptr && std::string_view(terminal) == "dumb");
}

bool IsNumber(std::string_view cell) {
  return cell == "-" || (!cell.empty() && std::all_of(cell.begin(), cell.end(), [](unsigned char c) {
           return std::isdigit(c) || c == ',' || c == '.' || c == '%';
         }));
}

}  // namespace

std::string Paint(Colour colour, std::string_view text, FILE* stream) {
  if (!WantsColour(stream)) return std::string(text);
  static constexpr const char* kCodes[] = {"31", "32", "33", "1"};
  return StrCat("\033[", kCodes[static_cast<int>(colour)], "m", text, "\033[0m");
}

void PrintJson(const google::protobuf::Message& message, FILE* stream) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string text;
  if (google::protobuf::util::MessageToJsonString(message, &text, options).ok()) {
    std::fprintf(stream, "%s\n", text.c_str());
  }
}

std::string Table::ToString() const {
  std::vector<size_t> widths;
  std::vector<bool> numeric(headings_.size(), !rows_.empty());
  for (const std::string& heading : headings_) widths.push_back(Utf8Length(heading));
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], Utf8Length(row[i]));
      if (!IsNumber(row[i])) numeric[i] = false;
    }
  }
  std::string text;
  const auto add_line = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string padding(widths[i] - Utf8Length(cells[i]), ' ');
      StrAppend(&line, i == 0 ? "" : "  ", numeric[i] ? padding : "", cells[i], numeric[i] ? "" : padding);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    StrAppend(&text, line, "\n");
  };
  add_line(headings_);
  for (const auto& row : rows_) add_line(row);
  return text;
}

void Table::Print() const {
  const std::string text = ToString();
  const size_t line_end = text.find('\n');
  std::fputs(Paint(Colour::kBold, text.substr(0, line_end), stdout).c_str(), stdout);
  std::fputs(text.substr(line_end).c_str(), stdout);
}

Progress::Progress(std::string_view verb, int64_t total, absl::Time start)
    : verb_(verb), total_(total), start_(start), terminal_(isatty(STDERR_FILENO)), last_(start) {}

void Progress::Update(int64_t done, absl::Time now) {
  if (!terminal_ || now - last_ < absl::Milliseconds(200)) return;
  last_ = now;
  const double rate = static_cast<double>(done) / std::max(1e-3, absl::ToDoubleSeconds(now - start_));
  std::string line = StrCat(verb_, " ", WithCommas(done));
  if (total_ > 0) StrAppend(&line, " of ", WithCommas(total_), " (", 100 * done / total_, "%)");
  StrAppend(&line, ", ", WithCommas(static_cast<int64_t>(rate)), "/s");
  if (total_ > done && rate > 0) {
    StrAppend(&line, ", ",
              FormatDuration(absl::Seconds(static_cast<int64_t>(static_cast<double>(total_ - done) / rate) + 1)),
              " left");
  }
  std::fprintf(stderr, "\r\033[K%s", line.c_str());
}

void Progress::Finish() {
  if (terminal_) std::fputs("\r\033[K", stderr);
}

std::string WithCommas(int64_t number) {
  std::string text = StrCat(number);
  for (int i = static_cast<int>(text.size()) - 3; i > (number < 0 ? 1 : 0); i -= 3) text.insert(i, ",");
  return text;
}

std::string ShortDuration(const google::protobuf::Duration& duration) {
  const absl::Duration value = absl::Seconds(duration.seconds());
  return value == absl::ZeroDuration() ? "-" : FormatDuration(value);
}

std::string ShortTime(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "-";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(time.seconds()), absl::UTCTimeZone());
}

std::string ShortName(std::string_view resource_name) {
  if (resource_name.empty()) return "-";
  return std::string(resource_name.substr(resource_name.find('/') + 1));
}

std::string WithoutControls(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const std::string_view valid = text.substr(0, ValidUtf8Prefix(text));
    for (size_t i = 0; i < valid.size(); ++i) {
      const auto byte = static_cast<unsigned char>(valid[i]);
      // U+0080 to U+009F are control characters of two bytes, among them one that begins an escape sequence.
      const bool two_bytes = byte == 0xC2 && static_cast<unsigned char>(valid[i + 1]) < 0xA0;
      if (two_bytes) ++i;
      plain.push_back(two_bytes || byte < 0x20 || byte == 0x7F ? ' ' : valid[i]);
    }
    text.remove_prefix(valid.size());
    if (text.empty()) break;
    plain.append("\uFFFD");
    text.remove_prefix(1);
  }
  return plain;
}

std::string OneLine(std::string_view text, size_t width) {
  std::string line(text.substr(0, width * 4));
  line.resize(ValidUtf8Prefix(line));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  if (Utf8Length(line) <= width && line.size() == text.size()) return line;
  size_t bytes = 0;
  for (size_t points = 0; bytes < line.size(); ++bytes) {
    if ((line[bytes] & 0xC0) != 0x80 && ++points > width - 1) break;
  }
  return StrCat(line.substr(0, bytes), "…");
}

}  // namespace switchboard::client
