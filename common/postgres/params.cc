#include "common/postgres/params.h"

#include <charconv>
#include <cstring>

namespace switchboard {
namespace {

constexpr char kHex[] = "0123456789abcdef";

bool ContainsNul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

void AppendHex(std::string& out, std::string_view bytes) {
  const size_t start = out.size();
  out.resize(start + 2 * bytes.size());
  char* to = out.data() + start;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *to++ = kHex[byte >> 4];
    *to++ = kHex[byte & 15];
  }
}

// The shortest text that reads back as the same number.
std::string FormatDouble(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return std::string(buffer, end);
}

}  // namespace

void PgArray::Clear() {
  literal_ = "{}";
  size_ = 0;
  contains_nul_ = false;
}

// Reopens the literal for one more element; every Add closes it again.
void PgArray::Separate() {
  if (size_++ == 0) {
    literal_.pop_back();
  } else {
    literal_.back() = ',';
  }
}

void PgArray::Add(std::string_view text) {
  contains_nul_ = contains_nul_ || ContainsNul(text);
  Separate();
  literal_ += '"';
  // Runs between the two characters that need a backslash are copied whole.
  size_t copied = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '"' && text[i] != '\\') continue;
    literal_.append(text, copied, i - copied);
    literal_ += '\\';
    copied = i;
  }
  literal_.append(text, copied, text.size() - copied);
  literal_ += "\"}";
}

void PgArray::Add(int64_t value) {
  Separate();
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  literal_.append(buffer, end);
  literal_ += '}';
}

void PgArray::Add(double value) {
  Separate();
  literal_ += FormatDouble(value);
  literal_ += '}';
}

void PgArray::Add(bool value) {
  Separate();
  literal_ += value ? "t}" : "f}";
}

void PgArray::Add(absl::Time value) { Add(std::string_view(FormatTimestamp(value))); }

void PgArray::AddBytes(std::string_view bytes) {
  Separate();
  literal_ += "\"\\\\x";
  AppendHex(literal_, bytes);
  literal_ += "\"}";
}

void PgArray::AddNull() {
  Separate();
  literal_ += "NULL}";
}

void Params::Add(std::string_view text) {
  contains_nul_ = contains_nul_ || ContainsNul(text);
  fields_.push_back({{}, text, Field::Kind::kBorrowed});
}

void Params::Add(const PgArray& array) {
  contains_nul_ = contains_nul_ || array.contains_nul();
  fields_.push_back({{}, array.literal(), Field::Kind::kBorrowed});
}

void Params::Add(double value) { AddOwned(FormatDouble(value)); }
void Params::Add(absl::Time value) { AddOwned(FormatTimestamp(value)); }

void Params::AddBytes(std::string_view bytes) {
  std::string text = "\\x";
  AppendHex(text, bytes);
  AddOwned(std::move(text));
}

void Params::AddNull() { fields_.push_back({}); }
void Params::AddOwned(std::string text) { fields_.push_back({std::move(text), {}, Field::Kind::kOwned}); }

std::optional<std::string_view> Params::field(size_t index) const {
  const Field& field = fields_[index];
  switch (field.kind) {
    case Field::Kind::kNull:
      return std::nullopt;
    case Field::Kind::kOwned:
      return field.owned;
    case Field::Kind::kBorrowed:
      return field.borrowed;
  }
  return std::nullopt;
}

std::string FormatTimestamp(absl::Time time) {
  if (time == absl::InfiniteFuture()) return "infinity";
  if (time == absl::InfinitePast()) return "-infinity";
  return absl::FormatTime("%E4Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone());
}

}  // namespace switchboard
