#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/guidance/channel_profile.h"
#include "services/guidance/links.h"
#include "services/guidance/plain_text.h"

namespace switchboard::guidance {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> HostsIn(const std::string& text) {
  std::vector<std::string> hosts;
  for (const Link& link : FindLinks(text)) hosts.push_back(link.host);
  return hosts;
}

TEST(FindLinks, TellsWhereALinkLeads) {
  EXPECT_THAT(HostsIn("See https://www.canada.ca/passport, please."), ElementsAre("www.canada.ca"));
  EXPECT_THAT(HostsIn("(canada.ca/passport) and city.example."), ElementsAre("canada.ca", "city.example"));
  EXPECT_THAT(HostsIn("HTTPS://CANADA.CA/x"), ElementsAre("canada.ca"));
  EXPECT_THAT(HostsIn("https://canada.ca@evil.example/"), ElementsAre("evil.example"));
  EXPECT_THAT(HostsIn("https://evil.example/?u=https://canada.ca"), ElementsAre("evil.example"));
  EXPECT_THAT(HostsIn("https://evil.example:443\\canada.ca"), ElementsAre("evil.example"));
  EXPECT_THAT(HostsIn("ici:https://ville.example"), ElementsAre("ville.example"));
  EXPECT_THAT(HostsIn("a.com,b.com"), ElementsAre("a.com", "b.com"));
  EXPECT_THAT(HostsIn("Demain.Merci, e.g. 3.5 km; jane@mail.com"), IsEmpty());
}

TEST(FindLinks, SeesLinksWithAnyEndingWhereAPathFollows) {
  const struct {
    const char* text;
    const char* host;
  } cases[] = {
      {"See t.co/abc.", "t.co"},
      {"youtu.be/abc", "youtu.be"},
      {"(goo.gl/x)", "goo.gl"},
      {"lnkd.in/abc", "lnkd.in"},
      {"fb.me/x", "fb.me"},
      {"t.me/x", "t.me"},
      {"discord.gg/abc", "discord.gg"},
      {"is.gd/x", "is.gd"},
      {"amzn.to/x", "amzn.to"},
      {"linktr.ee/x", "linktr.ee"},
      {"aka.ms/x", "aka.ms"},
      {"forms.gle/x", "forms.gle"},
      {"shop.store/x", "shop.store"},
      {"Visitez site.club", "site.club"},
      {"news.whatever/article.html", "news.whatever"},
      {"T.CO/ABC", "t.co"},
      {"пример.рф", "пример.рф"},
      {"site.xn--p1ai", "site.xn--p1ai"},
      {"my_page.site.com", "my_page.site.com"},
      {"ici:site.com", "site.com"},
      {"https:site.com", "site.com"},
      {"//site.com/x", "site.com"},
      {"site.com:8080/x", "site.com"},
      {"site.com—le voici", "site.com"},
      {"site.com❤", "site.com"},
      {"“canada.ca”", "canada.ca"},
      {"l’https://canada.ca", "canada.ca"},
  };
  for (const auto& each : cases) EXPECT_THAT(HostsIn(each.text), ElementsAre(each.host)) << each.text;
}

TEST(FindLinks, SeesEverythingThatHasAScheme) {
  EXPECT_THAT(HostsIn("http://evil/"), ElementsAre("evil"));
  EXPECT_THAT(HostsIn("https://[::1]/"), ElementsAre("[::1]"));
  EXPECT_THAT(HostsIn("https://[2001:db8::1]/a"), ElementsAre("[2001:db8::1]"));
  EXPECT_THAT(HostsIn("https://me@[2001:db8::1]:80/a"), ElementsAre("[2001:db8::1]:80"));
  EXPECT_THAT(HostsIn("https:///evil.example"), ElementsAre(""));
  EXPECT_THAT(HostsIn("x-web+1://evil"), ElementsAre("evil"));
  EXPECT_THAT(HostsIn("evil.example/?u=https://canada.ca"), ElementsAre("evil.example", "canada.ca"));
  EXPECT_THAT(HostsIn("https://canada.ca/a,https://evil"), ElementsAre("canada.ca", "evil"));
  EXPECT_THAT(HostsIn("<https://canada.ca><https://evil>"), ElementsAre("canada.ca", "evil"));
  EXPECT_THAT(HostsIn("Addresses begin with https:// or with http://."), IsEmpty());
}

TEST(FindLinks, LeavesAloneWhatHasStrokesAndDots) {
  for (const char* text : {
           "You and/or your spouse can come, he/she decides.",
           "Vous et/ou votre conjoint, il/elle choisit.",
           "e.g./i.e., p.ex./c.-à-d.",
           "e.g/i.e",
           "Open 24/7, from 9 a.m./p.m. to 5 p.m./a.m.",
           "De 8 h/jour à 12 h/semaine, 50 km/h, 3,5 l/min, 2.5 mg/l, 1.5h/min.",
           "Form.pdf/form.docx, photo.jpg/photo.png",
           "Send form-12.pdf or letter.docx, see page1.html.",
           "A B.Sc/M.Sc or a Ph.D/M.D is needed.",
           "Mr./Mrs./Ms., M./Mme, No./Qty., St./Ave.",
           "Section 7.3.1/7.3.2, version 10.2.3/b, 30/11/2026.",
           "$3.50/month, 3.50$/mois, U.S.A/Canada",
           "It is done.Thank you! Merci.Désolés pour l'attente. Merci.👍 Fini.🙂",
           "Demain.Merci... Vraiment ?/Oui",
           "jane@mail.club/x, R&D/IT, s/o, c/o, w/o, n/a",
           "1:30, 3:1, note:lire, PS:merci.",
       }) {
    EXPECT_THAT(HostsIn(text), IsEmpty()) << text;
    EXPECT_THAT(HostsIn(MakePlain(text).text), IsEmpty()) << text;
  }
}

TEST(FindLinks, GetsThroughLongHostileText) {
  constexpr size_t kLength = 768 << 10;
  for (const std::string piece :
       {"a.", "a:", "a/", "://", "a://", "a,", "(", "a.co/", ".", ":", "/", "é", "a@", "a://\"1", "://<", "[", "“"}) {
    std::string text;
    while (text.size() < kLength) text += piece;
    EXPECT_THAT(HostsIn(text + " t.co/abc"), ::testing::Contains("t.co")) << "of: " << piece;
  }
}

TEST(IsOnList, TakesTheDomainAndWhatLiesBelow) {
  const std::vector<std::string> domains = {"canada.ca", "city.example"};
  EXPECT_TRUE(IsOnList("canada.ca", domains));
  EXPECT_TRUE(IsOnList("www.canada.ca", domains));
  EXPECT_TRUE(IsOnList("canada.ca.", domains));
  EXPECT_FALSE(IsOnList("notcanada.ca", domains));
  EXPECT_FALSE(IsOnList("canada.ca.evil.com", domains));
  EXPECT_FALSE(IsOnList("cаnada.ca", domains));  // Cyrillic a
  EXPECT_FALSE(IsOnList("", domains));
}

TEST(LengthIn, CountsAsEachChannelDoes) {
  const struct {
    const char* name;
    LengthUnit unit;
    std::string text;
    size_t length;
  } cases[] = {
      {"X: letters", LengthUnit::kWeighted, "hello", 5},
      {"X: accents composed", LengthUnit::kWeighted, "e\u0301te\u0301", 3},
      {"X: any link", LengthUnit::kWeighted, "go https://canada.ca/a/very/long/path/that/goes/on now", 3 + 23 + 4},
      {"X: no link for X", LengthUnit::kWeighted, "http://intranet/a/long/path/that/goes/on", 40},
      {"X: a bare link", LengthUnit::kWeighted, "canada.ca", 23},
      {"X: Han", LengthUnit::kWeighted, "道路", 4},
      {"X: an emoji", LengthUnit::kWeighted, "🙂", 2},
      {"X: a family", LengthUnit::kWeighted, "👨‍👩‍👧", 2},
      {"X: a tone of skin", LengthUnit::kWeighted, "👍🏽", 2},
      {"X: a flag", LengthUnit::kWeighted, "🇨🇦🇫🇷", 4},
      {"UTF-16", LengthUnit::kUtf16, "é🙂", 3},
      {"SMS: one part", LengthUnit::kSmsParts, std::string(160, 'a'), 1},
      {"SMS: two parts", LengthUnit::kSmsParts, std::string(161, 'a'), 2},
      {"SMS: escapes cost two", LengthUnit::kSmsParts, std::string(80, '{') + "a", 2},
      {"SMS: é is in the alphabet", LengthUnit::kSmsParts, "é" + std::string(159, 'a'), 1},
      {"SMS: ê is not", LengthUnit::kSmsParts, "ê" + std::string(70, 'a'), 2},
  };
  for (const auto& each : cases) EXPECT_EQ(LengthIn(each.unit, each.text), each.length) << each.name;
}

TEST(FindChannel, KnowsTheChannelsOfTheApi) {
  EXPECT_EQ(FindChannel("X")->most, 280U);
  EXPECT_EQ(FindChannel("SMS")->unit, LengthUnit::kSmsParts);
  EXPECT_EQ(FindChannel("FAX"), nullptr);
}

TEST(MakePlain, IsWhatAReaderSees) {
  EXPECT_EQ(MakePlain("  Nous  vous\r\nGARANTISSONS  été").text, "nous vous garantissons ete");
  EXPECT_EQ(MakePlain("gu\u00ADar\u200Bantee").text, "guarantee");
  EXPECT_EQ(MakePlain("ｇｕａｒａｎｔｅｅ 𝐠𝐮𝐚𝐫𝐚𝐧𝐭𝐞𝐞 ⓖⓤⓐⓡⓐⓝⓣⓔⓔ").text, "guarantee guarantee guarantee");
  EXPECT_EQ(MakePlain("guаrаntее").text, "guarantee");  // Cyrillic a and e
  EXPECT_EQ(MakePlain("l'échec l’échec l‘échec lʼéchec l′échec l＇échec l´échec l&rsquo;échec").text,
            "l'echec l'echec l'echec l'echec l'echec l'echec l'echec l'echec");
  EXPECT_EQ(MakePlain("g u a r a n t e e").joined, "guarantee");
  EXPECT_EQ(MakePlain("we g.u.a.r.a.n.t.e.e it").joined, "we guarantee it");
  EXPECT_EQ(MakePlain("guar-\nantee").joined, "guarantee");
  EXPECT_EQ(MakePlain("nothing to join, a b").joined, "");
  EXPECT_TRUE(MakePlain("abc\u202E321").turns_direction);
  EXPECT_FALSE(MakePlain("abc 321").turns_direction);
  EXPECT_EQ(MakePlain("\xFF\xFE"
                      "a\xC3")
                .text,
            "a ");
}

}  // namespace
}  // namespace switchboard::guidance
