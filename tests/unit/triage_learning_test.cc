// What training makes of texts: parts of it on their own, and a whole model of a few made-up texts.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "services/triage/confidence.h"
#include "services/triage/model_trainer.h"
#include "services/triage/neural_network.h"
#include "services/triage/portable_math.h"

namespace switchboard::triage {
namespace {

std::vector<LabelOutcome> Outcomes(int label, int right, int wrong) {
  std::vector<LabelOutcome> outcomes;
  for (int i = 0; i < right; ++i) outcomes.push_back({label, 0.0, true});
  for (int i = 0; i < wrong; ++i) outcomes.push_back({label, 0.0, false});
  return outcomes;
}

std::vector<double> LeaningsOfAll(const std::vector<std::vector<LabelOutcome>>& parts, int labels) {
  std::vector<LabelOutcome> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return LeaningsOf(all, labels);
}

TEST(LeaningsOf, SaysWhichLabelsAreRightMoreOftenThanTheEvidence) {
  const std::vector<double> leanings =
      LeaningsOfAll({Outcomes(0, 90, 10), Outcomes(1, 50, 50), Outcomes(2, 10, 90)}, 4);
  EXPECT_NEAR(LikelihoodFromOdds(leanings[0]), 0.9, 0.1);
  EXPECT_NEAR(leanings[1], 0, 1e-9);
  EXPECT_NEAR(LikelihoodFromOdds(leanings[2]), 0.1, 0.1);
  EXPECT_EQ(leanings[3], 0) << "nothing is known of it";
}

TEST(LeaningsOf, BelievesFewGuessesLess) {
  const std::vector<double> leanings = LeaningsOfAll({Outcomes(0, 2, 0), Outcomes(1, 200, 0)}, 2);
  EXPECT_GT(leanings[0], 0);
  EXPECT_LT(leanings[0], 1);
  EXPECT_GT(leanings[1], 2 * leanings[0]);
}

TEST(LeaningsOf, AddsNothingToEvidenceThatIsRight) {
  std::vector<LabelOutcome> outcomes;
  const double three_of_four = PortableLog(3.0);
  for (int i = 0; i < 100; ++i) outcomes.push_back({0, three_of_four, i % 4 != 0});
  EXPECT_NEAR(LeaningsOf(outcomes, 1)[0], 0, 1e-9);
}

TEST(Calibration, CountsTheLeaningOfTheLabelThatIsGuessed) {
  Calibration calibration;
  calibration.leanings = {0, 2};
  Opinion opinion;
  opinion.best = 0;
  const double without = calibration.LikelihoodOfRight(opinion);
  opinion.best = 1;
  EXPECT_NEAR(calibration.LikelihoodOfRight(opinion), LikelihoodFromOdds(2), 1e-12);
  EXPECT_NEAR(without, 0.5, 1e-12);
}

// One text of two words with two features each.
class WordDropoutTest : public ::testing::Test {
 protected:
  std::vector<float> FirstLayer(float word_dropout, const std::vector<uint32_t>* tokens, int epochs) const {
    NetworkOptions options;
    options.hidden = 32;
    options.word_dropout = word_dropout;
    options.feature_dropout = 0;
    options.epochs = epochs;
    return NeuralNetwork::Train({{&text_, 0, 1.0F, tokens}}, text_.entries.size(), 2, options).first();
  }

  const SparseText text_ = {{{0, 1.0F}, {1, 1.0F}, {2, 1.0F}, {3, 1.0F}}, 0};
  const std::vector<uint32_t> tokens_ = {0, 0, 1, 1};
};

TEST_F(WordDropoutTest, WhereAllWordsAreDroppedNothingIsLearntOfThem) {
  EXPECT_EQ(FirstLayer(1.0F, &tokens_, 1), FirstLayer(0.0F, nullptr, 0));
  EXPECT_NE(FirstLayer(0.0F, &tokens_, 1), FirstLayer(0.0F, nullptr, 0));
}

TEST_F(WordDropoutTest, NeedsToBeToldTheWords) {
  EXPECT_EQ(FirstLayer(0.5F, nullptr, 3), FirstLayer(0.0F, nullptr, 3));
}

TEST_F(WordDropoutTest, FeaturesOfAWordGoTogether) {
  const std::vector<float> before = FirstLayer(0.0F, nullptr, 0);
  const auto is_learnt = [&](const std::vector<float>& after, size_t row) {
    return !std::equal(before.begin() + row * 32, before.begin() + (row + 1) * 32, after.begin() + row * 32);
  };
  const std::vector<float> after = FirstLayer(0.7F, &tokens_, 1);
  EXPECT_EQ(is_learnt(after, 0), is_learnt(after, 1));
  EXPECT_EQ(is_learnt(after, 2), is_learnt(after, 3));
}

constexpr const char* kThings[] = {"pothole", "garbage", "permit", "noise"};
constexpr const char* kPlaces[] = {"on maple street", "near the school", "behind the library",
                                   "at the corner",   "by the river",    "in the park"};
constexpr const char* kMoods[] = {"please help", "it is bad",    "again today", "since monday", "who can come",
                                  "i am tired",  "tell me more", "for a week",  "thank you"};

std::vector<TrainingText> Examples() {
  std::vector<TrainingText> texts;
  for (int label = 0; label < 4; ++label) {
    for (const char* place : kPlaces) {
      for (const char* mood : kMoods) {
        texts.push_back({std::string(kThings[label]) + " " + place + " " + mood, label});
      }
    }
  }
  return texts;
}

SorterModel Train(uint64_t seed) {
  ModelOptions options;
  options.seed = seed;
  auto training = TrainSorterModel({"roads", "waste", "permits", "noise"}, Examples(), options);
  EXPECT_TRUE(training.ok()) << training.status();
  return training.ok() ? std::move(training->model) : SorterModel();
}

Prediction Ask(const SorterModel& model, const std::string& text) {
  NormalText normal;
  NormalizeText(text, &normal);
  return model.Predict(normal, StemLanguage::kEnglish);
}

TEST(TrainSorterModel, AModelOfFewTextsComesBackAsItWasWritten) {
  const SorterModel model = Train(3);
  const std::string bytes = model.Write();
  const auto read = SorterModel::Read(bytes);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(read->Write() == bytes);
  EXPECT_TRUE(Train(3).Write() == bytes) << "not deterministic";
  for (const TrainingText& text : Examples()) {
    const Prediction said = Ask(model, text.text);
    EXPECT_EQ(said.best, text.label) << text.text;
    EXPECT_EQ(Ask(*read, text.text).confidence, said.confidence);
  }
  EXPECT_FALSE(SorterModel::Read(bytes.substr(0, bytes.size() - 8)).ok());
}

TEST(TrainSorterModel, AModelOfAnEarlierFormatIsToBeTrainedAgain) {
  std::string bytes = SorterModel().Write();
  bytes[4] = static_cast<char>(bytes[4] - 1);
  const auto read = SorterModel::Read(bytes);
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.status().message().find("train it again"), std::string_view::npos);
}

}  // namespace
}  // namespace switchboard::triage
