#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/guidance/example_replies.h"
#include "services/guidance/guideline.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"
#include "services/triage/configuration.h"
#include "services/wire/reply_languages.h"

namespace switchboard::client {
namespace {

struct GuidelineTestOptions {
  std::string guidelines;
  std::string configuration;  // empty: none
  std::vector<std::string> files;
};

// What became of the examples of all files together.
struct GuidelineTally {
  int compliant = 0;  // examples that should go out
  int sent = 0;       // those of them that do
  int forbidden = 0;  // examples that should not
  int let_out = 0;    // those of them that do
  int failed = 0;     // examples with another decision, or other rules, than expected
};

absl::StatusOr<std::string> ContentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(StrCat("cannot read ", path));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string BrokenRules(const guidance::ReplyDecision& decision) {
  std::string rules;
  for (const guidance::BrokenRule& broken : decision.broken) StrAppend(&rules, rules.empty() ? "" : ", ", broken.rule);
  return rules.empty() ? "no rule broken" : rules;
}

void ReportMiss(const std::string& file, const guidance::ExampleReply& example, const guidance::ReplyDecision& decision,
                bool json) {
  const std::string_view expected = guidance::ReplyVerdictName(example.expected);
  const std::string_view got = guidance::ReplyVerdictName(decision.verdict);
  if (json) {
    nlohmann::json rules = nlohmann::json::array();
    for (const guidance::BrokenRule& broken : decision.broken) {
      rules.push_back({{"guideline", broken.guideline}, {"rule", broken.rule}});
    }
    const nlohmann::json line = {
        {"file", file}, {"line", example.line}, {"expected", expected}, {"got", got}, {"broken", rules}};
    std::printf("%s\n", line.dump().c_str());
    return;
  }
  std::printf("%s\n", StrCat(file, ":", example.line, ": expected ", expected, ", got ", got, " (",
                             BrokenRules(decision), "): ", OneLine(example.text, 60))
                          .c_str());
}

void Count(const guidance::ExampleReply& example, const guidance::ExampleResult& result, GuidelineTally* tally) {
  const bool should_go = example.expected == guidance::ReplyVerdict::kSent;
  const bool goes = result.decision.verdict == guidance::ReplyVerdict::kSent;
  tally->compliant += should_go;
  tally->sent += should_go && goes;
  tally->forbidden += !should_go;
  tally->let_out += !should_go && goes;
  tally->failed += !result.as_expected;
}

// What examples may name: the topics of the configuration, where one is given, else those that guidelines name.
absl::StatusOr<guidance::ExampleNames> KnownNames(const guidance::GuidelineBook& book,
                                                  const std::string& configuration) {
  guidance::ExampleNames names = guidance::NamesOf(book);
  if (configuration.empty()) return names;
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::string content, ContentOf(configuration));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto parsed, triage::ParseConfiguration(content, configuration));
  names.topics.clear();
  for (const triage::Topic& topic : parsed->topics) names.topics.insert(topic.id);
  return names;
}

absl::Status TryFiles(const GuidelineTestOptions& options, bool json, GuidelineTally* tally) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::string guidelines, ContentOf(options.guidelines));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto book, guidance::ParseGuidelines(guidelines, options.guidelines));
  SWITCHBOARD_ASSIGN_OR_RETURN(const guidance::ExampleNames known, KnownNames(*book, options.configuration));
  for (const std::string& file : options.files) {
    SWITCHBOARD_ASSIGN_OR_RETURN(const std::string content, ContentOf(file));
    SWITCHBOARD_ASSIGN_OR_RETURN(const auto examples, guidance::ParseExampleReplies(content, file, &known));
    for (const guidance::ExampleReply& example : examples) {
      const guidance::ExampleResult result = guidance::TryExample(*book, example, &wire::ReplyLanguages);
      Count(example, result, tally);
      if (!result.as_expected) ReportMiss(file, example, result.decision, json);
    }
  }
  return absl::OkStatus();
}

void TestGuidelines(Session& session, const GuidelineTestOptions& options) {
  GuidelineTally tally;
  if (const absl::Status status = TryFiles(options, session.json(), &tally); !status.ok()) return session.Fail(status);
  if (session.json()) {
    const nlohmann::json line = {{"compliant", tally.compliant},
                                 {"sent", tally.sent},
                                 {"forbidden", tally.forbidden},
                                 {"let_out", tally.let_out},
                                 {"failed", tally.failed}};
    std::printf("%s\n", line.dump().c_str());
  } else {
    std::printf("%d of %d compliant replies go out at once; %d of %d others do; %d examples not as expected\n",
                tally.sent, tally.compliant, tally.let_out, tally.forbidden, tally.failed);
  }
  if (tally.failed > 0) session.exit_code = kExitFailed;
}

}  // namespace

void AddGuidelineCommands(CLI::App& program, Session& session) {
  CLI::App* guideline = program.add_subcommand("guideline", "Work on guidelines for replies");
  guideline->require_subcommand(1);
  auto options = std::make_shared<GuidelineTestOptions>();
  CLI::App* test = guideline->add_subcommand("test", "Try example replies against guidelines; needs no server");
  test->add_option("files", options->files, "YAML files with example replies and what is expected of them")->required();
  test->add_option("-g,--guidelines", options->guidelines, "The YAML file with the guidelines")->required();
  test->add_option("-f,--file", options->configuration,
                   "The YAML file of topics: examples may be about all of them, not only those that guidelines name");
  test->callback([&session, options] { TestGuidelines(session, *options); });
}

}  // namespace switchboard::client
