#include "common/postgres/rows.h"

#include <libpq-fe.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "absl/time/civil_time.h"
#include "common/postgres/wire_format.h"

namespace switchboard {
namespace {

// The numbers of types, the same on every server.
enum Type : Oid {
  kBool = 16,
  kBytea = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kFloat4 = 700,
  kFloat8 = 701,
  kTimestamptz = 1184,
};

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

// A value as the driver received it.
struct Value {
  std::string_view bytes;
  Oid type;
  bool is_binary;
};

bool IsColumn(const PGresult* result, int column) { return column >= 0 && column < PQnfields(result); }

Value ValueAt(const PGresult* result, int row, int column) {
  if (!IsColumn(result, column)) EndProcess("column of it", column);
  return {{PQgetvalue(result, row, column), static_cast<size_t>(PQgetlength(result, row, column))},
          PQftype(result, column),
          PQfformat(result, column) == 1};
}

int64_t ReadInteger(const Value& value, int column) {
  switch (value.type) {
    case kInt8:
      return wire_format::Read<int64_t>(value.bytes.data());
    case kInt4:
      return wire_format::Read<int32_t>(value.bytes.data());
    case kInt2:
      return wire_format::Read<int16_t>(value.bytes.data());
    default:
      EndProcess("integer", column);
  }
}

double ReadNumber(const Value& value, int column) {
  switch (value.type) {
    case kFloat8:
      return wire_format::Read<double>(value.bytes.data());
    case kFloat4:
      return static_cast<double>(wire_format::Read<float>(value.bytes.data()));
    default:
      return static_cast<double>(ReadInteger(value, column));
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

bool IsReadInBinary(uint32_t type) {
  switch (type) {
    case kBool:
    case kBytea:
    case kInt8:
    case kInt2:
    case kInt4:
    case kText:
    case kFloat4:
    case kFloat8:
    case kTimestamptz:
      return true;
    default:
      return false;
  }
}

Rows::Rows(pg_result* result) : result_(result), size_(static_cast<size_t>(PQntuples(result))) {}

void Rows::Deleter::operator()(pg_result* result) const { PQclear(result); }

size_t Rows::affected() const {
  const std::string_view count = result_ == nullptr ? "" : PQcmdTuples(result_.get());
  return count.empty() ? 0 : ParseNumber<size_t>(count, "count", 0);
}

bool Row::IsNull(int column) const {
  if (!IsColumn(result_, column)) EndProcess("column of it", column);
  return PQgetisnull(result_, index_, column) != 0;
}

std::string_view Row::Text(int column) const {
  const Value value = ValueAt(result_, index_, column);
  if (value.is_binary && value.type != kText) EndProcess("text", column);
  return value.bytes;
}

int64_t Row::Int64(int column) const {
  if (IsNull(column)) return 0;
  const Value value = ValueAt(result_, index_, column);
  return value.is_binary ? ReadInteger(value, column) : ParseNumber<int64_t>(value.bytes, "integer", column);
}

double Row::Double(int column) const {
  if (IsNull(column)) return 0;
  const Value value = ValueAt(result_, index_, column);
  return value.is_binary ? ReadNumber(value, column) : ParseNumber<double>(value.bytes, "number", column);
}

bool Row::Bool(int column) const {
  if (IsNull(column)) return false;
  const Value value = ValueAt(result_, index_, column);
  if (value.is_binary && value.type == kBool) return value.bytes[0] != 0;
  if (value.is_binary || (value.bytes != "t" && value.bytes != "f")) EndProcess("boolean", column);
  return value.bytes == "t";
}

absl::Time Row::Time(int column) const {
  if (IsNull(column)) return absl::UnixEpoch();
  const Value value = ValueAt(result_, index_, column);
  if (!value.is_binary) return ParseTimestamp(value.bytes, column);
  if (value.type != kTimestamptz) EndProcess("timestamptz", column);
  return wire_format::ToTime(wire_format::Read<int64_t>(value.bytes.data()));
}

std::string Row::Bytes(int column) const {
  if (IsNull(column)) return "";
  const Value value = ValueAt(result_, index_, column);
  if (!value.is_binary) return DecodeHex(value.bytes, column);
  if (value.type != kBytea) EndProcess("bytea", column);
  return std::string(value.bytes);
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
