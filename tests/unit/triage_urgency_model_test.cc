// The urgency model on what it has not learnt word for word, and the notions it hears by.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/triage/notions.h"
#include "services/triage/urgency_model.h"

namespace switchboard::triage {
namespace {

std::vector<RawFeature> NotionsOf(std::string_view text) {
  NormalText normal;
  NormalizeText(text, &normal);
  std::vector<RawFeature> notions;
  FindNotions(normal, &notions);
  return notions;
}

bool Share(const std::vector<RawFeature>& a, const std::vector<RawFeature>& b) {
  return std::any_of(a.begin(), a.end(), [&](const RawFeature& one) {
    return std::any_of(b.begin(), b.end(), [&](const RawFeature& other) { return one.hash == other.hash; });
  });
}

TEST(Notions, AreTheSameInBothLanguagesWithOrWithoutAccents) {
  EXPECT_TRUE(Share(NotionsOf("toddler"), NotionsOf("enfant")));
  EXPECT_TRUE(Share(NotionsOf("bébé"), NotionsOf("bebe")));
  EXPECT_FALSE(Share(NotionsOf("toddler"), NotionsOf("fusil")));
  EXPECT_TRUE(NotionsOf("xylophone").empty());
}

TEST(Notions, NearOnesMakeAPairInEitherOrder) {
  const size_t alone = NotionsOf("toddler").size() + NotionsOf("gun").size();
  const auto pair = NotionsOf("toddler gun");
  EXPECT_GT(pair.size(), alone);
  EXPECT_EQ(pair.size(), NotionsOf("gun toddler").size());
  EXPECT_EQ(NotionsOf("toddler xx xx xx xx xx xx xx gun").size(), alone) << "too far apart";
}

TEST(Notions, EachComesOnce) {
  const auto once = NotionsOf("toddler gun");
  EXPECT_EQ(NotionsOf("toddler gun toddler gun").size(), once.size());
}

class UrgencyModelTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::vector<OrdinaryText> ordinary;
    for (int i = 0; i < 40; ++i) {
      ordinary.push_back({"When does the library on Elm Street open, and how much is a card for " + std::to_string(i)});
      ordinary.push_back({"Please send the form for the recycling bin number " + std::to_string(i)});
    }
    model_ = new UrgencyModel(UrgencyModel::Train(ordinary, 1));
  }
  static void TearDownTestSuite() {
    delete model_;
    model_ = nullptr;
  }
  static std::optional<Priority> Hear(std::string_view text) {
    NormalText normal;
    NormalizeText(text, &normal);
    std::vector<RawFeature> features;
    ExtractFeatures(normal, StemLanguage::kEnglish, FeatureOptions{}, &features);
    return model_->Hear(normal, features);
  }

  static UrgencyModel* model_;
};

UrgencyModel* UrgencyModelTest::model_ = nullptr;

TEST_F(UrgencyModelTest, HearsDangerAndNotAQuestion) {
  EXPECT_EQ(Hear("a man with a knife is hurting a child in the park"), Priority::kUrgent);
  EXPECT_EQ(Hear("when does the library open on Elm Street"), std::nullopt);
  EXPECT_EQ(Hear(""), std::nullopt);
}

TEST_F(UrgencyModelTest, HearsDangerInTheLastLineOfALongLetter) {
  std::string letter;
  for (int i = 0; i < 12; ++i)
    letter += "When does the library on Elm Street open, and how much is a card for my class? ";
  EXPECT_NE(Hear(letter), Priority::kUrgent);
  EXPECT_EQ(Hear(letter + "He has a knife and he is hurting my mother, please send help."), Priority::kUrgent);
}

TEST_F(UrgencyModelTest, TakesWordsThatItDoesNotKnowForOrdinary) {
  for (const char* text : {"essai essai", "zyx", "Venus tonight", "covoiturage Lisbonne", "xylophone quartet"}) {
    EXPECT_EQ(Hear(text), std::nullopt) << text;
  }
}

TEST_F(UrgencyModelTest, IsTheSameAfterWritingAndReading) {
  ModelWriter out;
  model_->Write(&out);
  const std::string bytes = out.Take();
  ModelReader in(bytes);
  const UrgencyModel read = UrgencyModel::Read(&in);
  ModelWriter again;
  read.Write(&again);
  EXPECT_TRUE(again.Take() == bytes);
}

}  // namespace
}  // namespace switchboard::triage
