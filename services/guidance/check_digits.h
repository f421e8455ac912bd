// The check digits and shapes of numbers that name one person. Each takes the bare digits (or letters), separators
// already taken out; anything of another length is simply no such number.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_CHECK_DIGITS_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_CHECK_DIGITS_H_

#include <string_view>

namespace switchboard::guidance {

// Modulus 10 as on payment cards: true for a text of digits whose last is the check digit.
bool PassesLuhn(std::string_view digits);

// Canadian social insurance number: nine digits, Luhn. 0 begins the numbers of examples and is taken as real; 8 begins
// none.
bool IsSocialInsuranceNumber(std::string_view digits);

// British national insurance number: two letters that are given out, six digits, a letter from a to d; small letters.
bool IsNationalInsuranceNumber(std::string_view letters_and_digits);

// 13 to 19 digits, Luhn, beginning as the networks' cards of that length begin.
bool IsPaymentCard(std::string_view digits);

// Ontario (Luhn), British Columbia (begins with 9, modulus 11) and the British NHS (modulus 11): ten digits.
bool IsTenDigitHealthCard(std::string_view digits);

// Quebec: four letters, then year, month (plus 50 for women), day and two digits; small letters.
bool IsQuebecHealthCard(std::string_view letters_and_digits);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_CHECK_DIGITS_H_
