#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/guidance/check_digits.h"
#include "services/guidance/personal_data.h"

namespace switchboard::guidance {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;

// All numbers are made up; those of the kinds that have check digits pass them.
constexpr char kSin[] = "046454286";
constexpr char kCard[] = "4111111111111111";

PersonalData Find(const std::string& text, const PublicContacts& contacts = PublicContacts()) {
  return FindPersonalData(MakePlain(text), contacts);
}

std::vector<PersonalDatum> ListOf(const std::string& text, const PublicContacts& contacts = PublicContacts()) {
  return Find(text, contacts).List();
}

// ---------------------------------------------------------------------------------------------------------------------

TEST(CheckDigits, AreThoseOfEachKind) {
  const struct {
    const char* name;
    bool (*holds)(std::string_view);
    const char* number;
    bool expected;
  } cases[] = {
      {"SIN", &IsSocialInsuranceNumber, "046454286", true},
      {"SIN with a wrong check digit", &IsSocialInsuranceNumber, "046454287", false},
      {"SIN with two digits swapped", &IsSocialInsuranceNumber, "064454286", false},
      {"SIN of eight digits", &IsSocialInsuranceNumber, "04645428", false},
      {"no SIN is all zeros", &IsSocialInsuranceNumber, "000000000", false},
      {"no SIN begins with 8", &IsSocialInsuranceNumber, "800000002", false},
      {"Visa", &IsPaymentCard, "4111111111111111", true},
      {"Visa with a wrong check digit", &IsPaymentCard, "4111111111111112", false},
      {"Mastercard", &IsPaymentCard, "5555555555554444", true},
      {"Mastercard of the new range", &IsPaymentCard, "2223003122003222", true},
      {"American Express", &IsPaymentCard, "378282246310005", true},
      {"Diners", &IsPaymentCard, "30569309025904", true},
      {"Discover", &IsPaymentCard, "6011111111111117", true},
      {"JCB", &IsPaymentCard, "3530111333300000", true},
      {"a number that no network gives out", &IsPaymentCard, "9111111111111111", false},
      {"Ontario", &IsTenDigitHealthCard, "9876543217", true},
      {"British Columbia", &IsTenDigitHealthCard, "9123456798", true},
      {"NHS", &IsTenDigitHealthCard, "9434765919", true},
      {"NHS with a wrong check digit", &IsTenDigitHealthCard, "9434765918", false},
      {"NINO", &IsNationalInsuranceNumber, "ab123456c", true},
      {"NINO with a prefix that is not given out", &IsNationalInsuranceNumber, "bg123456c", false},
      {"NINO with a letter that is not used", &IsNationalInsuranceNumber, "qq123456c", false},
      {"NINO with a wrong suffix", &IsNationalInsuranceNumber, "ab123456e", false},
      {"Quebec, a woman born in December", &IsQuebecHealthCard, "trem92621514", true},
      {"Quebec, a thirteenth month", &IsQuebecHealthCard, "trem92131514", false},
      {"Quebec, a day 0", &IsQuebecHealthCard, "trem92120014", false},
  };
  for (const auto& each : cases) EXPECT_EQ(each.holds(each.number), each.expected) << each.name;
}

// ---------------------------------------------------------------------------------------------------------------------

std::string Between(const std::string& text, const std::string& separator) {
  std::string out;
  for (const char c : text) absl::StrAppend(&out, out.empty() ? "" : separator, std::string(1, c));
  return out;
}

std::string InGroups(const std::string& text, size_t size, const std::string& separator) {
  std::string out;
  for (size_t at = 0; at < text.size(); at += size) {
    absl::StrAppend(&out, out.empty() ? "" : separator, text.substr(at, size));
  }
  return out;
}

std::string Utf8Of(char32_t c) {
  std::string out;
  if (c < 0x800) {
    out = {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
  } else if (c < 0x10000) {
    out = {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
           static_cast<char>(0x80 | (c & 0x3F))};
  } else {
    out = {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
           static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
  }
  return out;
}

// Every digit d as the character `zero` + d.
std::string InDigitsFrom(const std::string& text, char32_t zero) {
  std::string out;
  for (const char c : text) {
    c >= '0' && c <= '9' ? static_cast<void>(out.append(Utf8Of(zero + static_cast<char32_t>(c - '0'))))
                         : out.push_back(c);
  }
  return out;
}

std::string WithDigitAs(const std::string& text, char digit, const std::string& other) {
  std::string out;
  for (const char c : text) c == digit ? static_cast<void>(out.append(other)) : out.push_back(c);
  return out;
}

std::string Spelled(const std::string& text, const std::array<const char*, 10>& words) {
  std::string out;
  for (const char c : text) absl::StrAppend(&out, out.empty() ? "" : " ", words[static_cast<size_t>(c - '0')]);
  return out;
}

struct Trick {
  const char* name;
  std::function<std::string(const std::string&)> apply;
};

// What people do to a number so that a machine does not see it.
const std::vector<Trick>& NumberTricks() {
  static const auto* const tricks = new std::vector<Trick>{
      {"as it is", [](const std::string& n) { return n; }},
      {"spaces", [](const std::string& n) { return Between(n, " "); }},
      {"hyphens", [](const std::string& n) { return InGroups(n, 3, "-"); }},
      {"dots", [](const std::string& n) { return InGroups(n, 3, "."); }},
      {"slashes", [](const std::string& n) { return InGroups(n, 3, "/"); }},
      {"underscores", [](const std::string& n) { return Between(n, "_"); }},
      {"asterisks", [](const std::string& n) { return InGroups(n, 3, " * "); }},
      {"commas", [](const std::string& n) { return InGroups(n, 3, ", "); }},
      {"brackets", [](const std::string& n) { return absl::StrCat("(", n.substr(0, 3), ") ", n.substr(3)); }},
      {"line breaks", [](const std::string& n) { return InGroups(n, 3, "\n"); }},
      {"a line break for every digit", [](const std::string& n) { return Between(n, "\r\n"); }},
      {"tabs", [](const std::string& n) { return InGroups(n, 3, "\t"); }},
      {"many spaces", [](const std::string& n) { return InGroups(n, 3, "          "); }},
      {"no-break spaces", [](const std::string& n) { return InGroups(n, 3, "\u00A0"); }},
      {"thin spaces", [](const std::string& n) { return Between(n, "\u2009"); }},
      {"zero-width spaces", [](const std::string& n) { return Between(n, "\u200B"); }},
      {"zero-width joiners", [](const std::string& n) { return Between(n, "\u200D"); }},
      {"word joiners", [](const std::string& n) { return Between(n, "\u2060"); }},
      {"soft hyphens", [](const std::string& n) { return Between(n, "\u00AD"); }},
      {"byte order marks", [](const std::string& n) { return Between(n, "\uFEFF"); }},
      {"invisible tags", [](const std::string& n) { return Between(n, "\U000E0061"); }},
      {"en dashes", [](const std::string& n) { return InGroups(n, 3, "–"); }},
      {"middle dots", [](const std::string& n) { return InGroups(n, 3, "·"); }},
      {"bullets", [](const std::string& n) { return InGroups(n, 3, " • "); }},
      {"emoji", [](const std::string& n) { return InGroups(n, 3, "🙂"); }},
      {"combining marks", [](const std::string& n) { return Between(n, "\u0301"); }},
      {"full width", [](const std::string& n) { return InDigitsFrom(n, 0xFF10); }},
      {"bold", [](const std::string& n) { return InDigitsFrom(n, 0x1D7CE); }},
      {"monospace", [](const std::string& n) { return InDigitsFrom(n, 0x1D7F6); }},
      {"Arabic digits", [](const std::string& n) { return InDigitsFrom(n, 0x0660); }},
      {"Persian digits", [](const std::string& n) { return InDigitsFrom(n, 0x06F0); }},
      {"Devanagari digits", [](const std::string& n) { return InDigitsFrom(n, 0x0966); }},
      {"Thai digits", [](const std::string& n) { return InDigitsFrom(n, 0x0E50); }},
      {"subscripts", [](const std::string& n) { return InDigitsFrom(n, 0x2080); }},
      {"keycaps", [](const std::string& n) { return Between(n, "\uFE0F\u20E3") + "\uFE0F\u20E3"; }},
      {"letter O for zero", [](const std::string& n) { return WithDigitAs(n, '0', "O"); }},
      {"Cyrillic O for zero", [](const std::string& n) { return WithDigitAs(n, '0', "О"); }},
      {"small L for one", [](const std::string& n) { return WithDigitAs(n, '1', "l"); }},
      {"capital I for one", [](const std::string& n) { return WithDigitAs(n, '1', "I"); }},
      {"letter S for five", [](const std::string& n) { return WithDigitAs(n, '5', "S"); }},
      {"full width in lines", [](const std::string& n) { return InDigitsFrom(InGroups(n, 3, "\n"), 0xFF10); }},
      {"zero-width and hyphens", [](const std::string& n) { return Between(InGroups(n, 3, "-"), "\u200B"); }},
      {"English words",
       [](const std::string&
              n) { return Spelled(n, {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}); }},
      {"French words",
       [](const std::string&
              n) { return Spelled(n, {"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"}); }},
      {"the word dash", [](const std::string& n) { return InGroups(n, 3, " dash "); }},
      {"le mot tiret", [](const std::string& n) { return InGroups(n, 3, " tiret "); }},
      {"letters between", [](const std::string& n) { return InGroups(n, 3, "x"); }},
  };
  return *tricks;
}

struct Victim {
  const char* name;
  const char* number;
  PersonalDatum datum;
};

constexpr Victim kNumbers[] = {
    {"SIN", kSin, PersonalDatum::kSocialInsuranceNumber},
    {"another SIN", "130692544", PersonalDatum::kSocialInsuranceNumber},
    {"Visa", kCard, PersonalDatum::kPaymentCard},
    {"Mastercard", "5105105105105100", PersonalDatum::kPaymentCard},
    {"American Express", "371449635398431", PersonalDatum::kPaymentCard},
    {"Ontario health card", "9876543217", PersonalDatum::kHealthCard},
};

TEST(FindPersonalData, SeesThroughEveryTrickOnNumbers) {
  int cases = 0;
  for (const Victim& victim : kNumbers) {
    for (const Trick& trick : NumberTricks()) {
      const std::string written = trick.apply(victim.number);
      for (const std::string& text : {absl::StrCat("It is ", written, ", we have noted it."), written,
                                      absl::StrCat("Votre numéro (", written, ") est au dossier.")}) {
        EXPECT_TRUE(Find(text).Has(victim.datum)) << victim.name << " in " << trick.name << ": " << text;
        ++cases;
      }
    }
  }
  EXPECT_GE(cases, 200);
}

TEST(FindPersonalData, SeesWhatIsWrittenByHand) {
  const struct {
    const char* text;
    PersonalDatum datum;
  } cases[] = {
      {"your SIN 046 454 286 is on file", PersonalDatum::kSocialInsuranceNumber},
      {"NAS:046-454-286.", PersonalDatum::kSocialInsuranceNumber},
      {"SIN#046454286", PersonalDatum::kSocialInsuranceNumber},
      {"04 64 54 28 6", PersonalDatum::kSocialInsuranceNumber},
      {"card 4111 llll llll llll expires soon", PersonalDatum::kPaymentCard},
      {"carte 4111-1111-1111-1111 exp 09/27", PersonalDatum::kPaymentCard},
      {"card4111111111111111", PersonalDatum::kPaymentCard},
      {"4111.1111.1111.1111", PersonalDatum::kPaymentCard},
      {"Your number is AB 12 34 56 C", PersonalDatum::kNationalInsuranceNumber},
      {"AB123456C", PersonalDatum::kNationalInsuranceNumber},
      {"a b 1 2 3 4 5 6 c", PersonalDatum::kNationalInsuranceNumber},
      {"AB-12-34-56-C", PersonalDatum::kNationalInsuranceNumber},
      {"ＡＢ１２３４５６Ｃ", PersonalDatum::kNationalInsuranceNumber},
      {"АВ123456С", PersonalDatum::kNationalInsuranceNumber},  // the letters are Cyrillic
      {"A\u200BB12\u200B3456C", PersonalDatum::kNationalInsuranceNumber},
      {"AB12\n34\n56C", PersonalDatum::kNationalInsuranceNumber},
      {"AB 1234 5l C", PersonalDatum::kNationalInsuranceNumber},
      {"TREM 9262 1514", PersonalDatum::kHealthCard},
      {"TREM92621514", PersonalDatum::kHealthCard},
      {"t.r.e.m 9262-1514", PersonalDatum::kHealthCard},
      {"ＴＲＥＭ９２６２１５１４", PersonalDatum::kHealthCard},
      {"TREM 92\n62 15 14", PersonalDatum::kHealthCard},
      {"health card 9876-543-217 XK", PersonalDatum::kHealthCard},
      {"NHS number 943 476 5919", PersonalDatum::kHealthCard},
      {"BC PHN 9123 456 798", PersonalDatum::kHealthCard},
      {"call her at 613-555-0142", PersonalDatum::kPhone},
      {"(613) 555-0142", PersonalDatum::kPhone},
      {"613.555.0142", PersonalDatum::kPhone},
      {"6135550142", PersonalDatum::kPhone},
      {"1 613 555 0142", PersonalDatum::kPhone},
      {"+1 (613) 555-0142", PersonalDatum::kPhone},
      {"6 1 3 5 5 5 0 1 4 2", PersonalDatum::kPhone},
      {"613\n555\n0142", PersonalDatum::kPhone},
      {"six one three five five five zero one four two", PersonalDatum::kPhone},
      {"six un trois cinq cinq cinq zéro un quatre deux", PersonalDatum::kPhone},
      {"６１３-５５５-０１４２", PersonalDatum::kPhone},
      {"613\u200B555\u200B0142", PersonalDatum::kPhone},
      {"6l3-555-Ol42", PersonalDatum::kPhone},
      {"①⑥①③ ❺❺❺ ⓪①④②", PersonalDatum::kPhone},
      {"her number: 555-0142", PersonalDatum::kPhone},
      {"020 7946 0958", PersonalDatum::kPhone},
      {"+44 20 7946 0958", PersonalDatum::kPhone},
      {"+33 1 99 00 12 34", PersonalDatum::kPhone},
      {"01 99 00 12 34", PersonalDatum::kPhone},
      {"Appelez-le au 04 91 55 12 34", PersonalDatum::kPhone},
      {"04.91.55.12.34", PersonalDatum::kPhone},
      {"0491551234", PersonalDatum::kPhone},
      {"0491 55 12 34", PersonalDatum::kPhone},
      {"0 4 9 1 5 5 1 2 3 4", PersonalDatum::kPhone},
      {"+33 4 91 55 12 34", PersonalDatum::kPhone},
      {"write to jane.roe@mail.example", PersonalDatum::kEmail},
      {"JANE.ROE@MAIL.EXAMPLE", PersonalDatum::kEmail},
      {"jane @ mail.example", PersonalDatum::kEmail},
      {"jane@ mail.com", PersonalDatum::kEmail},
      {"jane [at] mail [dot] com", PersonalDatum::kEmail},
      {"jane(at)mail(dot)com", PersonalDatum::kEmail},
      {"jane at mail dot com", PersonalDatum::kEmail},
      {"jane_at_mail_dot_com", PersonalDatum::kEmail},
      {"jane arobase courriel point ca", PersonalDatum::kEmail},
      {"jeanne chez courriel point ca", PersonalDatum::kEmail},
      {"j a n e @ m a i l . c o m", PersonalDatum::kEmail},
      {"jane\u200B@\u200Bmail.com", PersonalDatum::kEmail},
      {"jane@\nmail.com", PersonalDatum::kEmail},
      {"jane@mail.\ncom", PersonalDatum::kEmail},
      {"jane＠mail．com", PersonalDatum::kEmail},
      {"jаne@mаil.com", PersonalDatum::kEmail},  // Cyrillic a
      {"jane@mail。com", PersonalDatum::kEmail},
      {"you live at 24 Maple Street", PersonalDatum::kStreetAddress},
      {"24 maple st.", PersonalDatum::kStreetAddress},
      {"24 St John’s Road", PersonalDatum::kStreetAddress},
      {"24B Maple Crescent", PersonalDatum::kStreetAddress},
      {"1200 Old Mill Road", PersonalDatum::kStreetAddress},
      {"24\nMaple\nStreet", PersonalDatum::kStreetAddress},
      {"２４ Ｍａｐｌｅ Ｓｔｒｅｅｔ", PersonalDatum::kStreetAddress},
      {"24 M\u200Baple Str\u200Beet", PersonalDatum::kStreetAddress},
      {"24 Mаple Strееt", PersonalDatum::kStreetAddress},  // Cyrillic a and e
      {"24 M a p l e S t r e e t", PersonalDatum::kStreetAddress},
      {"123 5th Avenue", PersonalDatum::kStreetAddress},
      {"12, rue des Érables", PersonalDatum::kStreetAddress},
      {"12 bis rue Principale", PersonalDatum::kStreetAddress},
      {"au 1450, boul. Laurier", PersonalDatum::kStreetAddress},
      {"7 chemin du Lac", PersonalDatum::kStreetAddress},
      {"12,\nrue\ndes Érables", PersonalDatum::kStreetAddress},
      {"12, rue des E\u0301rables", PersonalDatum::kStreetAddress},
      {"K1A 0B1", PersonalDatum::kStreetAddress},
      {"k1a0b1", PersonalDatum::kStreetAddress},
      {"K 1 A 0 B 1", PersonalDatum::kStreetAddress},
      {"Ｋ１Ａ ０Ｂ１", PersonalDatum::kStreetAddress},
      {"K1A\n0B1", PersonalDatum::kStreetAddress},
      {"SW1A 1AA", PersonalDatum::kStreetAddress},
  };
  for (const auto& each : cases) {
    EXPECT_TRUE(Find(each.text).Has(each.datum)) << PersonalDatumName(each.datum) << ": " << each.text;
  }
}

TEST(FindPersonalData, LeavesAloneWhatNamesNobody) {
  for (const char* text : {
           "Call 311 or 9-1-1 at any time.",
           "Open Monday to Friday, 8:30 to 16:30, on 2026-11-23 too.",
           "Ouvert de 8 h 30 à 16 h 30 du lundi au vendredi.",
           "The fee is $1,250.00, or 45 % less for seniors.",
           "Les frais sont de 1 250,00 $ en 2026-2027.",
           "Routes 14, 25, 36 and 101 are late by 12 minutes.",
           "Call toll free 1-800-555-0199.",
           "Sans frais : 1 877 555-0123",
           "Our crews will be on Miller Avenue in 3 days.",
           "2 crews are on Main Street since 7 am.",
           "In 2026 Miller Avenue will be paved.",
           "Nos équipes seront sur la rue des Érables d'ici 5 jours.",
           "La 3e Avenue est fermée, la rue Principale aussi.",
           "We have fixed 120 potholes on the street since May.",
           "Thanks @CityOfRivermouth. On Monday we start.",
           "Follow @VilleRivermouth, merci !",
           "Meet us at canada.ca/passport, look at the dot on the map.",
           "Le 04/11/2026, 15 h, puis vendredi 04 11 2026 15 h.",
           "Form IMM 5710, section 4, page 12 of 30.",
           "File 2026-00123 is with us.",
           "It costs 5 dollars a day; 10 for 2 days.",
           "Your call is number 4 of 17.",
           "Une réponse d'ici 20 jours ouvrables, article 8, alinéa 2.",
       }) {
    EXPECT_THAT(ListOf(text), IsEmpty()) << text;
  }
}

TEST(FindPersonalData, KnowsTheAuthoritysOwnContacts) {
  const PublicContacts contacts(
      {"613-555-0100", "info@rivermouth.example", "@canada.ca", "City Hall, 100 Main Street"});
  EXPECT_THAT(ListOf("Call (613) 555-0100 or +1 613 555 0100.", contacts), IsEmpty());
  EXPECT_THAT(ListOf("Write to INFO@rivermouth.example or help.desk@canada.ca.", contacts), IsEmpty());
  EXPECT_THAT(ListOf("L'adresse d'info@rivermouth.example, l’info@rivermouth.example.", contacts), IsEmpty());
  EXPECT_THAT(ListOf("Come to City Hall, 100 Main Street.", contacts), IsEmpty());
  EXPECT_THAT(ListOf("Composez le 04 91 55 00 00.", PublicContacts({"04 91 55 00 00"})), IsEmpty());
  EXPECT_THAT(ListOf("Call 613-555-0101.", contacts), Contains(PersonalDatum::kPhone));
  EXPECT_THAT(ListOf("Write to jane@rivermouth.example.", contacts), Contains(PersonalDatum::kEmail));
  EXPECT_THAT(ListOf("Write to jane@notcanada.ca.", contacts), Contains(PersonalDatum::kEmail));
  EXPECT_THAT(ListOf("Come to 102 Main Street.", contacts), Contains(PersonalDatum::kStreetAddress));
  EXPECT_THAT(ListOf("Call 613-555-0100 or 613-555-0142.", contacts), Contains(PersonalDatum::kPhone));
}

TEST(FindPersonalData, TakesNoPrivateAddressForThePublicOneThatItHolds) {
  const PublicContacts contacts({"100 Main Street", "100, rue Principale"});
  for (const char* text : {
           "We visited 2100 Main Street.",
           "5100 Main Street",
           "Nous sommes passés au 2100, rue Principale.",
           "They live at 4-100 Main Street.",
           "12/100 Main Street",
           "B-100 Main Street",
           "24b-100, rue Principale",
           "2- 100 Main Street",
           "21\u200B00 Main Street",
           "Come to 100 Main Street, not to 2100 Main Street.",
       }) {
    EXPECT_THAT(ListOf(text, contacts), Contains(PersonalDatum::kStreetAddress)) << text;
  }
  for (const char* text : {
           "100 Main Street",
           "Come to 100 Main Street, please.",
           "Notre comptoir (100, rue Principale) ouvre à 9 h.",
           "Le comptoir est au «100, rue Principale».",
           "City Hall/100 Main Street",
           "City Hall - 100 Main Street",
           "City Hall—100 Main Street",
           "Open 24/7: 100 Main Street",
           "100 Main Street/Elm Avenue",
       }) {
    EXPECT_THAT(ListOf(text, contacts), IsEmpty()) << text;
  }
  EXPECT_EQ(contacts.Without("100 main streeter, 100 main street."), "100 main streeter, |||||||||||||||.");
}

TEST(FindPersonalData, TakesNoHomeForThePublicAddressOfItsHouseOrStreet) {
  const PublicContacts contacts({"100 Main Street", "100, rue Principale", "7 Elm St", "City Hall"});
  for (const char* text : {
           "He lives at 100 Main Street, apartment 12.",
           "He lives at 100 Main Street Apt. 12B",
           "He lives at 100 Main Street #12.",
           "He lives at 100 Main Street (unit no. 4).",
           "He lives at 100 Main Street in apartment 12.",
           "He lives at 100 Main Street, suite B.",
           "He lives at 7 Elm St. Apt 12.",
           "He lives in apartment 12, 100 Main Street.",
           "He lives in apartment 12 of 100 Main Street.",
           "He lives at unit 4, 100 Main Street.",
           "He lives at unit B, 100 Main Street.",
           "Send it to #12 - 100 Main Street.",
           "Il habite au 100, rue Principale, appartement 12.",
           "Il habite au 100, rue Principale, à l’app. 12.",
           "Il habite à l'appartement 12, au 100, rue Principale.",
           "Bureau 12, 100, rue Principale",
           "He lives at 100 Main Street West.",
           "He lives at 100 Main Street West",
           "He lives at 100 Main Street West with his sister.",
           "He lives at 100 Main Street W., upstairs.",
           "He lives at 100 Main Street W since May.",
           "He lives at 100 Main Street, East.",
           "He lives at 100 Main Street Northwest.",
           "He lives at 7 Elm St. N.",
           "Il habite au 100, rue Principale Est.",
           "Il habite au 100, rue Principale Est",
           "Il habite au 100, rue Principale Est, en haut.",
           "Il habite au 100, rue Principale Ouest depuis mai.",
           "Il habite au 100, rue Principale Sud-Est.",
           "Come to 100 Main Street. He lives at 100 Main Street West.",
       }) {
    EXPECT_THAT(ListOf(text, contacts), Contains(PersonalDatum::kStreetAddress)) << text;
  }
  for (const char* text : {
           "Le 100, rue Principale est ouvert.",
           "Le bureau du 100, rue Principale, est ouvert.",
           "Le 100, rue Principale est-il ouvert ?",
           "Le 100, rue Principale ne ferme pas.",
           "Le 100, rue Principale n’est pas fermé.",
           "Venez au 100, rue Principale, suite à notre lettre.",
           "Venez au 100, rue Principale, bureau d'accueil.",
           "Go from 100 Main Street west of the bridge.",
           "Come to 100 Main Street, north entrance.",
           "Come to 100 Main Street. East Avenue is closed.",
           "Come to 100 Main Street. E-mail us before.",
           "Come to 100 Main Street, apartment owners are welcome.",
           "100 Main Street's doors open at 9.",
           "Come in, unit by unit, to 100 Main Street.",
           "The apartment at 100 Main Street",
           "City Hall, suite 12",
           "City Hall West",
       }) {
    EXPECT_THAT(ListOf(text, contacts), IsEmpty()) << text;
  }
  const PublicContacts listed({"100 Main Street", "100 Main Street West", "100 Main Street, Suite 200"});
  EXPECT_THAT(ListOf("Come to 100 Main Street West, or to 100 Main Street, Suite 200.", listed), IsEmpty());
  EXPECT_THAT(ListOf("Come to 100 Main Street, Suite 201.", listed), Contains(PersonalDatum::kStreetAddress));
}

// ---------------------------------------------------------------------------------------------------------------------

std::string Repeated(const std::string& piece, size_t bytes) {
  std::string text;
  text.reserve(bytes + piece.size());
  while (text.size() < bytes) text += piece;
  return text;
}

// Nothing is timed here: work that grows with the square of the length would take minutes for each piece, and the time
// limit of the program (cmake/SwitchboardTargets.cmake) ends it.
TEST(FindPersonalData, GetsThroughLongHostileText) {
  constexpr size_t kLength = 768 << 10;
  for (const char* piece :
       {"1 ", "1",    "a ",        "a@",   "a@a.",   "12 maple ", "ab12",   "l1l",  "((",     "- ",
        "1-", "one ", "at a dot ", "k1a ", "\u200B", "٤",         "a.b-c_", "999-", "12 12 ", "jane at mail at "}) {
    const std::string text = Repeated(piece, kLength) + " call 613-555-0142";
    EXPECT_TRUE(Find(text).Has(PersonalDatum::kPhone)) << "of: " << piece;
  }
  const PublicContacts contacts({"100 Main Street"});
  for (const char* piece :
       {"100 main street ", "100 main street apt ", "100 main street, west of ", "unit 100 main street"}) {
    EXPECT_THAT(ListOf(Repeated(piece, kLength) + "24 Elm Street", contacts), Contains(PersonalDatum::kStreetAddress));
  }
}

}  // namespace
}  // namespace switchboard::guidance
