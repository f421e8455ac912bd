#include "services/guidance/personal_data.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

#include "re2/re2.h"
#include "services/guidance/check_digits.h"
#include "services/guidance/digit_runs.h"
#include "services/guidance/spelled_numbers.h"
#include "services/guidance/street_address.h"

namespace switchboard::guidance {
namespace {

constexpr size_t kMostNumberDigits = 19;    // of a payment card
constexpr int kMostPublicAddresses = 1000;  // more than these in one text are no longer told apart

constexpr std::array<std::pair<PersonalDatum, std::string_view>, 7> kNames = {{
    {PersonalDatum::kSocialInsuranceNumber, "SOCIAL_INSURANCE_NUMBER"},
    {PersonalDatum::kNationalInsuranceNumber, "NATIONAL_INSURANCE_NUMBER"},
    {PersonalDatum::kPaymentCard, "PAYMENT_CARD"},
    {PersonalDatum::kHealthCard, "HEALTH_CARD"},
    {PersonalDatum::kPhone, "PHONE"},
    {PersonalDatum::kEmail, "EMAIL"},
    {PersonalDatum::kStreetAddress, "STREET_ADDRESS"},
}};

bool IsPlainDigit(char c) { return c >= '0' && c <= '9'; }
bool IsPlainAlnum(char c) { return IsPlainDigit(c) || (c >= 'a' && c <= 'z'); }

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

// The sizes of the groups of one candidate number.
using Sizes = std::vector<size_t>;

bool AllAlike(const Sizes& sizes) {
  return std::all_of(sizes.begin(), sizes.end() - 1, [&](size_t each) { return each == sizes[0]; }) &&
         sizes.back() <= sizes[0];
}

bool IsGroupedLikePhone(const Sizes& sizes) {
  return sizes == Sizes{3, 3, 4} || sizes == Sizes{1, 3, 3, 4} || sizes == Sizes{3, 3, 2, 2};
}

bool IsTollFree(std::string_view ten_digits) {
  constexpr std::array<std::string_view, 8> kAreas = {"800", "833", "844", "855", "866", "877", "888", "822"};
  return std::find(kAreas.begin(), kAreas.end(), ten_digits.substr(0, 3)) != kAreas.end();
}

std::string_view WithoutCountryCode(std::string_view digits) {
  return digits.size() == 11 && digits[0] == '1' ? digits.substr(1) : digits;
}

// Area and exchange begin with 2 to 9; no area has 9 in its middle.
bool IsNorthAmerican(std::string_view digits) {
  digits = WithoutCountryCode(digits);
  return digits.size() == 10 && digits[0] >= '2' && digits[3] >= '2' && digits[1] != '9';
}

// "04 11 2026 14": a day and something more.
bool BeginsWithDay(std::string_view digits, const Sizes& sizes) {
  return sizes.size() > 3 && sizes[0] == 2 && sizes[1] == 2 && sizes[2] == 4 && digits.substr(2, 2) <= "12" &&
         (digits.substr(4, 2) == "19" || digits.substr(4, 2) == "20");
}

bool IsBritishOrFrench(std::string_view digits, const Sizes& sizes) {
  if ((digits.size() != 10 && digits.size() != 11) || digits[0] != '0' || digits[1] == '0') return false;
  // The south-east of France; no British number begins so.
  return digits[1] != '4' || (digits.size() == 10 && !BeginsWithDay(digits, sizes));
}

// Judges every candidate number of one run.
class RunJudge {
 public:
  RunJudge(const DigitRun& run, const PublicContacts& contacts, PersonalData* found)
      : run_(run), contacts_(contacts), found_(*found) {}

  void Judge() {
    for (size_t first = 0; first < run_.groups.size();) first = JudgeFrom(first);
  }

 private:
  // Where the next candidate may begin: behind a public number.
  size_t JudgeFrom(size_t first) {
    size_t after_public = 0;
    for (size_t last = first; last < run_.groups.size(); ++last) {
      const std::string_view digits = run_.Digits(first, last + 1);
      if (digits.size() > kMostNumberDigits) break;
      if (IsPublic(digits, first)) after_public = last + 1;
    }
    if (after_public > 0) return after_public;
    Sizes sizes;
    bool comma = false;
    for (size_t last = first; last < run_.groups.size(); ++last) {
      const std::string_view digits = run_.Digits(first, last + 1);
      if (digits.size() > kMostNumberDigits) break;
      sizes.push_back(run_.Digits(last, last + 1).size());
      comma |= last > first && run_.groups[last].after_comma;
      // A list of numbers ("routes 14, 25 and 101") is none number, unless it is cut as one would be.
      if (!comma || AllAlike(sizes) || IsGroupedLikePhone(sizes)) JudgeNumber(digits, sizes, first);
    }
    return first + 1;
  }

  bool IsPublic(std::string_view digits, size_t first) const {
    const std::string_view national = WithoutCountryCode(digits);
    return (first == 0 || run_.Digits(first - 1, first).size() < 3) &&
           (contacts_.HasPhone(national) ||
            (national.size() == 10 && IsNorthAmerican(national) && IsTollFree(national)));
  }

  void JudgeNumber(std::string_view digits, const Sizes& sizes, size_t first) {
    if (IsSocialInsuranceNumber(digits)) found_.Add(PersonalDatum::kSocialInsuranceNumber);
    if (IsPaymentCard(digits)) found_.Add(PersonalDatum::kPaymentCard);
    const bool like_phone = IsGroupedLikePhone(sizes);
    if (IsTenDigitHealthCard(digits) && (!like_phone || run_.after_health_word)) found_.Add(PersonalDatum::kHealthCard);
    if (IsPhone(digits, sizes, first)) found_.Add(PersonalDatum::kPhone);
  }

  bool IsPhone(std::string_view digits, const Sizes& sizes, size_t first) const {
    if (contacts_.HasPhone(digits)) return false;
    if (first == 0 && run_.after_plus && digits.size() >= 8 && digits.size() <= 15) return true;
    return IsLocal(digits, sizes, first) || IsDialledAbroad(digits, sizes) || IsNorthAmerican(digits) ||
           IsBritishOrFrench(digits, sizes);
  }

  // "555-0142", and "call 555 0142"; 311, 911 and their like are nobody's.
  bool IsLocal(std::string_view digits, const Sizes& sizes, size_t first) const {
    if (sizes != Sizes{3, 4} || digits[0] < '2' || digits.substr(1, 2) == "11") return false;
    return run_.groups.size() <= first + 2 && (run_.groups[first + 1].after_hyphen || run_.after_call_word);
  }

  // "00 33 1 …", "011 44 20 …".
  static bool IsDialledAbroad(std::string_view digits, const Sizes& sizes) {
    const bool prefix =
        (sizes[0] == 2 && digits.substr(0, 2) == "00") || (sizes[0] == 3 && digits.substr(0, 3) == "011");
    return prefix && sizes.size() > 2 && digits.size() >= 11 && digits.size() <= 17 && digits[sizes[0]] != '0';
  }

  const DigitRun& run_;
  const PublicContacts& contacts_;
  PersonalData& found_;
};

// Letters with digits: the insurance number of Britain, the health card of Quebec. They may hang on the word that
// announces them ("ramqTREM…").
struct Mixed {
  RE2 pattern;
  PersonalDatum datum;
  size_t letters;  // that it begins with
  bool (*holds)(std::string_view);
};

// The insurance number without its last letter, which says nothing of the person.
bool IsWithoutSuffix(std::string_view text) { return IsNationalInsuranceNumber(std::string(text) + "a"); }

const std::array<Mixed, 3>& MixedNumbers() {
  static const auto* const mixed = new std::array<Mixed, 3>{{
      {RE2(R"((?:\b|_|ni|nino)((?:[a-z][\W_]{0,3}){2}(?:[0-9oilszb][\W_]{0,3}){6}[a-d])(?:\b|_))"),
       PersonalDatum::kNationalInsuranceNumber, 2, &IsNationalInsuranceNumber},
      {RE2(R"(\b(?:ni|nino|national insurance)\b(?: number| no| n)?[\W_]{0,5}((?:[a-z][\W_]{0,3}){2}(?:[0-9oil][\W_]{0,3}){5}[0-9oil])\b)"),
       PersonalDatum::kNationalInsuranceNumber, 2, &IsWithoutSuffix},
      {RE2(R"((?:\b|_|ramq|nam)((?:[a-z][\W_]{0,3}){4}(?:[0-9oilszb][\W_]{0,3}){7}[0-9oilszb])(?:\b|_))"),
       PersonalDatum::kHealthCard, 4, &IsQuebecHealthCard},
  }};
  return *mixed;
}

char DigitFor(char c) {
  constexpr std::string_view kLike = "oilszb";
  constexpr std::string_view kDigits = "011258";
  const size_t at = kLike.find(c);
  return at == std::string_view::npos ? c : kDigits[at];
}

// Letters and digits only; behind the first `letters`, letters that look like digits are those digits, but for what
// ends in a letter as it should.
std::string Bare(re2::StringPiece written, size_t letters, size_t numbers) {
  std::string bare;
  for (const char c : written) {
    if (!IsPlainAlnum(c)) continue;
    const bool number = bare.size() >= letters && bare.size() < letters + numbers;
    bare.push_back(number ? DigitFor(c) : c);
  }
  return bare;
}

// Words alone make no number: half of the digits at least must be written as such.
bool HasDigits(re2::StringPiece written, int least) {
  return std::count_if(written.begin(), written.end(), &IsPlainDigit) >= least;
}

// "from 12/11/2026", "le 12/11/26 a": a day behind words, whose letters and digits could be those of a card. No card is
// cut so.
bool IsDay(re2::StringPiece written) {
  static const RE2* const day = new RE2(
      R"([a-z\W_]+[ :(](?:[0-9]{2}[-/.][0-9]{2}[-/.](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[-/.][0-9]{2}[-/.][0-9]{2}))"
      R"(|(?:as|at|au|by|ce|de|du|et|in|is|le|of|on|ou|to) [0-9]{2}[-/.][0-9]{2}[-/.][0-9]{2},? [a-d])");
  return RE2::FullMatch(written, *day);
}

void FindMixed(std::string_view plain, PersonalData* found) {
  constexpr int kFewestWritten = 3;
  for (const Mixed& each : MixedNumbers()) {
    const size_t numbers = each.letters == 4 ? 8 : 6;
    re2::StringPiece rest = Piece(plain);
    re2::StringPiece written;
    while (!found->Has(each.datum) && RE2::FindAndConsume(&rest, each.pattern, &written)) {
      if (HasDigits(written, kFewestWritten) && each.holds(Bare(written, each.letters, numbers)) && !IsDay(written))
        found->Add(each.datum);
    }
  }
}

constexpr char kEndings[] =
    "(?:com|ca|org|net|fr|uk|us|gov|gc|edu|info|biz|eu|me|co|qc|io|de|be|ch|nl|ie|au|nz|es|app|dev|email|online|xyz|"
    "example|test|invalid|quebec|canada)";

// Who gives out addresses to everybody: "jane at gmail" says it all.
constexpr char kProviders[] =
    "(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|protonmail|videotron|sympatico|rogers|aol|gmx|laposte|wanadoo)";

// E-mail addresses as they are written and as people write them so that machines do not see it. Each captures the
// whole.
const std::vector<RE2*>& EmailPatterns() {
  static const auto* const patterns = [] {
    const std::string local = R"(\b([a-z0-9][a-z0-9._%+'-]*)";
    const std::string bracketed_at = R"([ _-]?[\[({<*|] ?(?:at|a|arobase|arobas|@) ?[\])}>*|][ _-]?)";
    const std::string at_words = R"((?:at[ -]sign|a commercial|arobase?s?))";
    const std::string dot = R"((?: ?[\[({<*|_-] ?(?:dot|point|\.) ?[\])}>*|_-] ?| dot | point |\.| \. ))";
    const std::string dot_word = R"((?: ?[\[({<*|_-] ?(?:dot|point) ?[\])}>*|_-] ?| dot | point ))";
    const std::string label = R"([a-z0-9][a-z0-9-]*)";
    auto* made = new std::vector<RE2*>();
    const auto add = [made](const std::string& pattern) { made->push_back(new RE2(pattern)); };
    add(local + R"(["']? ?@ ?(?:)" + label + R"(\.)+[a-z][a-z-]+)\b)");
    add(local + R"( ?@ ?\[?[0-9]{1,3}(?:\.[0-9]{1,3}){3})\b)");
    add(local + "@" + label + "," + kEndings + R"()\b)");
    add(local + "(?: ?@ ?|" + bracketed_at + "|[ _-]" + at_words + "[ _-])" + kProviders + R"()\b)");
    add(local + " (?:at|a|chez) " + kProviders + "[ .,]+" + kEndings + R"()\b)");
    add(local + "@ ?(?:" + label + R"( ?\. ?)+)" + kEndings + R"()\b)");
    add(local + "(?: @ |@|" + bracketed_at + "|[ _-]" + at_words + "[ _-])" + label + "(?:" + dot + label + ")*" + dot +
        kEndings + R"()\b)");
    add(local + "[ _-](?:at|a|chez)[ _-]" + label + "(?:" + dot + label + ")*" + dot_word + kEndings + R"()\b)");
    return made;
  }();
  return *patterns;
}

bool HoldsPrivateEmail(std::string_view plain, const PublicContacts& contacts) {
  // Every way of writing one has one of these.
  if (plain.find('@') == std::string_view::npos && plain.find("at") == std::string_view::npos &&
      plain.find("arobas") == std::string_view::npos && plain.find("commercial") == std::string_view::npos &&
      plain.find("chez") == std::string_view::npos && plain.find("dot") == std::string_view::npos &&
      plain.find("point") == std::string_view::npos && plain.find("(a") == std::string_view::npos) {
    return false;
  }
  for (const RE2* pattern : EmailPatterns()) {
    re2::StringPiece rest = Piece(plain);
    re2::StringPiece address;
    for (int i = 0; RE2::FindAndConsume(&rest, *pattern, &address); ++i) {
      if (i == kMostPublicAddresses || !contacts.HasEmail({address.data(), address.size()})) return true;
    }
  }
  return false;
}

bool EndsInWord(std::string_view text) {
  if (text.empty()) return false;
  auto at = static_cast<int32_t>(text.size());
  UChar32 c = 0;
  U8_PREV_OR_FFFD(text.data(), 0, at, c);
  return u_isalnum(c);
}

bool BeginsWithWord(std::string_view text) {
  if (text.empty()) return false;
  int32_t at = 0;
  UChar32 c = 0;
  U8_NEXT_OR_FFFD(text.data(), at, static_cast<int32_t>(text.size()), c);
  return u_isalnum(c);
}

// "4-" or "b/", which before a house number names an apartment of the house.
bool EndsInUnit(std::string_view text) {
  if (text.empty() || (text.back() != '-' && text.back() != '/')) return false;
  text.remove_suffix(1);
  size_t begin = text.size();
  while (begin > 0 && IsPlainAlnum(text[begin - 1])) --begin;
  const std::string_view unit = text.substr(begin);
  return unit.size() == 1 || unit.find_first_of("0123456789") != std::string_view::npos;
}

// What is found at `at` is `phrase` and not the end, the beginning or the house of another: "100 main street" is not in
// "2100 main street" nor in "4-100 main street" nor in "100 main street, apartment 12".
bool StandsAlone(std::string_view text, size_t at, std::string_view phrase) {
  const std::string_view before = text.substr(0, at);
  const std::string_view behind = text.substr(at + phrase.size());
  if (EndsInWord(before) && BeginsWithWord(phrase)) return false;
  if (EndsInUnit(before) && IsPlainDigit(phrase[0])) return false;
  if (EndsInWord(phrase) && BeginsWithWord(behind)) return false;
  return !IsInLongerAddress(before, phrase, behind);
}

void FindIn(std::string_view plain, const PublicContacts& contacts, PersonalData* found) {
  const std::string text = contacts.Without(plain);
  for (const DigitRun& run : FindDigitRuns(text)) RunJudge(run, contacts, found).Judge();
  FindMixed(text, found);
  if (HoldsPrivateEmail(text, contacts)) found->Add(PersonalDatum::kEmail);
  if (HoldsStreetAddress(text)) found->Add(PersonalDatum::kStreetAddress);
}

}  // namespace

std::string_view PersonalDatumName(PersonalDatum datum) {
  for (const auto& [each, name] : kNames) {
    if (each == datum) return name;
  }
  return "";
}

std::optional<PersonalDatum> ParsePersonalDatum(std::string_view name) {
  for (const auto& [datum, each] : kNames) {
    if (each == name) return datum;
  }
  return std::nullopt;
}

std::string PersonalDatumNames() {
  std::string names;
  for (const auto& [datum, name] : kNames) names.append(names.empty() ? "" : ", ").append(name);
  return names;
}

std::vector<PersonalDatum> PersonalData::List() const {
  std::vector<PersonalDatum> list;
  for (const auto& [datum, name] : kNames) {
    if (Has(datum)) list.push_back(datum);
  }
  return list;
}

PublicContacts::PublicContacts(const std::vector<std::string>& contacts) {
  for (const std::string& contact : contacts) {
    const std::string plain = MakePlain(contact).text;
    std::string digits;
    std::copy_if(plain.begin(), plain.end(), std::back_inserter(digits), &IsPlainDigit);
    const bool words = plain.find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos;
    if (plain.find('@') != std::string::npos) {
      emails_.push_back(plain);
    } else if (!words && !digits.empty()) {
      phones_.emplace_back(WithoutCountryCode(digits));
    } else if (!plain.empty()) {
      phrases_.push_back(plain);
    }
  }
}

bool PublicContacts::HasPhone(std::string_view digits) const {
  digits = WithoutCountryCode(digits);
  return std::find(phones_.begin(), phones_.end(), digits) != phones_.end();
}

bool PublicContacts::HasEmail(std::string_view address) const {
  // French leaves out a vowel before some: "d'info@city.example".
  if (address.substr(0, 2) == "d'" || address.substr(0, 2) == "l'") address.remove_prefix(2);
  return std::any_of(emails_.begin(), emails_.end(), [&](const std::string& each) {
    if (each[0] != '@') return address == each;
    return address.size() > each.size() && address.substr(address.size() - each.size()) == each;
  });
}

std::string PublicContacts::Without(std::string_view plain) const {
  std::string left(plain);
  for (const std::string& phrase : phrases_) {
    for (size_t at = left.find(phrase); at != std::string::npos; at = left.find(phrase, at + 1)) {
      if (!StandsAlone(left, at, phrase)) continue;
      // A stroke in place of every letter: what stood on both sides must not come together.
      std::fill_n(left.begin() + static_cast<ptrdiff_t>(at), phrase.size(), '|');
    }
  }
  return left;
}

PersonalData FindPersonalData(const PlainText& text, const PublicContacts& contacts) {
  PersonalData found;
  FindIn(text.text, contacts, &found);
  for (const std::string& reading : {text.joined, text.unlisted, WithNumbersInDigits(text.text)}) {
    if (!reading.empty()) FindIn(reading, contacts, &found);
  }
  return found;
}

}  // namespace switchboard::guidance
