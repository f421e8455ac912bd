#include "services/triage/notions.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "services/triage/urgent_samples.h"

namespace switchboard::triage {
namespace {

constexpr size_t kNotions = std::size(kNotionLines);
constexpr size_t kMostOfAWord = 3;  // notions that one word stands for
constexpr uint32_t kNear = 6;       // words

using NotionsOfWord = std::vector<uint16_t>;

// By the hash of a word without accents.
using Dictionary = absl::flat_hash_map<uint64_t, NotionsOfWord>;

void AddWord(std::string_view word, uint16_t notion, Dictionary* dictionary) {
  std::string plain;
  AppendWithoutAccents(word, &plain);
  NotionsOfWord& notions = (*dictionary)[HashOf(plain)];
  const bool is_new = std::find(notions.begin(), notions.end(), notion) == notions.end();
  if (is_new && notions.size() < kMostOfAWord) notions.push_back(notion);
}

Dictionary ReadDictionary() {
  Dictionary dictionary;
  for (size_t notion = 0; notion < kNotions; ++notion) {
    std::string_view line = kNotionLines[notion];
    line.remove_prefix(std::min(line.find(' ') + 1, line.size()));  // the first word is the notion's name
    while (!line.empty()) {
      const size_t end = std::min(line.find(' '), line.size());
      AddWord(line.substr(0, end), static_cast<uint16_t>(notion), &dictionary);
      line.remove_prefix(std::min(end + 1, line.size()));
    }
  }
  return dictionary;
}

// Numbers of notions and of pairs, mixed as the hashes of features are.
uint64_t HashOfNumber(uint64_t number) {
  uint64_t z = (number + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  return z ^ (z >> 31);
}

uint64_t NumberOfPair(uint16_t a, uint16_t b) { return kNotions + std::min(a, b) * kNotions + std::max(a, b); }

struct NotionAt {
  uint16_t notion;
  uint32_t token;
};

// Where each notion and pair stands in the features, so that each comes once. One for a thread.
class SeenNumbers {
 public:
  void Begin() {
    if (++stamp_ != 0) return;
    stamps_.fill(0);
    stamp_ = 1;
  }
  bool IsNew(uint64_t number) {
    const bool is_new = stamps_[number] != stamp_;
    stamps_[number] = stamp_;
    return is_new;
  }

 private:
  std::array<uint16_t, kNotions*(kNotions + 1)> stamps_{};
  uint16_t stamp_ = 0;
};

void FindWords(const NormalText& text, std::vector<NotionAt>* found) {
  static const Dictionary& dictionary = *new Dictionary(ReadDictionary());
  found->clear();
  for (uint32_t t = 0; t < text.tokens.size(); ++t) {
    const auto notions = dictionary.find(text.tokens[t].folded);
    if (notions == dictionary.end()) continue;
    for (const uint16_t notion : notions->second) found->push_back({notion, t});
  }
}

}  // namespace

void FindNotions(const NormalText& text, std::vector<RawFeature>* out) {
  static thread_local std::vector<NotionAt> found;
  static thread_local SeenNumbers seen;
  FindWords(text, &found);
  seen.Begin();
  out->clear();
  const auto add = [&](uint64_t number, uint32_t token) {
    if (seen.IsNew(number)) out->push_back({HashOfNumber(number), token, FeatureBlock::kWords, 1});
  };
  for (size_t i = 0; i < found.size(); ++i) {
    add(found[i].notion, found[i].token);
    for (size_t j = i + 1; j < found.size() && found[j].token - found[i].token <= kNear; ++j) {
      const bool is_pair = found[i].token != found[j].token && found[i].notion != found[j].notion;
      if (is_pair) add(NumberOfPair(found[i].notion, found[j].notion), found[i].token);
    }
  }
}

}  // namespace switchboard::triage
