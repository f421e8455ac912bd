#include "services/guidance/look_alikes.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>

namespace switchboard::guidance {
namespace {

constexpr char32_t kTableEnd = 0x3000;

struct Resemblance {
  char32_t letter;
  char latin;
};

// Letters that Unicode's table of confusable characters sets apart from the small letters that they are taken for:
// small capitals (which it makes of many Cyrillic and Greek letters), and some that are taken so within a word.
constexpr std::array<Resemblance, 46> kFurther = {{
    {0x1D00, 'a'}, {0x0299, 'b'}, {0x1D04, 'c'}, {0x1D05, 'd'}, {0x1D07, 'e'}, {0xA730, 'f'}, {0x0262, 'g'},
    {0x029C, 'h'}, {0x026A, 'i'}, {0x1D0A, 'j'}, {0x1D0B, 'k'}, {0x0138, 'k'}, {0x029F, 'l'}, {0x1D0D, 'm'},
    {0x028D, 'm'}, {0x0274, 'n'}, {0x1D0F, 'o'}, {0x1D18, 'p'}, {0x01EB, 'q'}, {0x0280, 'r'}, {0xA731, 's'},
    {0x1D1B, 't'}, {0x1D1C, 'u'}, {0x1D20, 'v'}, {0x1D21, 'w'}, {0x028F, 'y'}, {0x1D22, 'z'}, {0x03B5, 'e'},
    {0x03B7, 'n'}, {0x03BA, 'k'}, {0x03BC, 'u'}, {0x03C4, 't'}, {0x03C5, 'u'}, {0x03C7, 'x'}, {0x03B2, 'b'},
    {0x03B3, 'y'}, {0x0432, 'b'}, {0x043A, 'k'}, {0x043C, 'm'}, {0x043D, 'h'}, {0x0442, 't'}, {0x0437, '3'},
    {0x0131, 'i'}, {0x0142, 'l'}, {0x0111, 'd'}, {0x00F8, 'o'},
}};

// What is typed or pasted for the apostrophe: "l’été", "l′été", "l´été".
constexpr std::array<char32_t, 10> kApostrophes = {0x00B4, 0x02B9, 0x02BB, 0x02BC, 0x02BD,
                                                   0x055A, 0x2018, 0x2019, 0x201B, 0x2032};

using Skeletons = std::unique_ptr<USpoofChecker, decltype(&uspoof_close)>;

std::string Utf8(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

std::string SkeletonOf(const USpoofChecker* checker, std::string_view text) {
  std::array<char, 64> out = {};
  UErrorCode status = U_ZERO_ERROR;
  const int32_t length = uspoof_getSkeletonUTF8(checker, 0, text.data(), static_cast<int32_t>(text.size()), out.data(),
                                                static_cast<int32_t>(out.size()), &status);
  return U_SUCCESS(status) ? std::string(out.data(), static_cast<size_t>(length)) : std::string();
}

// What a normalised character beyond ASCII is taken for: a Latin letter or a digit, by its skeleton.
class Readings {
 public:
  Readings() : checker_(nullptr, &uspoof_close) {
    UErrorCode status = U_ZERO_ERROR;
    checker_.reset(uspoof_open(&status));
    if (U_FAILURE(status)) std::abort();  // ICU's own data are missing: the installation is broken
    for (char c = '0'; c <= '9'; ++c) Learn(c);
    for (char c = 'a'; c <= 'z'; ++c) Learn(c);
    for (const Resemblance& each : kFurther) {
      const std::string letter = Utf8(icu::UnicodeString(static_cast<UChar32>(each.letter)));
      of_skeleton_.emplace(letter, each.latin);
      further_.emplace(letter, each.latin);
    }
  }

  // '\0' where it resembles none.
  char Of(const std::string& character) const {
    if (const auto known = further_.find(character); known != further_.end()) return known->second;
    const auto found = of_skeleton_.find(SkeletonOf(checker_.get(), character));
    return found == of_skeleton_.end() ? '\0' : found->second;
  }

 private:
  // Later ones win: what looks like both "l" and "1" is read as the letter, and DigitRuns takes it for the digit among
  // digits.
  void Learn(char c) { of_skeleton_[SkeletonOf(checker_.get(), std::string(1, c))] = c; }

  Skeletons checker_;
  std::map<std::string, char> of_skeleton_;
  std::map<std::string, char> further_;
};

// Letters in boxes and circles that have no compatibility form.
char32_t Unboxed(char32_t c) {
  if (c >= 0x1F150 && c <= 0x1F169) return U'a' + (c - 0x1F150);
  if (c >= 0x1F170 && c <= 0x1F189) return U'a' + (c - 0x1F170);
  if (c >= 0x1F1E6 && c <= 0x1F1FF) return U'a' + (c - 0x1F1E6);
  return c;
}

// Numbers of any script and in any circle: "٤", "❹", "⑫".
bool AppendNumber(char32_t c, std::string* out) {
  const auto code = static_cast<UChar32>(c);
  const int8_t type = u_charType(code);
  const bool ideograph = c >= 0x3007 && type != U_DECIMAL_DIGIT_NUMBER && u_hasBinaryProperty(code, UCHAR_IDEOGRAPHIC);
  if (type != U_DECIMAL_DIGIT_NUMBER && type != U_OTHER_NUMBER && !ideograph) return false;
  const double value = u_getNumericValue(code);
  const int whole = static_cast<int>(value);
  if (value < 0 || value > (ideograph ? 9 : 20) || static_cast<double>(whole) != value) return false;
  out->append(std::to_string(whole));
  return true;
}

bool IsUnseen(UChar32 c) {
  const int8_t type = u_charType(c);
  return type == U_FORMAT_CHAR || type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK ||
         type == U_COMBINING_SPACING_MARK || u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

// The characters of `c` in compatibility form, case folded, marks taken off.
std::string Slow(char32_t c, const Readings& readings) {
  c = Unboxed(c);
  const auto code = static_cast<UChar32>(c);
  std::string out;
  if (IsUnseen(code)) return out;
  if (std::find(kApostrophes.begin(), kApostrophes.end(), c) != kApostrophes.end()) return "'";
  if (u_isUWhiteSpace(code) || u_iscntrl(code)) return " ";
  if (AppendNumber(c, &out)) return out;
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString folded =
      icu::Normalizer2::getNFKCCasefoldInstance(status)->normalize(icu::UnicodeString(code), status);
  const icu::UnicodeString parts = icu::Normalizer2::getNFDInstance(status)->normalize(folded, status);
  for (int32_t i = 0; U_SUCCESS(status) && i < parts.length(); i = parts.moveIndex32(i, 1)) {
    const UChar32 part = parts.char32At(i);
    const std::string letter = Utf8(icu::UnicodeString(part));
    if (part < 0x80) {
      out.append(letter);
    } else if (part == 0x153 || part == 0xE6) {
      out.append(part == 0x153 ? "oe" : "ae");
    } else if (part == 0x3002) {  // the full stop of Chinese and Japanese, which browsers take for a dot
      out.push_back('.');
    } else if (u_charType(part) == U_DASH_PUNCTUATION) {
      out.push_back('-');
    } else if (!IsUnseen(part)) {
      const bool may_resemble = part < 0x3000 || (part >= 0xA4D0 && part < 0xABC0);  // no ideographs, no syllables
      const char latin = may_resemble ? readings.Of(letter) : '\0';
      latin != '\0' ? out.push_back(latin) : static_cast<void>(out.append(letter));
    }
  }
  return out;
}

const Readings& SharedReadings() {
  static const Readings* const readings = new Readings();
  return *readings;
}

}  // namespace

const LookAlikes& LookAlikes::Get() {
  static const LookAlikes* const table = new LookAlikes();
  return *table;
}

LookAlikes::LookAlikes() : plain_(kTableEnd) {
  for (char32_t c = 0; c < kTableEnd; ++c) plain_[c] = Slow(c, SharedReadings());
}

void LookAlikes::AppendPlain(char32_t c, std::string* out) const {
  out->append(c < kTableEnd ? plain_[c] : Slow(c, SharedReadings()));
}

}  // namespace switchboard::guidance
