// How the client speaks: tables for people, JSON for programs, progress on a terminal.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARD_OUTPUT_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARD_OUTPUT_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/message.h"
#include "google/protobuf/timestamp.pb.h"

namespace switchboard::client {

enum class Colour { kRed, kGreen, kYellow, kBold };

// The text in colour where `stream` is a terminal, and NO_COLOR and TERM=dumb do not forbid it.
std::string Paint(Colour colour, std::string_view text, FILE* stream);

// One line of JSON with every field, names as in the .proto.
void PrintJson(const google::protobuf::Message& message, FILE* stream = stdout);

// Aligned columns; a column whose every cell is a number is aligned to the right. Widths count code points.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

  void AddRow(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // The table as text, a line end after each row. Without rows: only the headings.
  std::string ToString() const;
  void Print() const;

 private:
  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

// "submitted 1,200 of 5,000 (24%), 3,400/s, 1s left" on stderr, rewritten in place; silent where stderr is no terminal.
class Progress {
 public:
  // `total` 0: not known. `start` and the times given later are of the same clock.
  Progress(std::string_view verb, int64_t total, absl::Time start);

  void Update(int64_t done, absl::Time now);
  void Finish();

 private:
  const std::string verb_;
  const int64_t total_;
  const absl::Time start_;
  const bool terminal_;
  absl::Time last_;
};

// "1,234,567".
std::string WithCommas(int64_t number);

// "3m", "2h10m", "-" for zero.
std::string ShortDuration(const google::protobuf::Duration& duration);

// RFC 3339 in UTC to the second; "-" where it is not set.
std::string ShortTime(const google::protobuf::Timestamp& time);

// The part after the slash: "queues/roads" → "roads"; "-" for empty.
std::string ShortName(std::string_view resource_name);

// What others wrote, fit for a terminal and for the record: every control character, line ends too, is a space, and
// what is no UTF-8 is U+FFFD.
std::string WithoutControls(std::string_view text);

// At most `width` code points on one line; control characters become spaces.
std::string OneLine(std::string_view text, size_t width);

}  // namespace switchboard::client

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARD_OUTPUT_H_
