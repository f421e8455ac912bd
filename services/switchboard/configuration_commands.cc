#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

#include "common/text/string_view.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"

namespace switchboard::client {
namespace {

// The server learns the topics before it answers.
constexpr double kLongestApplySeconds = 600;

struct ApplyOptions {
  std::string file;
  std::string guidelines;
  std::string answers;
  std::string applied_by;
  bool dry_run = false;
};

// Reads a file, or standard input where it is "-". False, with the session failed, where it cannot be read or is empty:
// to the server that means that nothing was given.
bool ReadFile(Session& session, const std::string& path, std::string* content) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) {
      session.Fail(absl::NotFoundError(StrCat("cannot read ", path)));
      return false;
    }
  }
  content->assign(std::istreambuf_iterator<char>(path == "-" ? std::cin : file), {});
  if (content->empty()) session.Fail(absl::InvalidArgumentError(StrCat(path == "-" ? "stdin" : path, " is empty")));
  return !content->empty();
}

void Apply(Session& session, const ApplyOptions& options) {
  v1::ApplyConfigurationRequest request;
  if (!options.file.empty()) {
    if (!ReadFile(session, options.file, request.mutable_yaml())) return;
    request.set_file_name(options.file == "-" ? "stdin" : options.file);
  }
  if (!options.guidelines.empty()) {
    if (!ReadFile(session, options.guidelines, request.mutable_guidelines())) return;
    request.set_guidelines_file_name(options.guidelines);
  }
  if (!options.answers.empty()) {
    if (!ReadFile(session, options.answers, request.mutable_answers())) return;
    request.set_answers_file_name(options.answers);
  }
  request.set_validate_only(options.dry_run);
  request.set_applied_by(options.applied_by);
  auto stub = session.Operations();
  if (stub == nullptr) return;
  v1::ApplyConfigurationResponse response;
  if (!session.Check(stub->ApplyConfiguration(session.NewCall(kLongestApplySeconds).get(), request, &response))) return;
  if (session.json()) return PrintJson(response);
  for (const std::string& warning : response.warnings()) std::fprintf(stderr, "warning: %s\n", warning.c_str());
  std::printf("%s %lld: %d topics, %d queues, %d routes, %d guidelines, %d answers\n",
              options.dry_run        ? "valid; version in force is"
              : response.unchanged() ? "unchanged; version in force is"
                                     : "applied as version",
              static_cast<long long>(response.version()), response.topic_count(), response.queue_count(),
              response.route_count(), response.guideline_count(), response.answer_count());
}

void ShowConfiguration(Session& session) {
  auto stub = session.Operations();
  if (stub == nullptr) return;
  v1::GetConfigurationResponse response;
  if (!session.Check(stub->GetConfiguration(session.NewCall().get(), {}, &response))) return;
  session.json() ? PrintJson(response) : static_cast<void>(std::fputs(response.yaml().c_str(), stdout));
}

}  // namespace

void AddConfigurationCommands(CLI::App& program, Session& session) {
  auto options = std::make_shared<ApplyOptions>();
  CLI::App* apply = program.add_subcommand(
      "apply", "Put topics, routes, queues, guidelines and answers in force, whole or not at all");
  apply->add_option("-f,--file", options->file, "The YAML file of topics, routes and queues; - reads standard input");
  apply->add_option("-g,--guidelines", options->guidelines, "The YAML file of guidelines for replies");
  apply->add_option("-a,--answers", options->answers, "The YAML file of the library of answers");
  apply->add_option("--applied-by", options->applied_by, "Who applies it, for the record")->envname("USER");
  apply->add_flag("--dry-run", options->dry_run, "Check it, change nothing");
  apply->callback([&session, options] {
    if (options->file.empty() && options->guidelines.empty() && options->answers.empty()) {
      throw CLI::RequiredError("--file, --guidelines or --answers");
    }
    Apply(session, *options);
  });

  program.add_subcommand("configuration", "Print the configuration in force")->callback([&session] {
    ShowConfiguration(session);
  });
}

}  // namespace switchboard::client
