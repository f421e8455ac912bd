#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/triage/feature_index.h"
#include "services/triage/urgency_model.h"

namespace switchboard::triage {
namespace {

constexpr const char* kTexts[] = {
    "My garbage was not picked up on Maple Street, when will somebody come?",
    "Les ordures n'ont pas été ramassées cette semaine",
    "garbage garbage garbage! garbage?",
    "a",
    "",
    "1234567 @somebody https://a.example 😀 😀",
    "anticonstitutionnellement déshydrogénation internationalization unbelievablylongwordthatnobodywouldwrite",
    "the the the the cat sat on the mat with the hat and that was that",
};

NormalText Normal(std::string_view text) {
  NormalText normal;
  NormalizeText(text, &normal);
  return normal;
}

std::vector<RawFeature> FeaturesOf(const NormalText& text) {
  std::vector<RawFeature> features;
  ExtractFeatures(text, StemLanguage::kEnglish, FeatureOptions{}, &features);
  return features;
}

// Half of the features share rows.
FeatureSpace SpaceOf(const std::vector<const char*>& texts) {
  std::vector<std::vector<RawFeature>> features;
  for (const char* text : texts) features.push_back(FeaturesOf(Normal(text)));
  return FeatureSpace::Build(features, {.most_rows = 128});
}

class FeatureIndexTest : public ::testing::Test {
 protected:
  void ExpectSame(const NormalText& text) const {
    KnownFeatures known;
    index_.Read(text, StemLanguage::kEnglish, &known);
    ExpectSameTopics(text, known);
    ExpectSameUrgency(text, known);
  }

  const FeatureSpace topics_ = SpaceOf({kTexts[0], kTexts[1], kTexts[6]});
  const FeatureSpace urgency_ = SpaceOf({kTexts[0], kTexts[7]});
  FeatureIndex index_{topics_, urgency_, FeatureOptions{}};

 private:
  void ExpectSameTopics(const NormalText& text, const KnownFeatures& known) const {
    SparseText expected;
    SparseText mapped;
    topics_.Map(FeaturesOf(text), &expected);
    index_.Map(known, topics_, &mapped);
    ASSERT_EQ(mapped.entries.size(), expected.entries.size()) << text.text;
    for (size_t i = 0; i < expected.entries.size(); ++i) {
      EXPECT_EQ(mapped.entries[i].row, expected.entries[i].row) << text.text;
      EXPECT_EQ(mapped.entries[i].value, expected.entries[i].value) << text.text;
    }
    EXPECT_EQ(mapped.unknown_share, expected.unknown_share) << text.text;
  }
  void ExpectSameUrgency(const NormalText& text, const KnownFeatures& known) const {
    std::vector<WeighedFeature> expected;
    std::vector<WeighedFeature> weighed;
    urgency_.Weigh(FeaturesOf(text), &expected);
    index_.Weigh(known, &weighed);
    ASSERT_EQ(weighed.size(), expected.size()) << text.text;
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(weighed[i].row, expected[i].row) << text.text;
      EXPECT_EQ(weighed[i].token, expected[i].token) << text.text;
      EXPECT_EQ(weighed[i].weight, expected[i].weight) << text.text;
      EXPECT_EQ(weighed[i].block, expected[i].block) << text.text;
    }
  }
};

TEST_F(FeatureIndexTest, GivesWhatEachSpaceGives) {
  for (const char* text : kTexts) ExpectSame(Normal(text));
}

TEST_F(FeatureIndexTest, GivesTheSameForWordsThatAreKeptReady) {
  for (const char* text : kTexts) {
    index_.KeepReady(Normal(text));
    for (const char* each : kTexts) ExpectSame(Normal(each));
  }
}

}  // namespace
}  // namespace switchboard::triage
