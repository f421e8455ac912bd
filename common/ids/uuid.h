// Request ids are UUIDs.
#ifndef SWITCHBOARD_COMMON_IDS_UUID_H_
#define SWITCHBOARD_COMMON_IDS_UUID_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace switchboard {

// 16 bytes in the order they are written. Copyable, comparable, hashable.
struct Uuid {
  std::array<uint8_t, 16> bytes{};

  // Lower-case 8-4-4-4-12 text.
  std::string ToString() const;

  // The 16 bytes as a string view into this object.
  std::string_view AsBytes() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

  bool IsNil() const { return *this == Uuid{}; }

  friend bool operator==(const Uuid&, const Uuid&) = default;
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Uuid& uuid) {
    return H::combine(std::move(h), uuid.bytes);
  }
};

// Parses 36-character 8-4-4-4-12 text in either case; any version is accepted, the nil UUID is not.
// INVALID_ARGUMENT otherwise.
absl::StatusOr<Uuid> ParseUuid(std::string_view text);

// A fresh random (version 4) UUID. Thread-safe.
Uuid RandomUuid();

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_IDS_UUID_H_
