#include "services/queue/lease_token.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "common/status/errors.h"

namespace switchboard::queue {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kSize = 48;  // a multiple of 3, so that the text has no padding

// Writes and reads big-endian numbers one after the other.
class ByteWriter {
 public:
  template <typename Number>
  void Put(Number number) {
    const auto bits = static_cast<uint64_t>(number);
    for (int shift = 8 * (static_cast<int>(sizeof(Number)) - 1); shift >= 0; shift -= 8) {
      bytes_[size_++] = static_cast<char>(bits >> shift);
    }
  }
  std::string_view written() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, kSize> bytes_{};
  size_t size_ = 0;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  template <typename Number>
  Number Take() {
    uint64_t bits = 0;
    for (size_t i = 0; i < sizeof(Number); ++i) bits = bits << 8 | static_cast<uint8_t>(bytes_[next_++]);
    return static_cast<Number>(bits);
  }

 private:
  std::string_view bytes_;
  size_t next_ = 0;
};

// FNV-1a: tells a mistyped or cut token from a real one; it is no signature.
uint64_t Checksum(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<uint8_t>(byte)) * 0x100000001b3;
  return hash ^ hash >> 32;
}

absl::string_view AsAbsl(std::string_view text) { return {text.data(), text.size()}; }

absl::Status NoToken() {
  return InvalidField("lease_token", "is not a lease token; send the one that the claim gave, unchanged");
}

}  // namespace

std::string EncodeLeaseToken(const LeaseFacts& facts) {
  ByteWriter writer;
  writer.Put(kVersion);
  writer.Put(static_cast<uint8_t>(facts.channel));
  writer.Put(static_cast<uint16_t>(std::min(facts.attempts, 0xffff)));
  writer.Put(facts.key.place.queue);
  writer.Put(facts.key.place.lane.number());
  writer.Put(facts.key.id);
  writer.Put(facts.key.place.position);
  writer.Put(facts.key.token);
  writer.Put(static_cast<uint32_t>(absl::ToUnixSeconds(facts.first_response_due)));
  writer.Put(static_cast<uint64_t>(Checksum(writer.written())));
  return absl::WebSafeBase64Escape(AsAbsl(writer.written()));
}

absl::StatusOr<LeaseFacts> DecodeLeaseToken(std::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(AsAbsl(text), &bytes) || bytes.size() != kSize) return NoToken();
  ByteReader reader(bytes);
  if (reader.Take<uint8_t>() != kVersion) return NoToken();
  LeaseFacts facts;
  facts.channel = reader.Take<uint8_t>();
  facts.attempts = reader.Take<uint16_t>();
  facts.key.place.queue = reader.Take<int32_t>();
  facts.key.place.lane = Lane::FromNumber(reader.Take<int32_t>());
  facts.key.id = reader.Take<int64_t>();
  facts.key.place.position = reader.Take<int64_t>();
  facts.key.token = reader.Take<int64_t>();
  facts.first_response_due = absl::FromUnixSeconds(reader.Take<uint32_t>());
  const std::string_view checked = std::string_view(bytes).substr(0, kSize - sizeof(uint64_t));
  if (reader.Take<uint64_t>() != Checksum(checked)) return NoToken();
  return facts;
}

LeaseFacts FactsOf(const ClaimedInquiry& inquiry) {
  return {.key = {.id = inquiry.content.id, .place = inquiry.place, .token = inquiry.token},
          .channel = inquiry.content.channel,
          .attempts = inquiry.attempts,
          .first_response_due = inquiry.content.first_response_due};
}

}  // namespace switchboard::queue
