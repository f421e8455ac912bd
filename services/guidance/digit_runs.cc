#include "services/guidance/digit_runs.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "services/guidance/tokens.h"

namespace switchboard::guidance {
namespace {

constexpr size_t kFewestDigits = 7;
constexpr size_t kMostBetween = 6;       // tokens between two groups of one number
constexpr size_t kMostMoneyDigits = 6;   // longer "amounts" are numbers with a sign put before them
constexpr size_t kHealthWordReach = 12;  // tokens
constexpr size_t kCallWordReach = 5;     // tokens: "appelez donc le 555 0142"
constexpr size_t kMostLookAlikes = 19;   // letters in a row that can be digits

struct Spelled {
  std::string_view word;
  char digit;
};

constexpr std::array<Spelled, 22> kSpelled = {{
    {"zero", '0'}, {"one", '1'},   {"two", '2'},    {"three", '3'},  {"four", '4'}, {"five", '5'},
    {"six", '6'},  {"seven", '7'}, {"eight", '8'},  {"nine", '9'},   {"oh", '0'},   {"un", '1'},
    {"une", '1'},  {"deux", '2'},  {"trois", '3'},  {"quatre", '4'}, {"cinq", '5'}, {"sept", '7'},
    {"huit", '8'}, {"neuf", '9'},  {"nought", '0'}, {"niner", '9'},
}};

// Words that people put between the digits of one number.
constexpr std::array<std::string_view, 17> kBetween = {"dash",  "tiret", "espace", "space", "hyphen", "minus",
                                                       "moins", "slash", "dot",    "point", "puis",   "then",
                                                       "next",  "last",  "and",    "et",    "ensuite"};
// Those of them that part the numbers of a list.
constexpr std::array<std::string_view, 4> kListing = {",", ";", "and", "et"};

constexpr std::array<std::string_view, 9> kHealthWords = {"nhs",  "health",   "sante",   "ohip",   "phn",
                                                          "ramq", "medicare", "medical", "maladie"};

constexpr std::array<std::string_view, 14> kCallWords = {"call",      "phone",   "telephone", "tel",       "cell",
                                                         "cellphone", "text",    "ring",      "appelez",   "appel",
                                                         "composez",  "joignez", "fax",       "cellulaire"};

template <typename Words>
bool Contains(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

char SpelledDigit(std::string_view word) {
  const auto found =
      std::find_if(kSpelled.begin(), kSpelled.end(), [&](const Spelled& each) { return each.word == word; });
  return found == kSpelled.end() ? '\0' : found->digit;
}

char LookAlikeDigit(char letter) {
  switch (letter) {
    case 'o':
      return '0';
    case 'i':
    case 'l':
      return '1';
    case 'z':
      return '2';
    case 's':
      return '5';
    case 'b':
      return '8';
    default:
      return '\0';
  }
}

bool AllLookLikeDigits(std::string_view word) {
  return word.size() <= kMostLookAlikes &&
         std::all_of(word.begin(), word.end(), [](char c) { return LookAlikeDigit(c) != '\0'; });
}

bool OnlyOnesAndZeros(std::string_view word) { return word.find_first_not_of("oil") == std::string_view::npos; }

bool IsBetween(const Token& token, int least, int most) {
  if (token.kind != TokenKind::kNumber || token.text.size() > 4) return false;
  int number = 0;
  for (const char c : token.text) number = number * 10 + (c - '0');
  return number >= least && number <= most;
}

// Goes through the tokens of a text once and collects what is left of its numbers.
class Runs {
 public:
  explicit Runs(std::string_view plain) : tokens_(TokensOf(plain)) {}

  std::vector<DigitRun> Find() {
    while (at_ < tokens_.size()) Step();
    Close();
    return std::move(found_);
  }

 private:
  const Token* Peek(size_t ahead) const { return at_ + ahead < tokens_.size() ? &tokens_[at_ + ahead] : nullptr; }
  bool IsSign(size_t at, char sign) const {
    return at < tokens_.size() && tokens_[at].text == std::string_view(&sign, 1);
  }
  bool IsNumber(size_t at) const { return at < tokens_.size() && tokens_[at].kind == TokenKind::kNumber; }

  void Step();
  void TakeWord();
  size_t DateOrTimeHere() const;
  bool IsMoney() const;
  bool GoesOn() const;
  void TakeNumber(std::string_view text) {
    Open();
    run_.digits.append(text);
  }
  void TakeLookAlikes(std::string_view word) {
    Open();
    for (const char c : word) run_.digits.push_back(LookAlikeDigit(c));
  }
  void Open();
  void Close();

  std::vector<Token> tokens_;
  std::vector<DigitRun> found_;
  size_t at_ = 0;
  DigitRun run_;
  size_t gap_begin_ = 0;  // where the tokens since the last group begin
  size_t last_health_word_ = SIZE_MAX;
  size_t last_call_word_ = SIZE_MAX;
};

void Runs::Open() {
  const bool first = run_.digits.empty();
  bool comma = false;
  bool hyphen = false;
  if (!first) {
    for (size_t i = gap_begin_; i < at_; ++i) comma |= Contains(kListing, tokens_[i].text);
    hyphen = at_ == gap_begin_ + 1 && (IsSign(gap_begin_, '-') || IsSign(gap_begin_, '.'));
  } else {
    run_.after_plus =
        at_ > 0 && (IsSign(at_ - 1, '+') || (at_ > 1 && tokens_[at_ - 1].text == "(" && IsSign(at_ - 2, '+')));
    run_.after_health_word = last_health_word_ != SIZE_MAX && at_ - last_health_word_ <= kHealthWordReach;
    run_.after_call_word = last_call_word_ != SIZE_MAX && at_ - last_call_word_ <= kCallWordReach;
  }
  // Digits and letters that touch are one group.
  const bool touches = !first && gap_begin_ == at_;
  if (!touches) run_.groups.push_back({static_cast<uint32_t>(run_.digits.size()), comma, hyphen});
  gap_begin_ = at_ + 1;
}

void Runs::Close() {
  if (run_.digits.size() >= kFewestDigits) found_.push_back(std::move(run_));
  run_ = DigitRun();
}

// How many tokens of a date or a time begin here; 0: none.
size_t Runs::DateOrTimeHere() const {
  if (at_ > 0 && (IsSign(at_ - 1, '-') || IsSign(at_ - 1, ':')) && !run_.digits.empty()) return 0;
  const bool year = tokens_[at_].text.size() == 4 && IsBetween(tokens_[at_], 1900, 2099);
  if (year && IsSign(at_ + 1, '-') && IsNumber(at_ + 2) && IsBetween(tokens_[at_ + 2], 1, 12) && IsSign(at_ + 3, '-') &&
      IsNumber(at_ + 4) && IsBetween(tokens_[at_ + 4], 1, 31) && !IsSign(at_ + 5, '-')) {
    return 5;
  }
  const bool hour = tokens_[at_].text.size() <= 2 && IsBetween(tokens_[at_], 0, 24);
  const bool minutes = IsSign(at_ + 1, ':') && IsNumber(at_ + 2) && tokens_[at_ + 2].text.size() == 2 &&
                       IsBetween(tokens_[at_ + 2], 0, 59);
  return hour && minutes && !IsSign(at_ + 3, ':') ? 3 : 0;
}

bool Runs::IsMoney() const {
  const auto is_currency = [](std::string_view text) {
    return text == "$" || text == "€" || text == "£" || text == "%";
  };
  if (tokens_[at_].text.size() > kMostMoneyDigits) return false;
  // No price is "$046", and what goes on with a number is none: "046€454€286€".
  if (run_.digits.empty() && tokens_[at_].text.size() > 1 && tokens_[at_].text[0] == '0') return false;
  if (GoesOn()) return false;
  if (at_ > 0 && is_currency(tokens_[at_ - 1].text)) return true;
  const Token* next = Peek(1);
  if (next != nullptr && next->kind == TokenKind::kSpace) next = Peek(2);
  return next != nullptr && is_currency(next->text);
}

// Signs, and no words, stand between the number here and the digits before it; "125 000 000 $" is an amount, though.
bool Runs::GoesOn() const {
  if (run_.digits.empty()) return false;
  bool sign = false;
  for (size_t i = gap_begin_; i < at_; ++i) {
    if (tokens_[i].kind == TokenKind::kWord) return false;
    sign |= tokens_[i].kind == TokenKind::kSign;
  }
  return sign;
}

void Runs::TakeWord() {
  const std::string_view word = tokens_[at_].text;
  if (Contains(kHealthWords, word)) last_health_word_ = at_;
  if (Contains(kCallWords, word)) last_call_word_ = at_;
  const bool after_number = at_ > 0 && IsNumber(at_ - 1);
  const bool before_number = IsNumber(at_ + 1);
  const bool open = !run_.digits.empty() && at_ - gap_begin_ <= kMostBetween;
  if (const char digit = SpelledDigit(word); digit != '\0') {
    TakeNumber(std::string_view(&digit, 1));
  } else if (AllLookLikeDigits(word) &&
             (after_number || before_number || (OnlyOnesAndZeros(word) && (open || word.size() >= 3)))) {
    TakeLookAlikes(word);
  } else if (open && (Contains(kBetween, word) || (word.size() == 1 && after_number && before_number))) {
    return;  // stands between two groups
  } else {
    Close();
  }
}

void Runs::Step() {
  const Token& token = tokens_[at_];
  if (token.kind == TokenKind::kWord) {
    TakeWord();
    ++at_;
  } else if (token.kind != TokenKind::kNumber) {
    if (at_ - gap_begin_ >= kMostBetween) Close();
    ++at_;
  } else if (const size_t length = DateOrTimeHere(); length > 0) {
    Close();
    at_ += length;
  } else if (IsMoney()) {
    Close();
    ++at_;
  } else {
    TakeNumber(token.text);
    ++at_;
  }
}

}  // namespace

std::string_view DigitRun::Digits(size_t first_group, size_t end_group) const {
  const size_t begin = groups[first_group].begin;
  const size_t end = end_group < groups.size() ? groups[end_group].begin : digits.size();
  return std::string_view(digits).substr(begin, end - begin);
}

std::vector<DigitRun> FindDigitRuns(std::string_view plain) { return Runs(plain).Find(); }

}  // namespace switchboard::guidance
