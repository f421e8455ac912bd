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
