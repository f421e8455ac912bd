#include <gtest/gtest.h>

#include <string>

#include "services/triage/masked_text.h"
#include "services/triage/stemmer.h"
#include "services/triage/text_normalizer.h"

namespace switchboard::triage {
namespace {

std::string Normal(std::string_view text) {
  NormalText normal;
  NormalizeText(text, &normal);
  return normal.text;
}

TEST(NormalizeText, BringsSpellingsTogether) {
  const struct {
    const char* written;
    const char* normal;
  } cases[] = {
      {"", ""},
      {"  Hello,   WORLD ", "hello world"},
      {"sooooo loooong", "soo loong"},
      {"É́cole ÉCOLE e\u0301cole", "é́cole école école"},
      {"ｆｕｌｌ ｗｉｄｔｈ ﬁne", "full width fine"},
      {"don't DON’T card's I'm", "dont dont card i m"},
      {"l'eau d’été qu'il", "l eau d été qu il"},
      {"#FixTheRoads now", "fix the roads now"},
      {"#snow_removal", "snow removal"},
      {"@Mayor help", "<mention> help"},
      {"see https://a.example/b?c=1 ok", "see <link> ok"},
      {"write to jo.doe@mail.example please", "write to <address> please"},
      {"call 613-555-0199", "call <long>"},
      {"in 2024, 911 and 401k", "in <number> 911 and 401k"},
      {"owe $45.50!!!", "owe <money> <number> !"},
      {"why??", "why ?"},
      {"water 💧💧 👍🏽", "water 💧 💧 👍"},
      {"p\u200Bass\u00ADport\u202E", "passport"},
      {"р\u0430ssport", "passport"},
      {"привет", "привет"},
      {"bad \xff\xfe bytes\xc3", "bad bytes"},
  };
  for (const auto& test : cases) EXPECT_EQ(Normal(test.written), test.normal) << test.written;
}

TEST(NormalizeText, FoldsAccentsForMatching) {
  NormalText with;
  NormalText without;
  NormalizeText("Électricité cœur", &with);
  NormalizeText("electricite coeur", &without);
  ASSERT_EQ(with.tokens.size(), 2U);
  EXPECT_EQ(with.tokens[0].folded, without.tokens[0].folded);
  EXPECT_EQ(with.tokens[1].folded, without.tokens[1].folded);
}

// All words of three letters, in both languages in turns: whatever a thread remembers of one may not answer for
// another.
TEST(StemHash, DoesNotDependOnWhatWasStemmedBefore) {
  std::string word(3, 'a');
  for (int round = 0; round < 2; ++round) {
    for (word[0] = 'a'; word[0] <= 'z'; ++word[0]) {
      for (word[1] = 'a'; word[1] <= 'z'; ++word[1]) {
        for (word[2] = 'a'; word[2] <= 'z'; ++word[2]) {
          for (const StemLanguage language : {StemLanguage::kEnglish, StemLanguage::kFrench}) {
            ASSERT_EQ(StemHash(language, word), HashOf(Stem(language, word))) << word;
          }
        }
      }
    }
  }
}

TEST(NormalizeText, HostileTextIsBounded) {
  const std::string hostile[] = {std::string(1 << 20, 'a'), std::string(1 << 20, '@'), std::string(1 << 20, '#'),
                                 std::string(1 << 20, '\x80'), std::string(1 << 20, '?')};
  for (const std::string& text : hostile) {
    NormalText normal;
    NormalizeText(text, &normal);
    EXPECT_LE(normal.tokens.size(), 4096U);
    EXPECT_LE(normal.text.size(), 4 * kMostSortedBytes);
  }
}

TEST(MaskedText, ReadsTheSameAgainWithoutWhatIsPersonal) {
  for (const std::string text :
       {"Hi @maria_k, see https://x.example/a?b=1 #PotholeSeason!!",
        "L'égout a refoulé, appelez 514-555-0134 ou a.b@c.ca",
        "My SIN is 046454286 and I paid $1,234.50 on 2026-01-02 😡", "don't   shout SOOOO loud", ""}) {
    NormalText before;
    NormalText after;
    NormalizeText(text, &before);
    const std::string masked = MaskedText(text);
    NormalizeText(masked, &after);
    EXPECT_EQ(before.text, after.text) << masked;
    for (const char* personal : {"maria", "x.example", "0134", "a.b@c.ca", "046454286"}) {
      EXPECT_EQ(masked.find(personal), std::string::npos) << masked;
    }
  }
}

}  // namespace
}  // namespace switchboard::triage
