#include "tests/bench/bodies.h"

#include <charconv>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace switchboard::bench {
namespace {

constexpr size_t kStampBytes = 19;
constexpr size_t kBodies = 512;

std::vector<std::string> ReadTexts(const std::string& samples) {
  std::ifstream file(samples);
  std::vector<std::string> texts;
  for (std::string line; std::getline(file, line);) texts.push_back(nlohmann::json::parse(line).at("text"));
  if (texts.empty()) throw std::runtime_error("no sample inquiries in " + samples);
  return texts;
}

// Cuts before the code point that would not fit as a whole.
std::string_view Prefix(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

}  // namespace

Bodies::Bodies(const std::string& samples, size_t bytes) {
  const std::vector<std::string> texts = ReadTexts(samples);
  for (size_t next = 0; bodies_.size() < kBodies;) {
    std::string body(kStampBytes, '0');
    while (body.size() + 1 < bytes)
      body.append(" ").append(Prefix(texts[next++ % texts.size()], bytes - body.size() - 1));
    body.resize(bytes, ' ');
    bodies_.push_back(std::move(body));
  }
}

std::string Bodies::Make(uint64_t number, SteadyTime time) const {
  std::string body = bodies_[number % bodies_.size()];
  char stamp[kStampBytes + 1];
  std::snprintf(stamp, sizeof stamp, "%0*lld", static_cast<int>(kStampBytes),
                static_cast<long long>(time.time_since_epoch().count()));
  return body.replace(0, kStampBytes, stamp, kStampBytes);
}

SteadyTime StampOf(std::string_view body) {
  int64_t nanoseconds = 0;
  std::from_chars(body.data(), body.data() + std::min(kStampBytes, body.size()), nanoseconds);
  return SteadyTime(std::chrono::nanoseconds(nanoseconds));
}

}  // namespace switchboard::bench
