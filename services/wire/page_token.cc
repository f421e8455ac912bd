#include "services/wire/page_token.h"

#include <xxhash.h>

#include "absl/strings/escaping.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"

namespace switchboard::wire {
namespace {

// Also the version of the format: another constant refuses all tokens of before.
constexpr uint64_t kSeed = 0x5377697463680001;
constexpr size_t kTokenBytes = 16;

void StoreBigEndian(uint64_t value, char* out) {
  for (int i = 7; i >= 0; --i, value >>= 8) out[i] = static_cast<char>(value & 0xff);
}

uint64_t LoadBigEndian(const char* in) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<uint8_t>(in[i]);
  return value;
}

absl::Status NotOurs() {
  return MakeError(absl::StatusCode::kInvalidArgument, reason::kInvalidPageToken,
                   "page_token is not one that this list gave for this filter; start again without it");
}

}  // namespace

PageScope::PageScope(std::string_view list, std::string_view filter)
    : digest_(
          XXH3_64bits_withSeed(filter.data(), filter.size(), XXH3_64bits_withSeed(list.data(), list.size(), kSeed))) {}

uint64_t PageScope::ChecksumOf(int64_t cursor) const {
  char bytes[8];
  StoreBigEndian(static_cast<uint64_t>(cursor), bytes);
  return XXH3_64bits_withSeed(bytes, sizeof(bytes), digest_);
}

std::string PageScope::TokenAfter(int64_t cursor) const {
  char bytes[kTokenBytes];
  StoreBigEndian(static_cast<uint64_t>(cursor), bytes);
  StoreBigEndian(ChecksumOf(cursor), bytes + 8);
  return absl::WebSafeBase64Escape(absl::string_view(bytes, sizeof(bytes)));
}

absl::StatusOr<int64_t> PageScope::CursorIn(std::string_view token, int64_t first) const {
  if (token.empty()) return first;
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(ToAbsl(token), &bytes)) return NotOurs();
  if (bytes.size() != kTokenBytes) return NotOurs();
  const auto cursor = static_cast<int64_t>(LoadBigEndian(bytes.data()));
  // The last check refuses other spellings of the same bytes (padding, trailing bits).
  if (LoadBigEndian(bytes.data() + 8) != ChecksumOf(cursor) || TokenAfter(cursor) != token) return NotOurs();
  return cursor;
}

}  // namespace switchboard::wire
