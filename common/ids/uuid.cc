#include "common/ids/uuid.h"

#include <sys/random.h>

#include <cstdlib>

namespace switchboard {
namespace {

constexpr char kHex[] = "0123456789abcdef";

bool IsHyphenPlace(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Uuid::ToString() const {
  std::string text;
  text.reserve(36);
  for (const uint8_t byte : bytes) {
    if (IsHyphenPlace(text.size())) text += '-';
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

absl::StatusOr<Uuid> ParseUuid(std::string_view text) {
  const auto error = [] {
    return absl::InvalidArgumentError("must be a UUID such as 3d5f1d3e-8c4a-4c0e-9f5a-0e7c1b2a3d4f, and not all zeros");
  };
  if (text.size() != 36) return error();
  Uuid uuid;
  size_t digits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsHyphenPlace(i)) {
      if (text[i] != '-') return error();
      continue;
    }
    const int value = HexValue(text[i]);
    if (value < 0) return error();
    uint8_t& byte = uuid.bytes[digits++ / 2];
    byte = static_cast<uint8_t>(byte << 4 | value);
  }
  if (uuid.IsNil()) return error();
  return uuid;
}

Uuid RandomUuid() {
  Uuid uuid;
  // Up to 256 bytes come whole once the kernel's generator is seeded, which getrandom waits for.
  if (getrandom(uuid.bytes.data(), uuid.bytes.size(), 0) != static_cast<ssize_t>(uuid.bytes.size())) std::abort();
  uuid.bytes[6] = static_cast<uint8_t>((uuid.bytes[6] & 0x0f) | 0x40);
  uuid.bytes[8] = static_cast<uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
  return uuid;
}

}  // namespace switchboard
