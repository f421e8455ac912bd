// PostgreSQL's binary form of values: integers and floats in network order, times as microseconds since 2000.
#ifndef SWITCHBOARD_COMMON_POSTGRES_WIRE_FORMAT_H_
#define SWITCHBOARD_COMMON_POSTGRES_WIRE_FORMAT_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

#include "absl/time/time.h"

namespace switchboard::wire_format {

inline constexpr int64_t kInfiniteFuture = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kInfinitePast = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kEpochUnixMicros = 946'684'800'000'000;  // 2000-01-01

template <typename Value>
void Append(std::string& out, Value value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  if constexpr (std::endian::native == std::endian::little) std::reverse(bytes, bytes + sizeof value);
  out.append(bytes, sizeof value);
}

template <typename Value>
Value Read(const char* from) {
  char bytes[sizeof(Value)];
  std::memcpy(bytes, from, sizeof(Value));
  if constexpr (std::endian::native == std::endian::little) std::reverse(bytes, bytes + sizeof(Value));
  Value value;
  std::memcpy(&value, bytes, sizeof(Value));
  return value;
}

inline int64_t FromTime(absl::Time time) {
  if (time == absl::InfiniteFuture()) return kInfiniteFuture;
  if (time == absl::InfinitePast()) return kInfinitePast;
  return absl::ToUnixMicros(time) - kEpochUnixMicros;
}

inline absl::Time ToTime(int64_t micros) {
  if (micros == kInfiniteFuture) return absl::InfiniteFuture();
  if (micros == kInfinitePast) return absl::InfinitePast();
  return absl::FromUnixMicros(micros + kEpochUnixMicros);
}

}  // namespace switchboard::wire_format

#endif  // SWITCHBOARD_COMMON_POSTGRES_WIRE_FORMAT_H_
