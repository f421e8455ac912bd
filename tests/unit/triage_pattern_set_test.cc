#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "re2/re2.h"
#include "services/triage/configuration.h"
#include "services/triage/pattern_set.h"
#include "services/triage/portable_math.h"
#include "services/triage/word_part_scanner.h"

namespace switchboard::triage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<int> Found(const std::vector<std::string>& parts, std::string_view text) {
  std::vector<int> found;
  WordPartScanner(parts).Find(text, &found);
  return found;
}

TEST(WordPartScanner, FindsPartsInsideEachOtherOnce) {
  const std::vector<std::string> parts = {"he", "she", "hers", "his", "sh"};
  EXPECT_THAT(Found(parts, "ushers and ushers"), UnorderedElementsAre(0, 1, 2, 4));
  EXPECT_THAT(Found(parts, "this"), ElementsAre(3));
  EXPECT_THAT(Found(parts, "xyz"), IsEmpty());
  EXPECT_THAT(Found({"", "été"}, "un été"), ElementsAre(1));
  EXPECT_THAT(Found({}, "anything"), IsEmpty());
}

// Parts that overlap, over few letters, so that ends, beginnings and false starts come close together.
TEST(WordPartScanner, FindsWhatSearchingOneByOneFinds) {
  const std::vector<std::string> parts = {"aab", "abab", "bba", "ababa", "aaaa", "cab", "bcabb", "ccc", "baa", "acbac"};
  const WordPartScanner scanner(parts);
  PortableRandom random(7);
  std::vector<int> found;
  for (int i = 0; i < 20000; ++i) {
    std::string text(random.Below(24), ' ');
    for (char& c : text) c = static_cast<char>('a' + random.Below(4));
    std::vector<int> expected;
    for (size_t k = 0; k < parts.size(); ++k) {
      if (text.find(parts[k]) != std::string::npos) expected.push_back(static_cast<int>(k));
    }
    scanner.Find(text, &found);
    std::sort(found.begin(), found.end());
    ASSERT_EQ(found, expected) << text;
  }
}

PatternSet SetOf(const std::vector<std::string>& patterns) {
  PatternSet set;
  for (const std::string& pattern : patterns) set.Add(pattern);
  set.Compile();
  return set;
}

std::vector<int> Possible(const PatternSet& set, std::string_view text) {
  std::vector<int> possible;
  set.FindPossible(text, &possible);
  return possible;
}

TEST(PatternSet, RulesOutWhatNeedsAnotherWord) {
  const PatternSet set = SetOf({"(?i)\\b(gas|propane)\\b.*leak", "(?i)fum[eé]e", "[0-9]+"});
  EXPECT_THAT(Possible(set, "There is a GAS LEAK"), ElementsAre(0, 2));
  EXPECT_THAT(Possible(set, "there is gas in my car"), ElementsAre(2));
  EXPECT_THAT(Possible(set, "de la FUMÉE noire"), ElementsAre(1, 2));
  EXPECT_TRUE(set.Matches(1, "de la FUMÉE noire"));
  EXPECT_FALSE(set.Matches(2, "no digits"));
}

TEST(PatternSet, RulesNothingOutWhereLettersFoldInOtherWays) {
  const PatternSet set = SetOf({"(?i)kelvin", "(?i)gas leak", "(?i)μικρο"});
  EXPECT_THAT(Possible(set, "\u212Aelvin"), ElementsAre(0, 1, 2));
  EXPECT_TRUE(set.Matches(0, "\u212Aelvin"));
  EXPECT_THAT(Possible(set, "ga\u017F leak"), ElementsAre(0, 1, 2));
  EXPECT_THAT(Possible(set, "\u00B5ικρο"), ElementsAre(0, 1, 2));
}

TEST(PatternSet, APatternThatDoesNotCompileMatchesNothing) {
  PatternSet set;
  EXPECT_EQ(set.Add("(open"), -1);
  EXPECT_EQ(set.Add("water"), 0);
  set.Compile();
  EXPECT_FALSE(set.Matches(-1, "(open"));
  EXPECT_TRUE(set.Matches(0, "water"));
}

std::string ReadWhole(const std::string& file) {
  std::ifstream in(SWITCHBOARD_SOURCE_DIR + file);
  std::stringstream content;
  content << in.rdbuf();
  return content.str();
}

// What ships, on the messages that are written for tests: a pattern that matches is never ruled out.
TEST(PatternSet, NeverRulesOutWhatMatches) {
  const auto configuration = ParseConfiguration(ReadWhole("/deploy/samples/starter.yaml"), "starter.yaml");
  ASSERT_TRUE(configuration.ok()) << configuration.status();
  std::vector<std::string> patterns;
  for (const UrgencyRule& rule : (*configuration)->urgency) {
    if (!rule.when.pattern.empty()) patterns.push_back(rule.when.pattern);
  }
  ASSERT_GT(patterns.size(), 20U);
  const PatternSet set = SetOf(patterns);
  std::stringstream lines(ReadWhole("/tests/data/urgent_test.tsv") + ReadWhole("/tests/data/starter_test.tsv"));
  size_t matches = 0;
  size_t possible_ones = 0;
  size_t texts = 0;
  for (std::string line; std::getline(lines, line); ++texts) {
    const std::vector<int> possible = Possible(set, line);
    possible_ones += possible.size();
    for (int i = 0; i < static_cast<int>(patterns.size()); ++i) {
      if (!set.Matches(i, line)) continue;
      ++matches;
      EXPECT_TRUE(std::binary_search(possible.begin(), possible.end(), i)) << patterns[i] << "\n" << line;
    }
  }
  EXPECT_GT(matches, 100U);
  EXPECT_LT(possible_ones, texts * patterns.size() / 4) << "it rules out too little to be worth its while";
}

}  // namespace
}  // namespace switchboard::triage
