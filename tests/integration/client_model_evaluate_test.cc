// `switchboard model evaluate` as a person or a script runs it: no server, files in, figures out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/support/program.h"
#include "tests/support/temporary_directory.h"

namespace switchboard {
namespace {

using ::testing::HasSubstr;

// Two topics with words of their own, and texts of neither.
constexpr const char* kRoads[] = {"pothole", "asphalt", "pavement", "crossing", "kerb", "gravel", "bridge", "tunnel"};
constexpr const char* kWaste[] = {"garbage", "bin", "rubbish", "compost", "recycling", "litter", "dump", "trash"};
constexpr const char* kNeither[] = {"violin", "poem", "galaxy", "recipe", "football", "painting", "kitten", "opera"};
constexpr const char* kFrames[] = {"the %s near my house needs attention", "please look at the %s on our street",
                                   "who takes care of the %s here", "there is a problem with the %s again"};

std::string Sentence(const char* frame, const char* word) {
  std::string text = frame;
  return text.replace(text.find("%s"), 2, word);
}

// Frames [first, last) with every word.
template <typename Words>
std::string Lines(const char* label, const Words& words, size_t first, size_t last) {
  std::string lines;
  for (size_t frame = first; frame < last; ++frame) {
    for (const char* word : words) absl::StrAppend(&lines, label, "\t", Sentence(kFrames[frame], word), "\n");
  }
  return lines;
}

class ModelEvaluateTest : public ::testing::Test {
 protected:
  ModelEvaluateTest() {
    WriteFile(train_, Lines("roads", kRoads, 0, 3) + Lines("waste", kWaste, 0, 3));
    WriteFile(test_, Lines("roads", kRoads, 3, 4) + Lines("waste", kWaste, 3, 4));
    WriteFile(outside_, Lines("whatever", kNeither, 3, 4));
    WriteFile(outside_train_, Lines("whatever", kNeither, 0, 3));
  }

  static ProgramResult Evaluate(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {ClientProgram(), "model", "evaluate"});
    return RunProgram(std::move(arguments));
  }
  static nlohmann::json Report(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    const ProgramResult result = Evaluate(std::move(arguments));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return nlohmann::json::parse(result.out, nullptr, false);
  }
  std::string ErrorOf(const std::string& content) {
    const std::string bad = directory_.File("bad.tsv");
    WriteFile(bad, content);
    const ProgramResult result = Evaluate({"--train", train_, "--train", bad, "--test", test_});
    EXPECT_EQ(result.exit_code, 1) << content;
    EXPECT_EQ(result.out, "") << content;
    return result.err;
  }

  const TemporaryDirectory directory_;
  const std::string train_ = directory_.File("train.tsv");
  const std::string test_ = directory_.File("test.tsv");
  const std::string outside_ = directory_.File("outside.tsv");
  const std::string outside_train_ = directory_.File("outside_train.tsv");
};

TEST_F(ModelEvaluateTest, ReportsWhatWasLearnt) {
  const nlohmann::json report = Report({"--train", train_, "--test", test_, "--out-of-scope", outside_,
                                        "--out-of-scope-train", outside_train_, "--language", "en"});

  EXPECT_EQ(report["train_texts"], 72);
  EXPECT_EQ(report["test_texts"], 16);
  EXPECT_EQ(report["out_of_scope_texts"], 8);
  EXPECT_EQ(report["accuracy"], 1.0);
  EXPECT_EQ(report["macro_f1"], 1.0);
  EXPECT_GT(report["out_of_scope_auroc"], 0.9);
  EXPECT_GT(report["out_of_scope_recall_at_92_accuracy"], 0.9);
  EXPECT_GT(report["expected_calibration_error"], 0);
  EXPECT_LT(report["expected_calibration_error"], 0.9);
  EXPECT_GE(report["coverage_swept"], report["coverage_at_95_precision"]);
  EXPECT_GT(report["train_seconds"], 0);
  EXPECT_GT(report["microseconds_median"], 0);
  EXPECT_GE(report["microseconds_p99"], report["microseconds_median"]);
  EXPECT_GT(report["model_bytes"], 1000);
  ASSERT_EQ(report["labels"].size(), 2u);
  EXPECT_EQ(report["labels"][0]["label"], "roads");
  EXPECT_EQ(report["labels"][0]["texts"], 8);
  EXPECT_EQ(report["labels"][0]["recall"], 1.0);
}

TEST_F(ModelEvaluateTest, CountsMistakesOfTheTestFileAsMistakes) {
  WriteFile(test_, Lines("roads", kRoads, 3, 4) + Lines("roads", kWaste, 3, 4));  // half of it labelled wrongly
  const nlohmann::json report = Report({"--train", train_, "--test", test_});

  EXPECT_EQ(report["accuracy"], 0.5);
  EXPECT_EQ(report["labels"][0]["recall"], 0.5);
  EXPECT_EQ(report["labels"][1]["precision"], 0.0);
}

TEST_F(ModelEvaluateTest, CountsALabelThatWasNeverLearntAsWrong) {
  WriteFile(test_, Lines("roads", kRoads, 3, 4) + Lines("bridges", kRoads, 2, 3));
  const nlohmann::json report = Report({"--train", train_, "--test", test_});

  EXPECT_EQ(report["accuracy"], 0.5);
  ASSERT_EQ(report["labels"].size(), 3u);
  EXPECT_EQ(report["labels"][2]["label"], "bridges");
  EXPECT_EQ(report["labels"][2]["is_known"], false);
}

TEST_F(ModelEvaluateTest, TextsMarkedAsOutOfScopeInsideFilesCountAsSuch) {
  WriteFile(test_, Lines("roads", kRoads, 3, 4) + Lines("__oos__", kNeither, 3, 4));
  const nlohmann::json report = Report({"--train", train_, "--test", test_});

  EXPECT_EQ(report["test_texts"], 8);
  EXPECT_EQ(report["out_of_scope_texts"], 8);
}

TEST_F(ModelEvaluateTest, GivesTheSameFiguresForTheSameSeed) {
  const std::vector<std::string> arguments = {"--train", train_, "--test", test_, "--seed", "7"};
  nlohmann::json first = Report(arguments);
  nlohmann::json second = Report(arguments);
  for (const char* timing : {"train_seconds", "microseconds_median", "microseconds_p99"}) {
    first.erase(timing);
    second.erase(timing);
  }

  EXPECT_EQ(first, second);
  EXPECT_TRUE(first["out_of_scope_recall"].is_null());
}

TEST_F(ModelEvaluateTest, PrintsATableForPeople) {
  const ProgramResult result = Evaluate({"--train", train_, "--test", test_});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("accuracy            100.0% of 16 texts, learnt from 48"));
  EXPECT_THAT(result.out, ::testing::ContainsRegex("LABEL +TEXTS +PRECISION +RECALL +F1"));
  EXPECT_THAT(result.out, ::testing::ContainsRegex("waste +8 +100.0% +100.0% +100.0%"));
}

TEST_F(ModelEvaluateTest, NamesFileLineAndReasonOfWhatIsWrong) {
  EXPECT_THAT(ErrorOf("roads\ta pothole\nno tab here\n"), HasSubstr("bad.tsv:2: there is no tab"));
  EXPECT_THAT(ErrorOf("roads\ta pothole\n\n\ta text\n"), HasSubstr("bad.tsv:3: the label before the tab is empty"));
  EXPECT_THAT(ErrorOf("\r\n"), HasSubstr("bad.tsv: holds no texts"));
  const ProgramResult missing = Evaluate({"--train", directory_.File("none.tsv"), "--test", test_});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("none.tsv: cannot be opened: No such file"));
  const ProgramResult folder = Evaluate({"--train", train_, "--test", directory_.path()});
  EXPECT_THAT(folder.err, HasSubstr("is a directory"));
}

TEST_F(ModelEvaluateTest, RefusesWhatCannotBeLearnt) {
  const std::string single = directory_.File("single.tsv");
  WriteFile(single, Lines("roads", kRoads, 0, 3));
  const ProgramResult result = Evaluate({"--train", single, "--test", test_});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("at least two topics with examples"));
  EXPECT_EQ(Evaluate({"--train", train_, "--test", test_, "--language", "de"}).exit_code, 2);
  EXPECT_EQ(Evaluate({"--test", test_}).exit_code, 2);
}

TEST_F(ModelEvaluateTest, ReadsWindowsFilesWithAByteOrderMark) {
  std::string lines = "\xEF\xBB\xBF";
  for (const char c : Lines("roads", kRoads, 0, 3) + Lines("waste", kWaste, 0, 3)) {
    lines += c == '\n' ? "\r\n" : std::string(1, c);
  }
  WriteFile(train_, lines);
  const nlohmann::json report = Report({"--train", train_, "--test", test_});

  EXPECT_EQ(report["accuracy"], 1.0);
  EXPECT_EQ(report["labels"].size(), 2u);
}

TEST_F(ModelEvaluateTest, HelpNamesEveryKey) {
  const ProgramResult help = Evaluate({"--help"});
  const nlohmann::json report = Report({"--train", train_, "--test", test_});

  EXPECT_EQ(help.exit_code, 0);
  for (const auto& [key, value] : report.items()) EXPECT_THAT(help.out, HasSubstr(key));
}

}  // namespace
}  // namespace switchboard
