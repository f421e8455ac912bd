#include "services/queue/lease_token.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "common/status/errors.h"

namespace switchboard::queue {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kSize = 48;  // a multiple of 3, so that the text has no padding

// Writes and reads big-endian numbers one after the other.
template <typename Number>
Number BigEndian(Number number) {
  if constexpr (std::endian::native == std::endian::big) return number;
  if constexpr (sizeof(Number) == 8) return static_cast<Number>(__builtin_bswap64(static_cast<uint64_t>(number)));
  if constexpr (sizeof(Number) == 4) return static_cast<Number>(__builtin_bswap32(static_cast<uint32_t>(number)));
  if constexpr (sizeof(Number) == 2) return static_cast<Number>(__builtin_bswap16(static_cast<uint16_t>(number)));
  return number;
}

class ByteWriter {
 public:
  template <typename Number>
  void Put(Number number) {
    number = BigEndian(number);
    std::memcpy(bytes_.data() + size_, &number, sizeof number);
    size_ += sizeof number;
  }
  std::string_view written() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, kSize> bytes_{};
  size_t size_ = 0;
};

class ByteReader {
 public:
  // `bytes` outlive it.
  explicit ByteReader(std::string_view bytes) : next_(bytes.data()) {}

  template <typename Number>
  Number Take() {
    Number number;
    std::memcpy(&number, next_, sizeof number);
    next_ += sizeof number;
    return BigEndian(number);
  }

 private:
  const char* next_;
};

// FNV-1a: tells a mistyped or cut token from a real one; it is no signature.
uint64_t Checksum(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : bytes) hash = (hash ^ static_cast<uint8_t>(byte)) * 0x100000001b3;
  return hash ^ hash >> 32;
}

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr size_t kTextSize = kSize / 3 * 4;
constexpr uint32_t kNoDigit = 1u << 31;

constexpr std::array<uint32_t, 256> MakeDigits() {
  std::array<uint32_t, 256> digits{};
  for (uint32_t& digit : digits) digit = kNoDigit;
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<uint32_t>(i);
  }
  return digits;
}
constexpr std::array<uint32_t, 256> kDigits = MakeDigits();

// base64url without padding, three bytes to four characters: each token is written once and read twice, and a general
// decoder takes longer than all else that is done with it.
std::string ToText(std::string_view bytes) {
  std::string text(kTextSize, '\0');
  char* to = text.data();
  for (size_t from = 0; from < kSize; from += 3) {
    const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(bytes[from + i])); };
    const uint32_t three = byte(0) << 16 | byte(1) << 8 | byte(2);
    *to++ = kAlphabet[three >> 18];
    *to++ = kAlphabet[three >> 12 & 63];
    *to++ = kAlphabet[three >> 6 & 63];
    *to++ = kAlphabet[three & 63];
  }
  return text;
}

// False where the text is none of ours.
bool FromText(std::string_view text, std::array<char, kSize>& bytes) {
  if (text.size() != kTextSize) return false;
  char* to = bytes.data();
  uint32_t seen = 0;
  for (size_t from = 0; from < kTextSize; from += 4) {
    const auto digit = [&](size_t i) { return kDigits[static_cast<unsigned char>(text[from + i])]; };
    const uint32_t four = digit(0) << 18 | digit(1) << 12 | digit(2) << 6 | digit(3);
    seen |= digit(0) | digit(1) | digit(2) | digit(3);
    *to++ = static_cast<char>(four >> 16);
    *to++ = static_cast<char>(four >> 8);
    *to++ = static_cast<char>(four);
  }
  return (seen & kNoDigit) == 0;
}

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
  return ToText(writer.written());
}

absl::StatusOr<LeaseFacts> DecodeLeaseToken(std::string_view text) {
  std::array<char, kSize> decoded;
  if (!FromText(text, decoded)) return NoToken();
  const std::string_view bytes(decoded.data(), kSize);
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
  const std::string_view checked = bytes.substr(0, kSize - sizeof(uint64_t));
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
