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
  std::string applied_by;
  bool dry_run = false;
};

void Apply(Session& session, const ApplyOptions& options) {
  v1::ApplyConfigurationRequest request;
  if (options.file == "-") {
    request.set_yaml(std::string(std::istreambuf_iterator<char>(std::cin), {}));
    request.set_file_name("stdin");
  } else {
    std::ifstream file(options.file, std::ios::binary);
    if (!file) return session.Fail(absl::NotFoundError(StrCat("cannot read ", options.file)));
    request.set_yaml(std::string(std::istreambuf_iterator<char>(file), {}));
    request.set_file_name(options.file);
  }
  request.set_validate_only(options.dry_run);
  request.set_applied_by(options.applied_by);
  auto stub = session.Operations();
  if (stub == nullptr) return;
  v1::ApplyConfigurationResponse response;
  if (!session.Check(stub->ApplyConfiguration(session.NewCall(kLongestApplySeconds).get(), request, &response))) return;
  if (session.json()) return PrintJson(response);
  for (const std::string& warning : response.warnings()) std::fprintf(stderr, "warning: %s\n", warning.c_str());
  std::printf("%s %lld: %d topics, %d queues, %d routes\n",
              options.dry_run        ? "valid; version in force is"
              : response.unchanged() ? "unchanged; version in force is"
                                     : "applied as version",
              static_cast<long long>(response.version()), response.topic_count(), response.queue_count(),
              response.route_count());
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
  CLI::App* apply = program.add_subcommand("apply", "Put topics, routes and queues in force, whole or not at all");
  apply->add_option("-f,--file", options->file, "The YAML file; - reads standard input")->required();
  apply->add_option("--applied-by", options->applied_by, "Who applies it, for the record")->envname("USER");
  apply->add_flag("--dry-run", options->dry_run, "Check it, change nothing");
  apply->callback([&session, options] { Apply(session, *options); });

  program.add_subcommand("configuration", "Print the configuration in force")->callback([&session] {
    ShowConfiguration(session);
  });
}

}  // namespace switchboard::client
