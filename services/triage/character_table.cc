#include "services/triage/character_table.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <utility>

namespace switchboard::triage {
namespace {

constexpr char32_t kAccentedEnd = 0x250;

const icu::Normalizer2& CaseFolding() {
  UErrorCode status = U_ZERO_ERROR;
  return *icu::Normalizer2::getNFKCCasefoldInstance(status);
}

const icu::Normalizer2& Decomposition() {
  UErrorCode status = U_ZERO_ERROR;
  return *icu::Normalizer2::getNFDInstance(status);
}

std::string ToUtf8(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

std::string BaseLetters(const std::string& letter) {
  if (letter == "œ") return "oe";
  if (letter == "æ") return "ae";
  if (letter == "ø") return "o";
  if (letter == "ł") return "l";
  if (letter == "đ") return "d";
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString parts = Decomposition().normalize(icu::UnicodeString::fromUTF8(letter), status);
  std::string base;
  for (int32_t i = 0; i < parts.length(); i = parts.moveIndex32(i, 1)) {
    const UChar32 c = parts.char32At(i);
    if (c >= 'a' && c <= 'z') base.push_back(static_cast<char>(c));
  }
  return base;
}

bool IsEmoji(char32_t c) {
  const auto code = static_cast<UChar32>(c);
  return c > 0xFF && u_hasBinaryProperty(code, UCHAR_EXTENDED_PICTOGRAPHIC);
}

struct LookAlike {
  char32_t letter;
  char latin;
};

// Case-folded Cyrillic and Greek letters that readers take for Latin ones.
constexpr std::array<LookAlike, 24> kLookAlikes = {{
    {0x3B1, 'a'}, {0x3B5, 'e'}, {0x3B9, 'i'}, {0x3BA, 'k'}, {0x3BD, 'v'}, {0x3BF, 'o'}, {0x3C1, 'p'}, {0x3C5, 'u'},
    {0x3C7, 'x'}, {0x430, 'a'}, {0x432, 'b'}, {0x435, 'e'}, {0x43A, 'k'}, {0x43C, 'm'}, {0x43D, 'h'}, {0x43E, 'o'},
    {0x440, 'p'}, {0x441, 'c'}, {0x442, 't'}, {0x443, 'y'}, {0x445, 'x'}, {0x455, 's'}, {0x456, 'i'}, {0x458, 'j'},
}};

}  // namespace

const CharacterTable& CharacterTable::Get() {
  static const CharacterTable* const table = new CharacterTable();
  return *table;
}

CharacterTable::CharacterTable() : kinds_(kSize), simple_(kSize), folded_(kSize), without_accent_(kAccentedEnd) {
  const icu::Normalizer2& folding = CaseFolding();
  for (char32_t c = 0; c < kSize; ++c) {
    const auto code = static_cast<UChar32>(c);
    UErrorCode status = U_ZERO_ERROR;
    kinds_[c] = SlowKindOf(c);
    simple_[c] = folding.hasBoundaryBefore(code);
    folded_[c] = ToUtf8(folding.normalize(icu::UnicodeString(code), status));
    if (c < kAccentedEnd && c > 0x7F && u_isalpha(code)) without_accent_[c] = BaseLetters(folded_[c]);
  }
}

CharacterKind CharacterTable::SlowKindOf(char32_t c) {
  const auto code = static_cast<UChar32>(c);
  if (c > 0x10FFFF) return CharacterKind::kSpace;
  if (IsEmoji(c)) return CharacterKind::kEmoji;
  if (u_isalpha(code)) return CharacterKind::kLetter;
  if (u_isdigit(code)) return CharacterKind::kDigit;
  if (u_isUWhiteSpace(code)) return CharacterKind::kSpace;
  const int8_t type = u_charType(code);
  return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK ? CharacterKind::kMark : CharacterKind::kOther;
}

std::string_view CharacterTable::Folded(char32_t c) const { return c < kSize ? folded_[c] : std::string_view(); }

bool CharacterTable::IsSimple(char32_t c) const {
  if (c < kSize) return simple_[c];
  // Han and emoji fold to themselves; everything else up there is rare enough for the slow way.
  return (c < 0xA000) || (c >= 0x1F300 && c < 0x1FB00);
}

std::string_view CharacterTable::WithoutAccent(char32_t c) const {
  return c < kAccentedEnd ? without_accent_[c] : std::string_view();
}

char CharacterTable::LatinLookAlike(char32_t c) {
  const auto found = std::lower_bound(kLookAlikes.begin(), kLookAlikes.end(), c,
                                      [](const LookAlike& each, char32_t wanted) { return each.letter < wanted; });
  return found != kLookAlikes.end() && found->letter == c ? found->latin : '\0';
}

char32_t NextCharacter(std::string_view text, size_t* at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte((*at)++);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4 || *at + more > text.size()) return kInvalidCharacter;
  char32_t c = first & (0x3F >> more);
  for (int i = 0; i < more; ++i) {
    if ((byte(*at + i) & 0xC0) != 0x80) return kInvalidCharacter;
    c = (c << 6) | (byte(*at + i) & 0x3F);
  }
  constexpr std::array<char32_t, 4> kLeast = {0, 0x80, 0x800, 0x10000};
  if (c < kLeast[more] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return kInvalidCharacter;
  *at += more;
  return c;
}

void AppendUtf8(char32_t c, std::string* out) {
  if (c < 0x80) {
    out->push_back(static_cast<char>(c));
    return;
  }
  if (c < 0x800) {
    out->push_back(static_cast<char>(0xC0 | (c >> 6)));
  } else {
    if (c < 0x10000) {
      out->push_back(static_cast<char>(0xE0 | (c >> 12)));
    } else {
      out->push_back(static_cast<char>(0xF0 | (c >> 18)));
      out->push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3F)));
    }
    out->push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
  }
  out->push_back(static_cast<char>(0x80 | (c & 0x3F)));
}

}  // namespace switchboard::triage
