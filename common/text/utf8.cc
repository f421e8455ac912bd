#include "common/text/utf8.h"

#include <bit>
#include <cstdint>
#include <cstring>

namespace switchboard {
namespace {

bool IsContinuation(unsigned char c) { return (c & 0xC0) == 0x80; }

// The length of the well-formed sequence at the start of `text`, 0 when there is none. The table is that of the Unicode
// standard (3-7): only the second byte's range depends on the first.
size_t SequenceLength(const unsigned char* p, size_t available) {
  const unsigned char first = p[0];
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (available < length) return 0;
  unsigned char low = 0x80, high = 0xBF;
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  if (p[1] < low || p[1] > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (!IsContinuation(p[i])) return 0;
  }
  return length;
}

// True when the next 32 bytes are all ASCII.
bool IsAsciiBlock(const unsigned char* p) {
  uint64_t words[4];
  std::memcpy(words, p, sizeof words);
  return ((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080u) == 0;
}

// How many of the next eight bytes are ASCII before the first that is not.
size_t AsciiRun(const unsigned char* p) {
  static_assert(std::endian::native == std::endian::little);
  uint64_t block;
  std::memcpy(&block, p, sizeof block);
  return static_cast<size_t>(std::countr_zero(block & 0x8080808080808080u)) / 8;
}

}  // namespace

size_t ValidUtf8Prefix(std::string_view text) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 32 && IsAsciiBlock(bytes + at)) {
      at += 32;
      continue;
    }
    if (text.size() - at >= 8) {
      const size_t run = AsciiRun(bytes + at);
      at += run;
      if (run == 8) continue;
    }
    const size_t length = SequenceLength(bytes + at, text.size() - at);
    if (length == 0) return at;
    at += length;
  }
  return at;
}

bool IsValidUtf8(std::string_view text) { return ValidUtf8Prefix(text) == text.size(); }

size_t Utf8Length(std::string_view text) {
  size_t length = 0;
  for (const char c : text) length += !IsContinuation(static_cast<unsigned char>(c));
  return length;
}

std::string_view TruncateUtf8(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && IsContinuation(static_cast<unsigned char>(text[end]))) --end;
  return text.substr(0, end);
}

}  // namespace switchboard
