// The starter configuration as it ships, on the messages that were written for testing it. The bounds stand a little
// below what docs/sorting.md says was reached: a change that makes sorting worse does not pass unseen.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "services/triage/trainer.h"
#include "services/triage/triage_engine.h"

namespace switchboard::triage {
namespace {

constexpr size_t kMostModelBytes = 20'000'000;

std::string ReadWholeFile(const std::string& path) {
  std::ifstream in(SWITCHBOARD_SOURCE_DIR + path);
  std::stringstream content;
  content << in.rdbuf();
  return content.str();
}

struct Message {
  std::string label;
  std::string text;
};

// The first column and the last one.
std::vector<Message> ReadMessages(const std::string& path) {
  std::vector<Message> messages;
  std::stringstream lines(ReadWholeFile(path));
  for (std::string line; std::getline(lines, line);) {
    messages.push_back({line.substr(0, line.find('\t')), line.substr(line.rfind('\t') + 1)});
  }
  return messages;
}

struct Heard {
  double urgent = 0;
  double raised = 0;  // of the urgent ones
  double calm = 0;
  double false_alarms = 0;  // of the calm ones
};

class TriageStarterTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto snapshot = BuildSnapshot(ReadWholeFile("/deploy/samples/starter.yaml"), "starter.yaml", 1);
    ASSERT_TRUE(snapshot.ok()) << snapshot.status();
    snapshot_ = new std::shared_ptr<const TriageSnapshot>(*snapshot);
  }
  static void TearDownTestSuite() {
    delete snapshot_;
    snapshot_ = nullptr;
  }
  static SortResult Sort(const std::string& text) { return (*snapshot_)->sorter->Sort({.text = text}); }

  static Heard Hear(const std::string& path) {
    Heard heard;
    for (const Message& message : ReadMessages(path)) {
      const bool urgent = message.label == "urgent";
      const double raised = Sort(message.text).urgency ? 1 : 0;
      (urgent ? heard.urgent : heard.calm) += 1;
      (urgent ? heard.raised : heard.false_alarms) += raised;
    }
    return heard;
  }

  static std::shared_ptr<const TriageSnapshot>* snapshot_;
};

std::shared_ptr<const TriageSnapshot>* TriageStarterTest::snapshot_ = nullptr;

TEST_F(TriageStarterTest, DecidesMostMessagesAndIsRightInMostOfThose) {
  const std::vector<Message> messages = ReadMessages("/tests/data/starter_test.tsv");
  ASSERT_GE(messages.size(), 1500U);
  double decided = 0;
  double right = 0;
  for (const Message& message : messages) {
    const SortResult result = Sort(message.text);
    if (result.unsure) continue;
    decided += 1;
    right += result.best.topic == message.label ? 1 : 0;
  }
  EXPECT_GE(decided / static_cast<double>(messages.size()), 0.81);
  EXPECT_GE(right / decided, 0.915);
}

// The last two were looked at once each: urgent_heldout.tsv was written after what was learnt at the time,
// urgent_heldout2.tsv before the second half of the samples and by the same hand.
TEST_F(TriageStarterTest, HearsUrgentMessages) {
  const struct {
    const char* file;
    double urgent, calm;               // messages, at least
    double raised, most_false_alarms;  // shares
  } kCases[] = {
      {"/tests/data/urgent_test.tsv", 200, 150, 0.98, 0.21},
      {"/tests/data/urgent_validation.tsv", 360, 360, 0.98, 0.37},
      {"/tests/data/urgent_heldout.tsv", 120, 120, 0.92, 0.39},
      {"/tests/data/urgent_heldout2.tsv", 150, 150, 0.98, 0.28},
  };
  for (const auto& each : kCases) {
    SCOPED_TRACE(each.file);
    const Heard heard = Hear(each.file);
    ASSERT_GE(heard.urgent, each.urgent);
    ASSERT_GE(heard.calm, each.calm);
    EXPECT_GE(heard.raised / heard.urgent, each.raised);
    EXPECT_LE(heard.false_alarms / heard.calm, each.most_false_alarms);
  }
}

TEST_F(TriageStarterTest, RaisesFewOrdinaryMessages) {
  const Heard heard = Hear("/tests/data/starter_validation.tsv");
  ASSERT_GE(heard.calm, 600);
  EXPECT_LE(heard.false_alarms / heard.calm, 0.31);
}

// Thresholds are chosen on these, so that starter_test.tsv says what they are worth.
TEST_F(TriageStarterTest, HasMessagesOfEveryTopicToChooseThresholdsOn) {
  const std::vector<Message> messages = ReadMessages("/tests/data/starter_validation.tsv");
  ASSERT_GE(messages.size(), 600U);
  std::map<std::string, double> by_label;
  for (const Message& message : messages) by_label[message.label] += 1;
  EXPECT_GE(by_label["__none__"] / static_cast<double>(messages.size()), 0.12);
  for (const Topic& topic : (*snapshot_)->configuration->topics) EXPECT_GE(by_label[topic.id], 10) << topic.id;
}

TEST_F(TriageStarterTest, TheModelStaysSmall) { EXPECT_LE((*snapshot_)->model.size(), kMostModelBytes); }

// With networks, whose training has the most ways to go astray.
TEST(TriageTraining, TheSameSeedGivesTheSameBytes) {
  const auto whole = ParseConfiguration(ReadWholeFile("/deploy/samples/starter.yaml"), "starter.yaml");
  ASSERT_TRUE(whole.ok()) << whole.status();
  Configuration part = **whole;
  part.topics.resize(4);
  const auto first = TrainModel(part, {.seed = 5});
  const auto second = TrainModel(part, {.seed = 5});
  const auto other = TrainModel(part, {.seed = 6});
  ASSERT_TRUE(first.ok() && second.ok() && other.ok());
  EXPECT_GT(first->evaluation.examples, 200) << "too few for networks";
  EXPECT_TRUE(first->bytes == second->bytes);
  EXPECT_EQ(first->evaluation.Write(), second->evaluation.Write());
  EXPECT_FALSE(first->bytes == other->bytes);
  EXPECT_EQ(first->data_hash, other->data_hash);
}

}  // namespace
}  // namespace switchboard::triage
