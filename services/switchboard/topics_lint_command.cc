#include "services/switchboard/topics_lint_command.h"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common/text/string_view.h"
#include "services/switchboard/corrections_command.h"
#include "services/switchboard/output.h"
#include "services/triage/topic_lint.h"

namespace switchboard::client {
namespace {

constexpr size_t kShownExamples = 5;
constexpr size_t kShownWidth = 100;

struct LintOptions {
  std::string file;
  bool corrections = false;
  bool strict = false;
};

struct WrittenConfiguration {
  std::string yaml;
  std::string name;
};

// The file, or what is in force on the server where none is named. Nothing where that failed, which is then told.
std::optional<WrittenConfiguration> ReadConfiguration(Session& session, const std::string& file) {
  if (!file.empty()) {
    std::ifstream in(file, std::ios::binary);
    if (in) return WrittenConfiguration{std::string(std::istreambuf_iterator<char>(in), {}), file};
    session.Fail(absl::NotFoundError(StrCat("cannot read ", file)));
    return std::nullopt;
  }
  auto stub = session.Operations();
  if (stub == nullptr) return std::nullopt;
  v1::GetConfigurationResponse response;
  if (!session.Check(stub->GetConfiguration(session.NewCall().get(), {}, &response))) return std::nullopt;
  return WrittenConfiguration{response.yaml(), StrCat("configuration ", response.version())};
}

const char* NameOf(triage::LintKind kind) { return kind == triage::LintKind::kSame ? "SAME" : "LOOKS_LIKE"; }

void PrintFinding(const triage::LintFinding& finding) {
  const bool single = finding.examples.size() == 1;
  std::printf("%s\n",
              StrCat(WithCommas(static_cast<int64_t>(finding.examples.size())),
                     single ? " example of " : " examples of ", finding.topic,
                     finding.kind == triage::LintKind::kSame ? (single ? " is also one of " : " are also ones of ")
                                                             : (single ? " looks like " : " look like "),
                     finding.other)
                  .c_str());
  for (size_t i = 0; i < finding.examples.size() && i < kShownExamples; ++i) {
    std::printf("    %s\n", OneLine(finding.examples[i], kShownWidth).c_str());
  }
}

void PrintFindingAsJson(const triage::LintFinding& finding) {
  const nlohmann::ordered_json line = {{"kind", NameOf(finding.kind)},
                                       {"topic", finding.topic},
                                       {"other", finding.other},
                                       {"examples", finding.examples}};
  std::puts(line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
}

// What is not rejected, with its topic's id; nothing where a call failed.
std::optional<std::vector<triage::LabelledText>> CorrectionsToLint(Session& session) {
  const auto fetched = FetchCorrections(session, v1::Correction::STATE_UNSPECIFIED);
  if (!fetched) return std::nullopt;
  std::vector<triage::LabelledText> texts;
  for (const v1::Correction& each : *fetched) {
    if (each.state() != v1::Correction::REJECTED) texts.push_back({ShortName(each.topic()), each.text()});
  }
  return texts;
}

void Lint(Session& session, const LintOptions& options) {
  const auto written = ReadConfiguration(session, options.file);
  if (!written) return;
  const auto configuration = triage::ParseConfiguration(written->yaml, written->name);
  if (!configuration.ok()) return session.Fail(configuration.status());
  std::optional<std::vector<triage::LabelledText>> corrections;
  if (options.corrections && !(corrections = CorrectionsToLint(session))) return;
  const std::vector<triage::LintFinding> findings =
      triage::LintTopics(**configuration, corrections.value_or(std::vector<triage::LabelledText>()));
  for (const triage::LintFinding& finding : findings) {
    session.json() ? PrintFindingAsJson(finding) : PrintFinding(finding);
  }
  if (findings.empty() && !session.json()) std::puts("nothing to remark");
  if (options.strict && !findings.empty()) session.exit_code = kExitFailed;
}

}  // namespace

void AddTopicsLintCommand(CLI::App& topics, Session& session) {
  auto options = std::make_shared<LintOptions>();
  CLI::App* lint = topics.add_subcommand("lint", "Find examples of one topic that are, or look like, another's");
  lint->add_option("-f,--file", options->file, "The YAML file; else the configuration in force on the server");
  lint->add_flag("--corrections", options->corrections, "With what staff corrected and nobody rejected");
  lint->add_flag("--strict", options->strict, "Exit with 1 where anything is found");
  lint->footer("With --json, one object a finding: kind (SAME or LOOKS_LIKE), topic, other, examples.");
  lint->callback([&session, options] { Lint(session, *options); });
}

}  // namespace switchboard::client
