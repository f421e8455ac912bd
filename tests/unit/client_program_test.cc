#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "services/switchboard/program.h"

namespace switchboard::client {
namespace {

struct Ran {
  int code;
  std::string out;
};

Ran RunClient(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "switchboard");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = RunProgram(static_cast<int>(arguments.size()), arguments.data());
  testing::internal::GetCapturedStderr();
  return {code, testing::internal::GetCapturedStdout()};
}

TEST(ProgramTest, TellsAWrongCommandLineByItsExitCode) {
  EXPECT_EQ(RunClient({}).code, 2);
  EXPECT_EQ(RunClient({"dance"}).code, 2);
  EXPECT_EQ(RunClient({"submit"}).code, 2);
  EXPECT_EQ(RunClient({"submit", "--text", "x", "--file", "y"}).code, 2);
  EXPECT_EQ(RunClient({"submit", "--text", "x", "--channel", "FAX"}).code, 2);
  EXPECT_EQ(RunClient({"apply"}).code, 2);
  EXPECT_EQ(RunClient({"deliver", "-c", "X", "--exec", "true", "-n", "-3"}).code, 2);
  EXPECT_EQ(RunClient({"work", "-n", "-3"}).code, 2);
  EXPECT_EQ(RunClient({"reply", "-q", "roads", "-e", "x.yaml", "-n", "-3"}).code, 2);
  EXPECT_EQ(RunClient({"guideline", "test", "x.yaml"}).code, 2);
  EXPECT_EQ(RunClient({"--help"}).code, 0);
}

TEST(ProgramTest, TellsAServerThatIsAwayByItsExitCode) {
  EXPECT_EQ(RunClient({"--server", "unix:/nonexistent/socket", "--timeout", "0.2", "queue", "list"}).code, 3);
}

TEST(ProgramTest, TriesExamplesAgainstGuidelines) {
  constexpr char kGuidelines[] = SWITCHBOARD_SOURCE_DIR "/deploy/samples/guidelines.yaml";
  constexpr char kExamples[] = SWITCHBOARD_SOURCE_DIR "/deploy/samples/guideline_examples.yaml";
  const Ran good = RunClient({"guideline", "test", "--guidelines", kGuidelines, kExamples});
  EXPECT_EQ(good.code, 0) << good.out;
  EXPECT_NE(good.out.find("0 examples not as expected"), std::string::npos) << good.out;
  const std::string strange = testing::TempDir() + "strange_examples.yaml";
  std::ofstream(strange) << "version: 1\nexamples:\n  - {topic: potholes, channel: X, visibility: PUBLIC, language: en,"
                            " text: We promise it., expect: SENT}\n";
  const Ran bad = RunClient({"guideline", "test", "--guidelines", kGuidelines, strange.c_str()});
  EXPECT_EQ(bad.code, 1);
  EXPECT_NE(bad.out.find("strange_examples.yaml:3: expected SENT, got NEEDS_AUTHORITY (no-commitment)"),
            std::string::npos)
      << bad.out;
  EXPECT_EQ(RunClient({"guideline", "test", "--guidelines", "/nonexistent", kExamples}).code, 1);
}

TEST(ProgramTest, CompletionKnowsEveryCommand) {
  const std::string script = RunClient({"completion", "bash"}).out;
  for (const char* word : {"submit", "work", "inquiry", "dead-letters", "'queue') words='list", "--dry-run"}) {
    EXPECT_NE(script.find(word), std::string::npos) << word;
  }
}

TEST(ProgramTest, TheManualNamesEveryCommand) {
  std::ifstream file(SWITCHBOARD_SOURCE_DIR "/services/switchboard/switchboard.1");
  std::stringstream buffer;
  buffer << file.rdbuf();
  const std::string manual = std::regex_replace(buffer.str(), std::regex("\\\\-"), "-");
  const std::string help = RunClient({"--help"}).out;
  const std::regex command("\n  ([a-z][a-z-]*) +[A-Z]");
  int seen = 0;
  for (std::sregex_iterator it(help.begin(), help.end(), command), end; it != end; ++it, ++seen) {
    const std::string name = (*it)[1];
    EXPECT_TRUE(manual.find("\n.B " + name) != std::string::npos || manual.find("\\fB" + name) != std::string::npos)
        << name;
  }
  EXPECT_GE(seen, 10);
}

}  // namespace
}  // namespace switchboard::client
