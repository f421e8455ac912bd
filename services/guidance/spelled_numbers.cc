#include "services/guidance/spelled_numbers.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "services/guidance/tokens.h"

namespace switchboard::guidance {
namespace {

struct NumberWord {
  std::string_view word;
  int value;
};

// In the order of the letters. "neuf" and "six" mean the same in whatever language they stand.
constexpr std::array<NumberWord, 60> kNumberWords = {{
    {"cent", 100},   {"cents", 100},   {"cinq", 5},      {"cinquante", 50}, {"deux", 2},      {"dix", 10},
    {"douze", 12},   {"eight", 8},     {"eighteen", 18}, {"eighty", 80},    {"eleven", 11},   {"fifteen", 15},
    {"fifty", 50},   {"five", 5},      {"forty", 40},    {"four", 4},       {"fourteen", 14}, {"fourty", 40},
    {"huit", 8},     {"huitante", 80}, {"hundred", 100}, {"neuf", 9},       {"nine", 9},      {"nineteen", 19},
    {"ninety", 90},  {"nonante", 90},  {"nought", 0},    {"octante", 80},   {"oh", 0},        {"one", 1},
    {"onze", 11},    {"quarante", 40}, {"quatorze", 14}, {"quatre", 4},     {"quinze", 15},   {"seize", 16},
    {"sept", 7},     {"septante", 70}, {"seven", 7},     {"seventeen", 17}, {"seventy", 70},  {"six", 6},
    {"sixteen", 16}, {"sixty", 60},    {"soixante", 60}, {"ten", 10},       {"thirteen", 13}, {"thirty", 30},
    {"three", 3},    {"treize", 13},   {"trente", 30},   {"trois", 3},      {"twelve", 12},   {"twenty", 20},
    {"two", 2},      {"un", 1},        {"une", 1},       {"vingt", 20},     {"vingts", 20},   {"zero", 0},
}};

struct Repeat {
  std::string_view word;
  size_t times;
};

constexpr std::array<Repeat, 4> kRepeats = {{{"double", 2}, {"triple", 3}, {"treble", 3}, {"quadruple", 4}}};
constexpr std::array<std::string_view, 4> kHyphens = {"dash", "hyphen", "tiret", "trait"};

std::optional<int> ValueOf(const Token& token) {
  if (token.kind != TokenKind::kWord) return std::nullopt;
  const auto found = std::lower_bound(kNumberWords.begin(), kNumberWords.end(), token.text,
                                      [](const NumberWord& each, std::string_view word) { return each.word < word; });
  if (found == kNumberWords.end() || found->word != token.text) return std::nullopt;
  return found->value;
}

size_t TimesOf(const Token& token) {
  for (const Repeat& each : kRepeats) {
    if (each.word == token.text) return each.times;
  }
  return 0;
}

// Reads one number at a time and writes the text anew.
class Reading {
 public:
  explicit Reading(std::string_view plain) : tokens_(TokensOf(plain)) {}

  std::string Run() {
    while (at_ < tokens_.size()) Step();
    if (!changed_) return std::string();
    return std::move(out_);
  }

 private:
  void Step();
  bool TakeRepeated();
  bool TakeHyphen();
  void TakeNumber();
  int BelowHundred(size_t* at) const;
  void AddUnit(size_t* at, bool also_teens, int* value) const;

  // The word behind the one at `at`, with a space or a hyphen between them; past the end where there is none.
  size_t NextWord(size_t at) const {
    const bool parted = at + 2 < tokens_.size() && (tokens_[at + 1].text == " " || tokens_[at + 1].text == "-");
    return parted ? at + 2 : tokens_.size();
  }
  std::optional<int> ValueAt(size_t at) const {
    return at < tokens_.size() ? ValueOf(tokens_[at]) : std::optional<int>();
  }
  // A digit that stands by itself among words ("one of us") tells nothing; one beside another or beside a letter does.
  bool StandsInCompany(size_t at) const {
    const size_t next = NextWord(at);
    const bool before = at >= 2 && (IsCompany(at - 2) || ValueAt(at - 2).has_value());
    return before || (next < tokens_.size() && (IsCompany(next) || ValueAt(next).has_value()));
  }
  // "six thirteen, five fifty-five": such a comma is a breath, and makes no list.
  bool IsBetweenNumbers(size_t at) const {
    if (at == 0 || at != behind_spelled_ || at + 2 >= tokens_.size() || tokens_[at + 1].text != " ") return false;
    return tokens_[at + 2].kind == TokenKind::kNumber || ValueAt(at + 2).has_value();
  }
  bool IsCompany(size_t at) const {
    const Token& token = tokens_[at];
    return token.kind == TokenKind::kNumber || (token.kind == TokenKind::kWord && token.text.size() == 1 &&
                                                token.text != "a" && token.text != "l" && token.text != "d");
  }

  std::vector<Token> tokens_;
  std::string out_;
  size_t at_ = 0;
  size_t behind_spelled_ = 0;  // where the text goes on behind the last number that was spelled
  bool changed_ = false;
};

void Reading::Step() {
  const Token& token = tokens_[at_];
  if (token.kind == TokenKind::kWord) {
    if (TakeRepeated() || TakeHyphen()) return;
    if (ValueOf(token).has_value()) return TakeNumber();
  } else if (token.text == "," && IsBetweenNumbers(at_)) {
    ++at_;
    return;
  }
  out_.append(token.text);
  ++at_;
}

// "double five", "triple 1".
bool Reading::TakeRepeated() {
  const size_t times = TimesOf(tokens_[at_]);
  const size_t next = NextWord(at_);
  if (times == 0 || next >= tokens_.size()) return false;
  const Token& repeated = tokens_[next];
  const std::optional<int> value = ValueOf(repeated);
  const bool digit = repeated.kind == TokenKind::kNumber && repeated.text.size() == 1;
  if (!digit && (!value || *value > 9)) return false;
  out_.append(times, digit ? repeated.text[0] : static_cast<char>('0' + *value));
  at_ = next + 1;
  behind_spelled_ = at_;
  changed_ = true;
  return true;
}

bool Reading::TakeHyphen() {
  if (std::find(kHyphens.begin(), kHyphens.end(), tokens_[at_].text) == kHyphens.end()) return false;
  out_.push_back('-');
  ++at_;
  changed_ = true;
  return true;
}

// "vingt et un", "forty-six", "soixante-dix-sept".
void Reading::AddUnit(size_t* at, bool also_teens, int* value) const {
  size_t next = NextWord(*at);
  if (next < tokens_.size() && tokens_[next].text == "et") next = NextWord(next);
  const std::optional<int> more = ValueAt(next);
  if (!more || *more == 0) return;
  if (*more > 9 && (!also_teens || *more > 19)) return;
  *value += *more;
  *at = next;
  if (*more == 10) AddUnit(at, false, value);  // "dix-sept"
}

// What begins at `at`, which is moved to the last word of it.
int Reading::BelowHundred(size_t* at) const {
  int value = *ValueAt(*at);
  if (const size_t next = NextWord(*at); value == 4 && ValueAt(next) == 20) {
    value = 80;
    *at = next;
  }
  const bool french_base = value == 60 || value == 80;
  if (value >= 20 && value < 100) {
    AddUnit(at, french_base, &value);
  } else if (tokens_[*at].text == "dix") {
    AddUnit(at, false, &value);
  }
  return value;
}

void Reading::TakeNumber() {
  size_t last = at_;
  int value = *ValueAt(at_);
  if (value < 100) value = BelowHundred(&last);
  int hundreds = value == 100 ? 1 : 0;
  if (const size_t next = NextWord(last); value >= 1 && value <= 9 && ValueAt(next) == 100) {
    hundreds = value;
    last = next;
  }
  if (hundreds > 0) {
    value = 100 * hundreds;
    size_t next = NextWord(last);
    if (next < tokens_.size() && tokens_[next].text == "and") next = NextWord(next);
    if (const std::optional<int> rest = ValueAt(next); rest && *rest > 0 && *rest < 100) {
      value += BelowHundred(&next);
      last = next;
    }
  }
  const bool tells = value > 9 || StandsInCompany(at_);
  if (tells) {
    out_.append(std::to_string(value));
    changed_ = true;
  } else {
    out_.append(tokens_[at_].text);
  }
  at_ = last + 1;
  if (tells) behind_spelled_ = at_;
}

}  // namespace

std::string WithNumbersInDigits(std::string_view plain) { return Reading(plain).Run(); }

}  // namespace switchboard::guidance
