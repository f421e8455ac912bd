#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/triage/model_evaluation.h"

namespace switchboard::triage {
namespace {

ModelEvaluation FourGuesses() {
  return EvaluateGuesses({"a", "b"}, {{.label = 0, .guess = 0, .confidence = 0.9, .decided = true},
                                      {.label = 0, .guess = 1, .confidence = 0.4},
                                      {.label = 1, .guess = 1, .confidence = 0.8, .decided = true},
                                      {.label = 1, .guess = 1, .confidence = 0.5, .decided = false}});
}

TEST(EvaluateGuesses, CountsWhatIsRightAndWhatIsConfused) {
  const ModelEvaluation found = FourGuesses();
  EXPECT_EQ(found.examples, 4);
  EXPECT_EQ(found.accuracy, 0.75);
  EXPECT_EQ(found.coverage, 0.5);
  EXPECT_EQ(found.precision, 1.0);
  ASSERT_EQ(found.topics.size(), 2u);
  EXPECT_EQ(found.topics[0].precision, 1.0);
  EXPECT_EQ(found.topics[0].recall, 0.5);
  EXPECT_NEAR(found.macro_f1, (2.0 / 3 + 0.8) / 2, 1e-12);
  EXPECT_NEAR(found.expected_calibration_error, (0.1 + 0.4 + 0.2 + 0.5) / 4, 1e-12);
  ASSERT_EQ(found.confusions.size(), 1u);
  EXPECT_EQ(found.confusions[0].topic, "a");
  EXPECT_EQ(found.confusions[0].taken_for, "b");
}

TEST(ModelEvaluation, ComesBackAsItWasWritten) {
  ModelEvaluation written = FourGuesses();
  written.held_out_texts = 9;
  written.held_out_accuracy = 0.8;
  const auto read = ModelEvaluation::Read(written.Write());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->Write(), written.Write());
  EXPECT_EQ(read->confusions.size(), 1u);
  EXPECT_EQ(ModelEvaluation::Read("")->examples, 0);
  EXPECT_FALSE(ModelEvaluation::Read("something else").ok());
  const std::string bytes = written.Write();
  EXPECT_FALSE(ModelEvaluation::Read(bytes.substr(0, bytes.size() - 1)).ok());
}

TEST(LossOf, ComparesHeldOutTextsBeforeCrossValidation) {
  ModelEvaluation candidate{.examples = 10, .accuracy = 0.7};
  const ModelEvaluation in_force{.examples = 10, .accuracy = 0.9};
  EXPECT_NEAR(LossOf(candidate, in_force), 0.2, 1e-12);
  EXPECT_EQ(LossOf(candidate, ModelEvaluation()), 0) << "nothing is known of the other";
  candidate.held_out_texts = 5;
  candidate.held_out_accuracy = 0.8;
  candidate.held_out_accuracy_in_force = 0.6;
  EXPECT_NEAR(LossOf(candidate, in_force), -0.2, 1e-12);
}

TEST(MostLossOf, IsAPointOrTwoTexts) {
  EXPECT_EQ(MostLossOf({.examples = 1000}), 0.01);
  EXPECT_EQ(MostLossOf({.examples = 20}), 0.1);
  EXPECT_EQ(MostLossOf({.examples = 1000, .held_out_texts = 40}), 0.05);
}

}  // namespace
}  // namespace switchboard::triage
