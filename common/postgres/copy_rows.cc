#include "common/postgres/copy_rows.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace switchboard {
namespace {

// The signature, no flags, and no further header.
constexpr std::string_view kHeader("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr int64_t kEpochUnixMicros = 946'684'800'000'000;  // 2000-01-01

// Integers and floats in network order.
template <typename Value>
void Append(std::string& out, Value value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  if constexpr (std::endian::native == std::endian::little) std::reverse(bytes, bytes + sizeof value);
  out.append(bytes, sizeof value);
}

// Microseconds since 2000.
int64_t Timestamp(absl::Time time) {
  if (time == absl::InfiniteFuture()) return std::numeric_limits<int64_t>::max();
  if (time == absl::InfinitePast()) return std::numeric_limits<int64_t>::min();
  return absl::ToUnixMicros(time) - kEpochUnixMicros;
}

}  // namespace

CopyRows::CopyRows() : stream_(kHeader) {}

template <typename Value>
void CopyRows::Add(Value value) {
  Append(stream_, static_cast<int32_t>(sizeof value));
  Append(stream_, value);
}

void CopyRows::BeginRow(int columns) {
  ++size_;
  Append(stream_, static_cast<int16_t>(columns));
}

void CopyRows::AddBigint(int64_t value) { Add(value); }
void CopyRows::AddInteger(int32_t value) { Add(value); }
void CopyRows::AddSmallint(int16_t value) { Add(value); }
void CopyRows::AddReal(float value) { Add(value); }
void CopyRows::AddBoolean(bool value) { Add(static_cast<int8_t>(value)); }
void CopyRows::AddTimestamptz(absl::Time time) { Add(Timestamp(time)); }

void CopyRows::AddNull() { Append(stream_, int32_t{-1}); }

void CopyRows::AddText(std::string_view text) {
  contains_nul_ = contains_nul_ || text.find('\0') != std::string_view::npos;
  Append(stream_, static_cast<int32_t>(text.size()));
  stream_ += text;
}

void CopyRows::AddUuid(std::string_view bytes) {
  Append(stream_, static_cast<int32_t>(bytes.size()));
  stream_ += bytes;
}

}  // namespace switchboard
