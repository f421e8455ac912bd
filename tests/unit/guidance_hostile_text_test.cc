// Personal data as nobody would think of writing them, and what only looks like them. All numbers are made up; those of
// the kinds that have check digits pass them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "services/guidance/markup.h"
#include "services/guidance/personal_data.h"
#include "services/guidance/spelled_numbers.h"

namespace switchboard::guidance {
namespace {

using ::testing::IsEmpty;

struct HostileCase {
  PersonalDatum datum;
  const char* text;
};

constexpr PersonalDatum kSocialNumber = PersonalDatum::kSocialInsuranceNumber;
constexpr PersonalDatum kNationalNumber = PersonalDatum::kNationalInsuranceNumber;
constexpr PersonalDatum kCardNumber = PersonalDatum::kPaymentCard;
constexpr PersonalDatum kHealthNumber = PersonalDatum::kHealthCard;
constexpr PersonalDatum kPhoneNumber = PersonalDatum::kPhone;
constexpr PersonalDatum kMailAddress = PersonalDatum::kEmail;
constexpr PersonalDatum kHomeAddress = PersonalDatum::kStreetAddress;

constexpr HostileCase kHostile[] = {
    // Written out.
    {kSocialNumber, "zero forty-six four fifty-four two eighty-six"},
    {kSocialNumber, "oh four six four five four two eight six"},
    {kSocialNumber, "zero four six, four five four, two eight six"},
    {kSocialNumber, "046 four hundred fifty-four 286"},
    {kSocialNumber, "046 four hundred and fifty four two hundred eighty-six"},
    {kSocialNumber, "zéro quarante-six quatre cent cinquante-quatre deux cent quatre-vingt-six"},
    {kSocialNumber, "zéro quarante six quatre cinquante-quatre vingt-huit six"},
    {kSocialNumber, "046 quatre cinq quatre 286"},
    {kCardNumber, "four triple one quadruple one quadruple one quadruple one"},
    {kCardNumber, "double five double five 5555 5555 double four double four"},
    {kPhoneNumber, "six thirteen, five fifty-five, zero one forty-two"},
    {kPhoneNumber, "six cent treize, cinq cent cinquante-cinq, zéro un quarante-deux"},
    {kPhoneNumber, "six-un-trois cinq-cinq-cinq zéro-un-quatre-deux"},
    {kPhoneNumber, "six one three triple five oh one four two"},
    {kPhoneNumber, "six one three, five double five, zero one four two"},
    {kPhoneNumber, "613 five five five 0142"},
    {kNationalNumber, "AB one two three four five six C"},
    {kNationalNumber, "AB twelve thirty-four fifty-six C"},
    {kNationalNumber, "AB dash 12 dash 34 dash 56 dash C"},
    {kHealthNumber, "TREM neuf deux six deux un cinq un quatre"},
    {kHealthNumber, "nine four three four seven six five nine one nine"},
    {kHomeAddress, "K one A zero B one"},
    {kHomeAddress, "twenty-four Maple Street"},
    {kHomeAddress, "douze rue des Érables"},
    {kHomeAddress, "at one hundred and two Elm Street"},
    // Marked up.
    {kSocialNumber, "046<b>454</b>286"},
    {kSocialNumber, "046<br/>454<br/>286"},
    {kSocialNumber, "0<i></i>46454286"},
    {kSocialNumber, "046&nbsp;454&nbsp;286"},
    {kSocialNumber, "046&#45;454&#45;286"},
    {kSocialNumber, "&#48;&#52;&#54;&#52;&#53;&#52;&#50;&#56;&#54;"},
    {kSocialNumber, "&#x30;&#x34;&#x36;454286"},
    {kSocialNumber, "046%20454%20286"},
    {kSocialNumber, "046&shy;454&zwnj;286"},
    {kSocialNumber, "**046** **454** **286**"},
    {kSocialNumber, "`046` `454` `286`"},
    {kMailAddress, "jane&#64;mail.com"},
    {kMailAddress, "jane&commat;mail&period;com"},
    {kMailAddress, "jane%40mail.com"},
    {kMailAddress, "jane@mail&#46;com"},
    {kMailAddress, "jane<b>@</b>mail.com"},
    {kPhoneNumber, "tel:+16135550142"},
    {kPhoneNumber, "wa.me/16135550142"},
    // In lists and among signs.
    {kCardNumber, "1) 4111\n2) 1111\n3) 1111\n4) 1111"},
    {kCardNumber, "1. 4111\n2. 1111\n3. 1111\n4. 1111"},
    {kCardNumber, "- 4111\n- 1111\n- 1111\n- 1111"},
    {kCardNumber, "| 4111 | 1111 | 1111 | 1111 |"},
    {kCardNumber, "4111, next 1111, next 1111, last 1111"},
    {kCardNumber, "4111 and then 1111 and then 1111 and 1111"},
    {kCardNumber, "4111x1111x1111x1111"},
    {kCardNumber, "3782 822463 10005"},
    {kCardNumber, "visa4111111111111111exp0927cvv123"},
    {kCardNumber, "4111 1111 1111 1111 2027"},
    {kSocialNumber, "046 and 454 and 286"},
    {kSocialNumber, "046 et 454 et 286"},
    {kSocialNumber, "046€454€286€"},
    {kSocialNumber, "$046 $454 $286"},
    {kSocialNumber, "046% 454% 286%"},
    {kSocialNumber, "046=454=286"},
    {kSocialNumber, "046+454+286"},
    {kSocialNumber, "046~454~286"},
    {kSocialNumber, "046:454:286"},
    {kSocialNumber, "046;454;286"},
    {kSocialNumber, "046\\454\\286"},
    {kSocialNumber, "'046' '454' '286'"},
    {kSocialNumber, "[046][454][286]"},
    {kSocialNumber, "{046}{454}{286}"},
    {kSocialNumber, "046...454...286"},
    {kSocialNumber, "046…454…286"},
    {kSocialNumber, "0, 4, 6, 4, 5, 4, 2, 8, 6"},
    {kSocialNumber, "046 (space) 454 (space) 286"},
    {kSocialNumber, "first 046, then 454, then 286"},
    {kSocialNumber, "046-454-286 since 2019"},
    // Unseen and other characters.
    {kSocialNumber, "0\u200b4\u200c6 4\u200d5\u20604 2\ufeff8\u00ad6"},
    {kSocialNumber, "046\u3164454\u3164286"},
    {kSocialNumber, "046\u2800454\u2800286"},
    {kSocialNumber, "046\u180e454\u180e286"},
    {kSocialNumber, "0\ufe004\ufe016\ufe02 454 286"},
    {kSocialNumber, "046\ufffc454\ufffc286"},
    {kSocialNumber, "𝟘𝟜𝟞 𝟜𝟝𝟜 𝟚𝟠𝟞"},
    {kSocialNumber, "𝟬𝟰𝟲𝟰𝟱𝟰𝟮𝟴𝟲"},
    {kSocialNumber, "🯰🯴🯶🯴🯵🯴🯲🯸🯶"},
    {kSocialNumber, "⁰⁴⁶⁴⁵⁴²⁸⁶"},
    {kSocialNumber, "0⑷⑹⑷⑸⑷⑵⑻⑹"},
    {kSocialNumber, "🄀⒋⒍⒋⒌⒋⒉⒏⒍"},
    {kSocialNumber, "🄁🄅🄇🄅🄆🄅🄃🄉🄇"},
    {kSocialNumber, "০৪৬৪৫৪২৮৬"},
    {kSocialNumber, "߀߄߆߄߅߄߂߈߆"},
    {kSocialNumber, "༠༤༦༤༥༤༢༨༦"},
    {kSocialNumber, "០៤៦៤៥៤២៨៦"},
    {kSocialNumber, "၀၄၆၄၅၄၂၈၆"},
    {kSocialNumber, "〇六四六四五四二八六 046-454-286"},
    {kSocialNumber, "٠٤٦-٤٥٤-٢٨٦"},
    {kSocialNumber, "۰۴۶ ۴۵۴ ۲۸۶"},
    {kPhoneNumber, "6️⃣1️⃣3️⃣5️⃣5️⃣5️⃣0️⃣1️⃣4️⃣2️⃣"},
    {kPhoneNumber, "٦١٣-٥٥٥-٠١٤٢"},
    // Letters with digits.
    {kNationalNumber, "NI number AB123456"},
    {kNationalNumber, "niAB123456C"},
    {kNationalNumber, "NI_AB123456C_x"},
    {kNationalNumber, "AB/12/34/56/C"},
    {kNationalNumber, "A.B.1.2.3.4.5.6.C"},
    {kNationalNumber, "AB1O3456C"},
    {kNationalNumber, "AB١٢٣٤٥٦C"},
    {kNationalNumber, "ABl2345bC AB 12 34 56 D"},
    {kHealthNumber, "ramqTREM92621514"},
    {kHealthNumber, "TREM 9262 1S14"},
    {kHealthNumber, "TREM_9262_1514"},
    {kHealthNumber, "9876543217AB"},
    {kHealthNumber, "TREM-12-11-2015"},
    {kHealthNumber, "TREM 1211 2015"},
    {kNationalNumber, "AB 12/11/26 C"},
    // Telephones.
    {kPhoneNumber, "call 555 0142"},
    {kPhoneNumber, "appelez le 555 0142"},
    {kPhoneNumber, "cell: 555 0142"},
    {kPhoneNumber, "00 33 1 99 00 12 34"},
    {kPhoneNumber, "011 44 20 7946 0958"},
    {kPhoneNumber, "001 613 555 0142"},
    {kPhoneNumber, "+33 (0)1 99 00 12 34"},
    {kPhoneNumber, "+44 (0)20 7946 0958"},
    {kPhoneNumber, "613/555/0142"},
    {kPhoneNumber, "613 555 0142 poste 22"},
    {kPhoneNumber, "area code 613, number 555-0142"},
    // E-mail.
    {kMailAddress, "jane a commercial mail point com"},
    {kMailAddress, "jane at-sign mail dot com"},
    {kMailAddress, "jane at sign gmail dot com"},
    {kMailAddress, "jane at gmail com"},
    {kMailAddress, "jane@gmail"},
    {kMailAddress, "jane arobase hotmail"},
    {kMailAddress, "jane at mail dot io"},
    {kMailAddress, "jane at mail dot de"},
    {kMailAddress, "jane@mail,com"},
    {kMailAddress, "\"jane\"@mail.com"},
    {kMailAddress, "jane@[192.0.2.1]"},
    {kMailAddress, "jane\n@\nmail\n.\ncom"},
    {kMailAddress, "jane﹫mail﹒com"},
    {kMailAddress, "jane{at}mail{dot}com"},
    {kMailAddress, "jeanne à courriel point ca"},
    {kMailAddress, "mailto:jane@mail.com"},
    // Where somebody lives.
    {kHomeAddress, "number 24 on Maple Street"},
    {kHomeAddress, "house 24, Maple Street"},
    {kHomeAddress, "au no 12 de la rue des Érables"},
    {kHomeAddress, "rue des Érables, numéro 12"},
    {kHomeAddress, "24 1/2 Maple Street"},
    {kHomeAddress, "24 Maple Cr."},
    {kHomeAddress, "24 Maple Grove"},
    {kHomeAddress, "12, croissant des Lilas"},
    {kHomeAddress, "12 carré Saint-Louis"},
    {kHomeAddress, "12 terrasse Dufferin"},
    {kHomeAddress, "12, promenade du Lac"},
    {kHomeAddress, "12 sentier du Lac"},
    {kHomeAddress, "PO Box 123, Rivermouth"},
    {kHomeAddress, "C.P. 123, succursale A"},
    {kHomeAddress, "RR 2, Rivermouth"},
    {kHomeAddress, "K1A OB1"},
    {kHomeAddress, "KlA 0B1"},
    {kHomeAddress, "K1A—0B1"},
    {kHomeAddress, "K.1.A.0.B.1"},
    {kHomeAddress, "٢٤ Maple Street"},
    {kHomeAddress, "4-24 Maple Street"},
    {kHomeAddress, "bus 95 to 24 Maple Street"},
    {kHomeAddress, "bus stop 24 Maple Street"},
    {kHomeAddress, "since May 3 at 24 Maple Street"},
    {kHomeAddress, "on May 3, 24 Maple Street"},
    {kHomeAddress, "with May, 24 Maple Street"},
    {kHomeAddress, "in December. 12 Elm Street"},
    {kHomeAddress, "May 45 Maple Street"},
    {kHomeAddress, "unit 3 Bridge Street"},
    {kHomeAddress, "apartment 3 Bridge Street"},
    {kHomeAddress, "house 14 Bridge Street"},
    {kHomeAddress, "No. 14 Bridge Street"},
    {kHomeAddress, "zone 3, 24 Bridge Street"},
    {kHomeAddress, "Zone 124 Bridge Street"},
    {kHomeAddress, "lot 3, Bridge Street"},
    {kHomeAddress, "lives at lot 3 Bridge Street"},
    {kHomeAddress, "the 2026 Main Street house"},
    {kHomeAddress, "2026 Main Street, festival or not"},
    {kHomeAddress, "12 avenue Foch until Friday"},
    {kHomeAddress, "12, avenue du Parc et 14, rue Foch"},
};

TEST(HostileText, IsSeenThrough) {
  std::set<std::string> distinct;
  for (const HostileCase& each : kHostile) {
    for (const std::string& text :
         {std::string(each.text), "Your note says " + std::string(each.text) + " and we kept it."}) {
      EXPECT_TRUE(FindPersonalData(MakePlain(text), PublicContacts()).Has(each.datum))
          << PersonalDatumName(each.datum) << ": " << text;
    }
    distinct.insert(each.text);
  }
  EXPECT_EQ(distinct.size(), std::size(kHostile));
}

constexpr const char* kHarmless[] = {
    // Files, forms and receipts.
    "Your request has the number REQ-2026-00123.",
    "Quote file 24-0981 when you write.",
    "Form IMM 5710, section 4, page 12 of 30.",
    "Votre numéro de suivi est le SR-48213.",
    "By-law 2019-042, section 7.3.1, applies.",
    "Le règlement 2021-117, article 12, le dit.",
    "Ticket 88412 is with the crew.",
    "See case law [2019] SCC 65 for the rule.",
    "Licence plates have the pattern ABCD 123.",
    "Version 10.2.3 of the form is online.",
    "Bin model 360L fits the lift.",
    "Budget line 4-310-22 pays for it.",
    // Days and hours.
    "Open 2026-11-23 to 2026-12-04, 8:30 to 16:30.",
    "Ouvert de 8 h 30 à 16 h 30, du 3 au 14 décembre 2026.",
    "From 9 am to 5 pm on March 3, 2026.",
    "Office hours: 09:00-12:00, 13:00-17:00.",
    "The deadline is 30/11/2026 at noon.",
    "The meeting is on 12/11/2026.",
    "From 12/11/2026 to 14-11-2026, from 2009-11-12 on.",
    "Le 12/11/26 à 15 h, ou le 13.11.2026.",
    "On 12/11/26 a crew comes.",
    "Between 1 and 15 November 2026, every day.",
    "Season passes 2026-2027 are on sale.",
    "En 2024, 2025 et 2026, la rue a été refaite.",
    "In 2023, 2024, 2025 and 2026 nothing changed.",
    "Twenty-four hours a day, seven days a week.",
    "Vingt-quatre heures sur vingt-quatre, sept jours sur sept.",
    "It takes forty-five minutes, rarely sixty.",
    "One of two crews comes on day one, three or four.",
    "Deux ou trois jours, au plus cinq ou six.",
    // Prices and amounts.
    "The fee is $1,250.00, or 45 % less for seniors.",
    "Les frais sont de 1 250,00 $ en 2026-2027.",
    "Permits cost $50, $75, $100 or $250.",
    "The budget is 125 000 000 $ over five years.",
    "Le budget est de 12 500 000 $.",
    "A fine is between $120 and $1,200.",
    "Interest is 1.25% a month, 15.00% a year.",
    "About 1,200 to 1,500 homes have no water.",
    "Environ 12 000 foyers sur 48 500 sont touchés.",
    "10%20 and 30%40 are no prices.",
    // Numbers that everybody has.
    "Call 311, or 911 where there is danger.",
    "Composez le 211 ou le 811.",
    "Call toll free 1-800-555-0199.",
    "Sans frais : 1 877 555-0123.",
    "Dial 3-1-1 at any time.",
    // Streets without a house.
    "Crews are on Main Street and Elm Avenue today.",
    "Nos équipes sont sur la rue des Érables.",
    "La 3e Avenue est fermée, la rue Principale aussi.",
    "Route 132 is closed; take Highway 20.",
    "Buses 14, 25, 36 and 101 are late by 12 minutes.",
    "There is a 30 minute road closure.",
    "It is a two lane road with a 50 kilometre limit.",
    "It is a one way street.",
    "Two Main Street crews will be there.",
    "12 cours de natation commencent lundi.",
    "Nous avons planté 120 arbres dans les parcs.",
    "We filled 120 potholes on the street since May.",
    "5 new street lights, 2 bus shelters.",
    "Bus 95 leaves Main Street station at 8.",
    "Route 14 no longer serves Elm Avenue.",
    "King Street and 2 Avenue until Friday.",
    "Rue King et 2 Avenue jusqu'à vendredi.",
    "The 2 Avenue is closed, la 4 Avenue sera fermée.",
    "On May 3 Main Street is closed to cars.",
    "On May 3, Main Street is closed to cars.",
    "On Dec. 12 Elm Street reopens.",
    "The 2026 Main Street festival is on May 3.",
    "Zone 14 Bridge Street permits cost $85.",
    "Lot 3 Bridge Street is closed.",
    "Phase 2 Elm Street works begin in May.",
    "Ward 6 Oak Road residents may vote.",
    "On garde la droite sur la place Jacques-Cartier.",
    // Words that look like parts of addresses.
    "Follow @CityOfRivermouth for news.",
    "Thanks @marie! We look at it now.",
    "Look at the dot on the map.",
    "Meet us at canada.ca/passport.",
    "Le point à retenir : arrivez tôt.",
    "Write to us at the counter, point by point.",
    "R&D, Q&A and <i>more</i> at the library.",
    "5 < 6 & 7 > 3; 100% sure.",
    "Rococo facades are protected.",
    "ABC 123 is a sample, so is A1B.",
    // Lists.
    "1. Fill in the form.\n2. Pay $25.\n3. Wait 10 days.",
    "1) Bring a bill.\n2) Bring a photo.\n3) Come before 16:00.",
    "Rooms 101, 102 and 204 are open.",
    "Lots P1, P2 and P3: 40, 60 and 80 places.",
    "Sites 3 et 4, zones 12 et 14.",
    "Pages 12, 14, 16 to 20.",
};

TEST(HarmlessText, NamesNobody) {
  static_assert(std::size(kHarmless) >= 60);
  for (const char* text : kHarmless) {
    EXPECT_THAT(FindPersonalData(MakePlain(text), PublicContacts()).List(), IsEmpty()) << text;
  }
}

TEST(SpelledNumbers, AreWrittenInDigits) {
  const struct {
    const char* spelled;
    const char* digits;
  } cases[] = {
      {"forty-six", "46"},
      {"four hundred and fifty four", "454"},
      {"quatre-vingt-dix-sept", "97"},
      {"quatre vingt six", "86"},
      {"soixante et onze", "71"},
      {"vingt et un", "21"},
      {"dix-huit", "18"},
      {"deux cent quatre-vingt-six", "286"},
      {"cent douze", "112"},
      {"double five triple 1", "55 111"},
      {"ab dash 12", "ab - 12"},
      {"k one a zero b one", "k 1 a 0 b 1"},
      {"one of us", ""},
      {"un nid de poule", ""},
      {"no numbers", ""},
  };
  for (const auto& each : cases) EXPECT_EQ(WithNumbersInDigits(each.spelled), each.digits) << each.spelled;
}

TEST(Markup, IsReadAsItIsShown) {
  EXPECT_EQ(WithoutMarkup("a&#64;b&period;ca"), "a@b.ca");
  EXPECT_EQ(WithoutMarkup("1<b>2</b>3<br>4"), "123\n4");
  EXPECT_EQ(WithoutMarkup("a%40b %41 100%"), "a@b %41 100%");
  EXPECT_EQ(WithoutMarkup("R&D <at> &nothing; &#xZZ; &#1114112;"), "R&D <at> &nothing; &#xZZ; &#1114112;");
  EXPECT_EQ(WithoutListNumbers("1) a\n2) b\n 3) c"), "a\nb\nc");
  EXPECT_EQ(WithoutListNumbers("1) a\n4) b"), "");
}

}  // namespace
}  // namespace switchboard::guidance
