// What in a text names one person or says where to find them.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_PERSONAL_DATA_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_PERSONAL_DATA_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/guidance/plain_text.h"

namespace switchboard::guidance {

enum class PersonalDatum : uint8_t {
  kSocialInsuranceNumber,
  kNationalInsuranceNumber,
  kPaymentCard,
  kHealthCard,
  kPhone,
  kEmail,
  kStreetAddress,
};

// As guidelines write it: "SOCIAL_INSURANCE_NUMBER", …
std::string_view PersonalDatumName(PersonalDatum datum);
std::optional<PersonalDatum> ParsePersonalDatum(std::string_view name);
std::string PersonalDatumNames();  // all of them, separated by commas, for error texts

// Kinds of personal data.
class PersonalData {
 public:
  void Add(PersonalDatum datum) { bits_ |= Bit(datum); }
  bool Has(PersonalDatum datum) const { return (bits_ & Bit(datum)) != 0; }
  bool Meets(PersonalData other) const { return (bits_ & other.bits_) != 0; }
  bool empty() const { return bits_ == 0; }
  // In the order of the enum.
  std::vector<PersonalDatum> List() const;

 private:
  static uint32_t Bit(PersonalDatum datum) { return uint32_t{1} << static_cast<int>(datum); }
  uint32_t bits_ = 0;
};

// The authority's own numbers and addresses, which everybody may be told. Immutable; thread-safe.
class PublicContacts {
 public:
  // Each a phone number ("613-555-0100"), an e-mail address ("info@city.example"), all of a domain ("@city.example")
  // or any other words that hold an address ("City Hall, 100 Main Street").
  explicit PublicContacts(const std::vector<std::string>& contacts = {});

  bool HasPhone(std::string_view digits) const;
  bool HasEmail(std::string_view address) const;
  // The plain text with the words of the list taken out where they stand alone: of "2100 Main Street" nothing is taken
  // out where "100 Main Street" is listed.
  std::string Without(std::string_view plain) const;

 private:
  std::vector<std::string> phones_;   // digits, without the 1 of North America
  std::vector<std::string> emails_;   // whole, or "@domain"
  std::vector<std::string> phrases_;  // plain
};

// Numbers count where their check digits hold, however their digits are spaced, written or spelled. Toll-free numbers
// (800, 888, …) are nobody's own and never count. Thread-safe; linear in the length.
PersonalData FindPersonalData(const PlainText& text, const PublicContacts& contacts);

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_PERSONAL_DATA_H_
