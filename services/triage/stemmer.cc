#include "services/triage/stemmer.h"

#include <libstemmer.h>

#include <array>
#include <memory>
#include <vector>

#include "services/triage/text_normalizer.h"

namespace switchboard::triage {
namespace {

constexpr size_t kRemembered = 4096;  // of a language; a power of two

struct Remembered {
  uint64_t word = 0;
  uint64_t stem = 0;
};

// libstemmer's stemmers may not be shared by threads.
struct ThreadStemmer {
  using Handle = std::unique_ptr<sb_stemmer, decltype(&sb_stemmer_delete)>;

  std::array<Handle, 2> stemmers = {Handle(sb_stemmer_new("english", "UTF_8"), &sb_stemmer_delete),
                                    Handle(sb_stemmer_new("french", "UTF_8"), &sb_stemmer_delete)};
  std::array<std::vector<Remembered>, 2> memories = {std::vector<Remembered>(kRemembered),
                                                     std::vector<Remembered>(kRemembered)};
};

ThreadStemmer& ForThisThread() {
  static thread_local ThreadStemmer stemmer;
  return stemmer;
}

}  // namespace

StemLanguage StemLanguageOf(std::string_view language_code) {
  return language_code == "fr" ? StemLanguage::kFrench : StemLanguage::kEnglish;
}

std::string Stem(StemLanguage language, std::string_view word) {
  sb_stemmer* stemmer = ForThisThread().stemmers[static_cast<size_t>(language)].get();
  const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
  const sb_symbol* stem = sb_stemmer_stem(stemmer, bytes, static_cast<int>(word.size()));
  if (stem == nullptr) return std::string(word);
  const auto size = static_cast<size_t>(sb_stemmer_length(stemmer));
  std::string folded;
  AppendWithoutAccents(std::string_view(reinterpret_cast<const char*>(stem), size), &folded);
  return folded;
}

uint64_t StemHash(StemLanguage language, std::string_view word) { return StemHash(language, word, HashOf(word)); }

uint64_t StemHash(StemLanguage language, std::string_view word, uint64_t hash) {
  // The languages have a memory each: the hash of a short word with one seed can be that of another word with another.
  Remembered& slot = ForThisThread().memories[static_cast<size_t>(language)][hash & (kRemembered - 1)];
  if (slot.word != hash) slot = {hash, HashOf(Stem(language, word))};
  return slot.stem;
}

}  // namespace switchboard::triage
