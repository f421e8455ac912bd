// Drives a fuzz target where libFuzzer is not at hand: hostile texts first, then a fixed sequence of random ones.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "services/triage/portable_math.h"
#include "tests/support/sorting_texts.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr size_t kMebibyte = 1 << 20;

std::vector<std::string> HostileTexts() {
  std::vector<std::string> texts = {"", " ", "\xff\xfe", "\xc3", "\xf0\x9f\x92", "@", "#", "''''", "http:", "www."};
  std::vector<const char*> pieces(std::begin(switchboard::kHostilePieces), std::end(switchboard::kHostilePieces));
  pieces.insert(pieces.end(), {"\n", "{", "&", "ﬀ"});
  for (const char* piece : pieces) {
    std::string text;
    while (text.size() < kMebibyte) text += piece;
    texts.push_back(std::move(text));
  }
  return texts;
}

std::string RandomText(switchboard::triage::PortableRandom* random) {
  static const std::vector<std::string> kPieces = {
      "pothole", "fire", "l'",      "#Fix", "@a",       "é",    "\u0301", "\u200d", "😀",     "\xc3",     "\xed\xa0\x80",
      "?",       "\0",   "1234567", "a: [", "- {id: x", "\n  ", "smoke",  "été",    "don't", "http://x", "x@y.z"};
  std::string text;
  const uint32_t pieces = random->Below(40);
  for (uint32_t i = 0; i < pieces; ++i) {
    if (random->Below(3) == 0) {
      text.push_back(static_cast<char>(random->Below(256)));
    } else {
      text += kPieces[random->Below(static_cast<uint32_t>(kPieces.size()))];
      if (random->Below(2) == 0) text += ' ';
    }
  }
  return text;
}

void Try(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::atoi(argv[1]) : 20000;
  for (const std::string& text : HostileTexts()) Try(text);
  switchboard::triage::PortableRandom random(1);
  for (int i = 0; i < runs; ++i) Try(RandomText(&random));
  std::printf("%d texts\n", runs);
  return 0;
}
