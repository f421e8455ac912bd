#include "common/postgres/rows.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <pqxx/result>
#include <pqxx/row>

#include "absl/time/civil_time.h"

namespace switchboard {
namespace {

// Values that are no such thing end the process (see the header). They are not shown: they may be a citizen's.
[[noreturn]] void EndProcess(const char* wanted, int column) {
  std::fprintf(stderr, "{\"level\":\"critical\",\"msg\":\"column %d of a result is no %s\"}\n", column, wanted);
  std::abort();
}

template <typename Number>
Number ParseNumber(std::string_view text, const char* wanted, int column) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) EndProcess(wanted, column);
  return value;
}

int Digits(std::string_view text, size_t at, size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) value = value * 10 + (c - '0');
  return value;
}

// "2026-01-01 12:00:00.123456+00", as every session is set to ISO and UTC; the year may be longer.
absl::Time ParseTimestamp(std::string_view text, int column) {
  if (text == "infinity") return absl::InfiniteFuture();
  if (text == "-infinity") return absl::InfinitePast();
  const size_t year = std::min(text.find('-'), text.size());
  const std::string_view rest = text.substr(year);  // "-01-01 12:00:00.123456+00"
  if (year < 4 || rest.size() < 18 || !rest.ends_with("+00")) EndProcess("timestamptz", column);
  const absl::CivilSecond second(Digits(text, 0, year), Digits(rest, 1, 2), Digits(rest, 4, 2), Digits(rest, 7, 2),
                                 Digits(rest, 10, 2), Digits(rest, 13, 2));
  int64_t micros = 0;
  if (rest[15] == '.') {
    const size_t count = rest.size() - 19;
    micros = Digits(rest, 16, count);
    for (size_t i = count; i < 6; ++i) micros *= 10;
  }
  return absl::FromCivil(second, absl::UTCTimeZone()) + absl::Microseconds(micros);
}

int HexValue(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// Walks the elements of a one-dimensional array literal; `take(text, is_null)` gets each one unescaped.
template <typename Take>
void ForEachElement(std::string_view literal, int column, Take take) {
  if (literal.size() < 2 || literal.front() != '{' || literal.back() != '}') EndProcess("array", column);
  literal = literal.substr(1, literal.size() - 2);
  std::string element;
  for (size_t i = 0; i < literal.size(); ++i) {
    element.clear();
    const bool quoted = literal[i] == '"';
    for (i += quoted; i < literal.size() && literal[i] != (quoted ? '"' : ','); ++i) {
      if (literal[i] == '\\') ++i;
      element += literal[i];
    }
    i += quoted;  // now at the comma or the end
    take(element, !quoted && element == "NULL");
  }
}

std::string DecodeHex(std::string_view text, int column) {
  if (!text.starts_with("\\x") || text.size() % 2 != 0) EndProcess("bytea", column);
  std::string bytes;
  bytes.reserve(text.size() / 2 - 1);
  for (size_t i = 2; i < text.size(); i += 2) {
    bytes += static_cast<char>(HexValue(text[i]) << 4 | HexValue(text[i + 1]));
  }
  return bytes;
}

}  // namespace

// Every row and field of the driver counts the references to the result. Its iterators do so where they begin only, and
// so this looks at each field once.
Rows::Rows(pqxx::result result)
    : result_(std::make_shared<const pqxx::result>(std::move(result))),
      size_(result_->size()),
      columns_(static_cast<int>(result_->columns())) {
  fields_.reserve(size_ * static_cast<size_t>(columns_));
  pqxx::result::const_iterator row = result_->begin();
  for (size_t i = 0; i < size_; ++i, ++row) {
    pqxx::row::const_iterator field = row->begin();
    for (int column = 0; column < columns_; ++column, ++field) {
      const size_t length = field->size();
      fields_.push_back(length == 0 && field->is_null() ? std::string_view()
                                                        : std::string_view(field->c_str(), length));
    }
  }
}

Row Rows::operator[](size_t index) const {
  return Row(index < size_ ? fields_.data() + index * static_cast<size_t>(columns_) : nullptr, columns_);
}

size_t Rows::affected() const { return result_ == nullptr ? 0 : result_->affected_rows(); }

std::string_view Row::FieldAt(int column) const {
  if (column < 0 || column >= columns_) EndProcess("column of it", column);
  return fields_ == nullptr ? std::string_view() : fields_[column];
}

bool Row::IsNull(int column) const { return FieldAt(column).data() == nullptr; }

std::string_view Row::Text(int column) const { return IsNull(column) ? "" : FieldAt(column); }

int64_t Row::Int64(int column) const {
  return IsNull(column) ? 0 : ParseNumber<int64_t>(FieldAt(column), "integer", column);
}

double Row::Double(int column) const {
  return IsNull(column) ? 0 : ParseNumber<double>(FieldAt(column), "number", column);
}

bool Row::Bool(int column) const {
  const std::string_view text = Text(column);
  if (text != "t" && text != "f" && !IsNull(column)) EndProcess("boolean", column);
  return text == "t";
}

absl::Time Row::Time(int column) const {
  return IsNull(column) ? absl::UnixEpoch() : ParseTimestamp(FieldAt(column), column);
}

std::string Row::Bytes(int column) const { return IsNull(column) ? "" : DecodeHex(FieldAt(column), column); }

std::vector<std::string> Row::TextArray(int column) const {
  std::vector<std::string> elements;
  if (IsNull(column)) return elements;
  ForEachElement(Text(column), column,
                 [&](const std::string& text, bool is_null) { elements.push_back(is_null ? "" : text); });
  return elements;
}

std::vector<int64_t> Row::Int64Array(int column) const {
  std::vector<int64_t> elements;
  if (IsNull(column)) return elements;
  ForEachElement(Text(column), column, [&](const std::string& text, bool is_null) {
    elements.push_back(is_null ? 0 : ParseNumber<int64_t>(text, "array of integers", column));
  });
  return elements;
}

std::optional<std::string_view> Row::OptionalText(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Text(column);
}

std::optional<int64_t> Row::OptionalInt64(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Int64(column);
}

std::optional<absl::Time> Row::OptionalTime(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Time(column);
}

}  // namespace switchboard
