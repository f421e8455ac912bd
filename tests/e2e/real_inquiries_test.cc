// The main job on what citizens really wrote: every line is taken in, lands in a queue, and is handed out and completed
// exactly once; the client, the queues, PostgreSQL and Prometheus agree on the numbers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "tests/e2e/e2e_server.h"
#include "tests/support/await.h"
#include "tests/support/prometheus_process.h"

namespace switchboard::e2e {
namespace {

const std::string kSamples = SWITCHBOARD_SOURCE_DIR "/deploy/samples";

// The test files of the data sets; the sample inquiries where there are none.
std::vector<std::string> InputFiles() {
  const char* given = std::getenv("SWITCHBOARD_DATA_DIR");
  const std::string folder = given != nullptr ? given : SWITCHBOARD_SOURCE_DIR "/../shared/data";
  std::vector<std::string> files;
  for (const char* set : {"banking77", "clinc150", "massive_en", "massive_fr", "cfpb"}) {
    for (const char* name : {"test.tsv", "oos_test.tsv"}) {
      const std::string path = folder + "/" + set + "/" + name;
      if (std::filesystem::exists(path)) files.push_back(path);
    }
  }
  if (!files.empty()) return files;
  std::cout << "[ NOTE     ] no data sets in " << folder << " (name another folder by SWITCHBOARD_DATA_DIR); "
            << "the sample inquiries of deploy/samples take their place" << std::endl;
  return {kSamples + "/inquiries.jsonl"};
}

int64_t CountLines(const std::string& path) {
  std::ifstream file(path);
  int64_t count = 0;
  for (std::string line; std::getline(file, line);) count += !line.empty();
  return count;
}

std::vector<std::string> ReadLines(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

class RealInquiriesTest : public ::testing::Test {
 protected:
  RealInquiriesTest() : server_(StartServer()) { ApplyFile(*server_, kSamples + "/starter.yaml"); }

  // The sum over `queue list`, once its sample, which may be a few seconds old, says what is expected; or the last one.
  int64_t AwaitSumOfQueues(const std::string& figure, int64_t expected) {
    int64_t sum = 0;
    Await(absl::Seconds(10), [&] {
      sum = SumOfQueues(*server_, figure);
      return sum == expected;
    });
    return sum;
  }

  // Submits the file; the names of its inquiries, which must each have a queue.
  void Submit(const std::string& file) {
    const std::string results = directory_.File("results.jsonl");
    const auto summary = ClientJson(*server_, {"submit", "-f", file, "--results", results, "--rejects",
                                               directory_.File("rejects.jsonl"), "--run", file});
    ASSERT_EQ(summary.size(), 1u);
    const int64_t lines = CountLines(file);
    EXPECT_EQ(summary[0]["accepted"], lines) << file;
    EXPECT_EQ(summary[0]["duplicates"], 0) << file;
    EXPECT_EQ(summary[0]["rejected"], 0) << file << "\n" << ReadFile(directory_.File("rejects.jsonl"));
    std::cout << "[ SUBMIT   ] " << summary[0].dump() << " " << file << std::endl;
    total_ += lines;
    for (const nlohmann::json& line : ReadJsonLines(results)) {
      EXPECT_THAT(line["queue"].get<std::string>(), ::testing::StartsWith("queues/"));
      EXPECT_TRUE(submitted_.insert(line["inquiry"].get<std::string>()).second) << line;
    }
  }

  std::unique_ptr<ServerProcess> server_;
  const TemporaryDirectory directory_;
  std::set<std::string> submitted_;
  int64_t total_ = 0;
};

TEST_F(RealInquiriesTest, EveryLineIsCompletedExactlyOnceAndCountedTheSameEverywhere) {
  ASSERT_TRUE(PrometheusProcess::IsInstalled()) << "install the package prometheus";
  const PrometheusProcess prometheus({server_->metrics_port()});
  for (const std::string& file : InputFiles()) Submit(file);

  ASSERT_EQ(static_cast<int64_t>(submitted_.size()), total_);
  EXPECT_EQ(AwaitSumOfQueues("received_total", total_), total_);
  EXPECT_EQ(AwaitSumOfQueues("ready", total_), total_);
  EXPECT_EQ(AskPsql(*server_, "SELECT count(*) FROM switchboard.inquiry"), total_);
  EXPECT_EQ(AskPsql(*server_, "SELECT count(*) FROM switchboard.dispatch WHERE token = 0"), total_);
  EXPECT_EQ(prometheus.AwaitQuery("sum(switchboard_inquiries_received_total)", static_cast<double>(total_),
                                  absl::Seconds(30)),
            total_);
  EXPECT_EQ(prometheus.AwaitQuery("sum(switchboard_queue_inquiries{state=\"ready\"})", static_cast<double>(total_),
                                  absl::Seconds(30)),
            total_);

  const std::string names = directory_.File("completed");
  const auto tally = ClientJson(*server_, {"work", "--until-empty", "--streams", "4", "--results", names});
  ASSERT_EQ(tally.size(), 1u);
  std::cout << "[ WORK     ] " << tally[0].dump() << std::endl;
  EXPECT_EQ(tally[0]["claimed"], total_);
  EXPECT_EQ(tally[0]["completed"], total_);
  EXPECT_EQ(tally[0]["lost"], 0);
  EXPECT_EQ(tally[0]["completed_twice"], 0);
  std::vector<std::string> completed = ReadLines(names);
  std::sort(completed.begin(), completed.end());
  EXPECT_EQ(completed, std::vector<std::string>(submitted_.begin(), submitted_.end()));

  EXPECT_EQ(AwaitSumOfQueues("completed_total", total_), total_);
  EXPECT_EQ(AwaitSumOfQueues("ready", 0), 0);
  EXPECT_EQ(AwaitSumOfQueues("leased", 0), 0);
  EXPECT_EQ(AskPsql(*server_, "SELECT count(*) FROM switchboard.event WHERE kind = 3"), total_);
  EXPECT_EQ(AskPsql(*server_, "SELECT count(DISTINCT id) FROM switchboard.event WHERE kind = 3"), total_);
  EXPECT_EQ(AskPsql(*server_, "SELECT count(*) FROM switchboard.event WHERE kind = 2"), total_);
  EXPECT_EQ(AskPsql(*server_, "SELECT count(*) FROM switchboard.dispatch"), 0);
  EXPECT_EQ(
      prometheus.AwaitQuery("sum(switchboard_inquiries_closed_total)", static_cast<double>(total_), absl::Seconds(30)),
      total_);
  EXPECT_EQ(prometheus.AwaitQuery("sum(switchboard_queue_inquiries)", 0, absl::Seconds(30)), 0);
}

}  // namespace
}  // namespace switchboard::e2e
