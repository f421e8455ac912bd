#include "services/guidance/check_digits.h"

#include <algorithm>
#include <array>

namespace switchboard::guidance {
namespace {

int Digit(char c) { return c - '0'; }

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool AllLetters(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

int Number(std::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + Digit(c);
  return number;
}

// Does a card of this length begin so?
bool IsIssued(std::string_view digits) {
  const size_t length = digits.size();
  const int two = Number(digits.substr(0, 2));
  const int four = Number(digits.substr(0, 4));
  if (digits[0] == '4') return length == 13 || length == 16 || length == 19;
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return length == 16;
  if (two == 34 || two == 37) return length == 15;
  if (two == 30 || two == 36 || two == 38) return length == 14 || length == 16;
  if (two == 35) return length == 16;
  return (two == 50 || (two >= 56 && two <= 69)) && length >= 13;
}

bool PassesModulus11(std::string_view digits, const std::array<int, 9>& weights) {
  int sum = 0;
  for (size_t i = 0; i < weights.size(); ++i) sum += weights[i] * Digit(digits[i]);
  return (11 - sum % 11) % 11 == Digit(digits[9]);
}

}  // namespace

bool PassesLuhn(std::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto it = digits.rbegin(); it != digits.rend(); ++it, twice = !twice) {
    const int value = twice ? 2 * Digit(*it) : Digit(*it);
    sum += value > 9 ? value - 9 : value;
  }
  return !digits.empty() && AllDigits(digits) && sum % 10 == 0;
}

bool IsSocialInsuranceNumber(std::string_view digits) {
  return digits.size() == 9 && digits[0] != '8' && digits.find_first_not_of('0') != std::string_view::npos &&
         PassesLuhn(digits);
}

bool IsNationalInsuranceNumber(std::string_view text) {
  constexpr std::array<std::string_view, 7> kNeverIssued = {"bg", "gb", "nk", "kn", "tn", "nt", "zz"};
  if (text.size() != 9 || !AllLetters(text.substr(0, 2)) || !AllDigits(text.substr(2, 6))) return false;
  if (text[8] < 'a' || text[8] > 'd') return false;
  const std::string_view prefix = text.substr(0, 2);
  if (prefix.find_first_of("dfiquv") != std::string_view::npos || prefix[1] == 'o') return false;
  return std::find(kNeverIssued.begin(), kNeverIssued.end(), prefix) == kNeverIssued.end();
}

bool IsPaymentCard(std::string_view digits) {
  return digits.size() >= 13 && digits.size() <= 19 && PassesLuhn(digits) && IsIssued(digits);
}

bool IsTenDigitHealthCard(std::string_view digits) {
  constexpr std::array<int, 9> kBritishColumbia = {0, 2, 4, 8, 5, 10, 9, 7, 3};
  constexpr std::array<int, 9> kNationalHealthService = {10, 9, 8, 7, 6, 5, 4, 3, 2};
  if (digits.size() != 10 || !AllDigits(digits)) return false;
  return (digits[0] != '0' && PassesLuhn(digits)) || (digits[0] == '9' && PassesModulus11(digits, kBritishColumbia)) ||
         PassesModulus11(digits, kNationalHealthService);
}

bool IsQuebecHealthCard(std::string_view text) {
  if (text.size() != 12 || !AllLetters(text.substr(0, 4)) || !AllDigits(text.substr(4))) return false;
  const int month = Number(text.substr(6, 2)) % 50;
  const int day = Number(text.substr(8, 2));
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

}  // namespace switchboard::guidance
