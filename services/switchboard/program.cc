#include "services/switchboard/program.h"

#include <CLI/CLI.hpp>

#include "services/switchboard/commands.h"
#include "services/switchboard/session.h"

#ifndef SWITCHBOARD_VERSION
#error "the build defines SWITCHBOARD_VERSION"
#endif

namespace switchboard::client {
namespace {

void AddSessionOptions(CLI::App& program, SessionOptions& options) {
  program.add_option("-s,--server", options.server, "host:port of Switchboard")
      ->envname("SWITCHBOARD_SERVER")
      ->capture_default_str();
  program.add_option("--intake-server", options.intake_server, "host:port of intake, where it has its own")
      ->envname("SWITCHBOARD_INTAKE_SERVER");
  program.add_option("--triage-server", options.triage_server, "host:port of triage, where it has its own")
      ->envname("SWITCHBOARD_TRIAGE_SERVER");
  program.add_option("--frontline-server", options.frontline_server, "host:port of frontline, where it has its own")
      ->envname("SWITCHBOARD_FRONTLINE_SERVER");
  program.add_option("--operations-server", options.operations_server, "host:port of operations, where it has its own")
      ->envname("SWITCHBOARD_OPERATIONS_SERVER");
  program.add_flag("--tls", options.channel.tls, "Use TLS with the system's authorities")->envname("SWITCHBOARD_TLS");
  program.add_option("--tls-ca", options.channel.tls_ca_file, "PEM file of the authority that signed the server")
      ->envname("SWITCHBOARD_TLS_CA");
  program.add_option("--tls-certificate", options.channel.tls_certificate_file, "PEM file that this client shows")
      ->envname("SWITCHBOARD_TLS_CERTIFICATE");
  program.add_option("--tls-key", options.channel.tls_key_file, "PEM file of its key")->envname("SWITCHBOARD_TLS_KEY");
  program.add_option("--tls-server-name", options.channel.tls_server_name, "Name expected in the server's certificate");
  program.add_option("--caller", options.channel.caller, "Who calls, for the server's metrics")
      ->envname("SWITCHBOARD_CALLER")
      ->capture_default_str();
  program.add_option("--timeout", options.timeout_seconds, "Seconds a call may take")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  program.add_flag("--json", options.json, "Print JSON: one object a line, errors on stderr");
}

}  // namespace

int RunProgram(int argc, const char* const* argv) {
  CLI::App program("Takes in what citizens ask, sorts it, and hands it to the people who answer.", "switchboard");
  program.set_version_flag("--version", "switchboard " SWITCHBOARD_VERSION);
  program.require_subcommand(1);
  program.fallthrough();  // `switchboard queue list --json` means the same as `switchboard --json queue list`
  program.footer(
      "Exit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 server away or overloaded,\n"
      "4 done but some records were rejected. Colours only on a terminal; NO_COLOR is respected.");
  Session session;
  AddSessionOptions(program, session.options());
  AddSubmitCommand(program, session);
  AddWorkCommand(program, session);
  AddInquiryCommands(program, session);
  AddQueueCommands(program, session);
  AddDeadLetterCommands(program, session);
  AddTriageCommands(program, session);
  AddModelCommands(program, session);
  AddConfigurationCommands(program, session);
  AddDeliverCommand(program, session);
  AddGuidelineCommands(program, session);
  AddWorkerCommands(program, session);
  AddReplyCommand(program, session);
  AddDraftCommands(program, session);
  AddAnswerCommands(program, session);
  AddHealthCommand(program, session);
  AddCompletionCommand(program);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = program.exit(error);
    return code == 0 ? kExitOk : kExitUsage;
  }
  return session.exit_code;
}

}  // namespace switchboard::client
