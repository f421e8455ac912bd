#include "common/postgres/rows.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <pqxx/field>
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

// "2026-01-01 12:00:00.123456+00", as every session is set to ISO and UTC.
absl::Time ParseTimestamp(std::string_view text, int column) {
  if (text == "infinity") return absl::InfiniteFuture();
  if (text == "-infinity") return absl::InfinitePast();
  if (text.size() < 22 || text[4] != '-' || !text.ends_with("+00")) EndProcess("timestamptz", column);
  const absl::CivilSecond second(Digits(text, 0, 4), Digits(text, 5, 2), Digits(text, 8, 2), Digits(text, 11, 2),
                                 Digits(text, 14, 2), Digits(text, 17, 2));
  int64_t micros = 0;
  if (text[19] == '.') {
    const size_t count = text.size() - 23;
    micros = Digits(text, 20, count);
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

}  // namespace

bool Row::IsNull(int column) const {
  if (column >= static_cast<int>(result_->columns())) EndProcess("column of it", column);
  return (*result_)[static_cast<pqxx::result::size_type>(index_)][column].is_null();
}

std::string_view Row::Text(int column) const {
  if (column >= static_cast<int>(result_->columns())) EndProcess("column of it", column);
  const pqxx::field field = (*result_)[static_cast<pqxx::result::size_type>(index_)][column];
  return {field.c_str(), static_cast<size_t>(field.size())};
}

int64_t Row::Int64(int column) const {
  const std::string_view text = Text(column);
  return text.empty() && IsNull(column) ? 0 : ParseNumber<int64_t>(text, "integer", column);
}

double Row::Double(int column) const {
  const std::string_view text = Text(column);
  return text.empty() && IsNull(column) ? 0 : ParseNumber<double>(text, "number", column);
}

bool Row::Bool(int column) const {
  const std::string_view text = Text(column);
  if (text != "t" && text != "f" && !IsNull(column)) EndProcess("boolean", column);
  return text == "t";
}

absl::Time Row::Time(int column) const {
  return IsNull(column) ? absl::UnixEpoch() : ParseTimestamp(Text(column), column);
}

std::string Row::Bytes(int column) const {
  if (IsNull(column)) return "";
  const std::string_view text = Text(column);
  if (!text.starts_with("\\x") || text.size() % 2 != 0) EndProcess("bytea", column);
  std::string bytes;
  bytes.reserve(text.size() / 2 - 1);
  for (size_t i = 2; i < text.size(); i += 2) {
    bytes += static_cast<char>(HexValue(text[i]) << 4 | HexValue(text[i + 1]));
  }
  return bytes;
}

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
