// What the normaliser needs to know of each character, looked up in one step for the scripts that are common here.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_CHARACTER_TABLE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_CHARACTER_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::triage {

enum class CharacterKind : uint8_t { kOther, kSpace, kLetter, kDigit, kEmoji, kMark };

// Built once from ICU's data; immutable afterwards.
class CharacterTable {
 public:
  static const CharacterTable& Get();

  CharacterKind KindOf(char32_t c) const { return c < kSize ? kinds_[c] : SlowKindOf(c); }
  // The NFKC case folding of one character, in UTF-8; empty when it is dropped.
  std::string_view Folded(char32_t c) const;
  // False for characters that may combine with their neighbours: the text needs ICU's whole normalisation.
  bool IsSimple(char32_t c) const;
  // The Latin letter without accent ('é' → "e", 'œ' → "oe"); empty when there is none.
  std::string_view WithoutAccent(char32_t c) const;
  // The Latin letter that a Greek or Cyrillic one looks like; 0 when there is none.
  static char LatinLookAlike(char32_t c);

 private:
  static constexpr char32_t kSize = 0x3400;

  CharacterTable();
  static CharacterKind SlowKindOf(char32_t c);

  std::vector<CharacterKind> kinds_;
  std::vector<bool> simple_;
  std::vector<std::string> folded_;
  std::vector<std::string> without_accent_;
};

// Reads one character at `*at` and moves past it; 0xFFFFFFFF for a byte that is not UTF-8 (moves by one).
inline constexpr char32_t kInvalidCharacter = 0xFFFFFFFF;
char32_t NextCharacter(std::string_view text, size_t* at);

void AppendUtf8(char32_t c, std::string* out);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_CHARACTER_TABLE_H_
