#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "common/text/string_view.h"
#include "common/text/utf8.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"
#include "switchboard/v1/delivery.grpc.pb.h"

extern char** environ;

namespace switchboard::client {
namespace {

using Outcome = v1::ReportDeliveryRequest::Outcome;

constexpr size_t kMostDetailBytes = 512;
constexpr size_t kMostReadBytes =
    4096;  // of what the command wrote; a character cut in half at its end goes no further
constexpr auto kPause = std::chrono::seconds(1);  // before asking again where nothing waits

struct DeliverOptions {
  std::string channel;
  std::string command;
  int64_t count = 0;
  int lease_seconds = 60;
  bool until_empty = false;
};

using File = std::unique_ptr<FILE, decltype(&std::fclose)>;

File TemporaryFile() { return {std::tmpfile(), &std::fclose}; }

// The environment of the command: this program's, and what it must know of the message.
std::vector<std::string> EnvironmentFor(const v1::Delivery& delivery) {
  std::vector<std::string> environment;
  for (char** each = environ; *each != nullptr; ++each) environment.emplace_back(*each);
  environment.push_back("SWITCHBOARD_INQUIRY=" + delivery.inquiry());
  environment.push_back("SWITCHBOARD_CHANNEL=" + v1::Channel_Name(delivery.channel()));
  environment.push_back("SWITCHBOARD_VISIBILITY=" + v1::Visibility_Name(delivery.visibility()));
  environment.push_back("SWITCHBOARD_AUTHOR=" + delivery.author());
  environment.push_back("SWITCHBOARD_ADDRESS=" + (delivery.address().empty() ? delivery.author() : delivery.address()));
  environment.push_back("SWITCHBOARD_EXTERNAL_ID=" + delivery.external_id());
  environment.push_back(StrCat("SWITCHBOARD_ATTEMPTS=", delivery.attempts()));
  return environment;
}

struct Ran {
  int wait_status = 0;
  std::string output;
};

// Runs the command by the shell, with the text on its standard input. Files instead of pipes: neither side waits for
// the other.
absl::StatusOr<Ran> RunCommand(const std::string& command, const v1::Delivery& delivery) {
  const File in = TemporaryFile();
  const File out = TemporaryFile();
  if (in == nullptr || out == nullptr) return absl::InternalError("cannot make a temporary file");
  std::fwrite(delivery.text().data(), 1, delivery.text().size(), in.get());
  std::rewind(in.get());
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in.get()), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(out.get()), STDOUT_FILENO);
  std::vector<std::string> arguments = {"sh", "-c", command};
  std::vector<std::string> environment = EnvironmentFor(delivery);
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (std::string& text : texts) list.push_back(text.data());
    list.push_back(nullptr);
    return list;
  };
  pid_t child = 0;
  const int failed =
      posix_spawn(&child, "/bin/sh", &actions, nullptr, pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  Ran ran;
  if (failed != 0 || waitpid(child, &ran.wait_status, 0) != child) return absl::InternalError("cannot run the command");
  std::rewind(out.get());
  char buffer[kMostReadBytes];
  ran.output.assign(buffer, std::fread(buffer, 1, sizeof buffer, out.get()));
  return ran;
}

// Exit codes are those of sysexits.h.
Outcome OutcomeOf(int wait_status) {
  if (!WIFEXITED(wait_status)) return v1::ReportDeliveryRequest::TECHNICAL_FAILURE;
  switch (WEXITSTATUS(wait_status)) {
    case 0:
      return v1::ReportDeliveryRequest::DELIVERED;
    case 69:
      return v1::ReportDeliveryRequest::PERMANENT_FAILURE;
    case 75:
      return v1::ReportDeliveryRequest::TEMPORARY_FAILURE;
    default:
      return v1::ReportDeliveryRequest::TECHNICAL_FAILURE;
  }
}

// The first line of what the command wrote, as the server takes it: a command may write anything.
std::string DetailOf(std::string_view output) {
  const std::string line = WithoutControls(output.substr(0, output.find('\n')));
  return std::string(TruncateUtf8(ToStd(absl::StripAsciiWhitespace(line)), kMostDetailBytes));
}

// False where the session failed.
bool DeliverOne(Session& session, v1::DeliveryService::Stub& stub, const DeliverOptions& options,
                const v1::Delivery& delivery) {
  v1::ReportDeliveryRequest report;
  report.set_delivery_token(delivery.delivery_token());
  const absl::StatusOr<Ran> ran = RunCommand(options.command, delivery);
  report.set_outcome(ran.ok() ? OutcomeOf(ran->wait_status) : v1::ReportDeliveryRequest::TECHNICAL_FAILURE);
  report.set_detail(ran.ok() ? DetailOf(ran->output) : std::string(MessageOf(ran.status())));
  v1::ReportDeliveryResponse response;
  if (!session.Check(stub.ReportDelivery(session.NewCall().get(), report, &response))) return false;
  if (session.json()) {
    PrintJson(report);
  } else {
    std::printf("%s %s%s%s\n", delivery.inquiry().c_str(),
                v1::ReportDeliveryRequest::Outcome_Name(report.outcome()).c_str(), report.detail().empty() ? "" : " ",
                report.detail().c_str());
  }
  return true;
}

void Deliver(Session& session, const DeliverOptions& options) {
  v1::ClaimDeliveriesRequest request;
  v1::Channel channel = v1::CHANNEL_UNSPECIFIED;
  if (!v1::Channel_Parse(absl::AsciiStrToUpper(options.channel), &channel)) {
    session.Fail(absl::InvalidArgumentError(StrCat("channel \"", options.channel, "\" is unknown")));
    session.exit_code = kExitUsage;
    return;
  }
  request.set_channel(channel);
  request.mutable_lease_duration()->set_seconds(options.lease_seconds);
  const auto grpc_channel = session.ChannelTo(session.options().frontline_server);
  if (grpc_channel == nullptr) return;
  const auto stub = v1::DeliveryService::NewStub(grpc_channel);
  for (int64_t done = 0; options.count == 0 || done < options.count;) {
    v1::ClaimDeliveriesResponse response;
    if (!session.Check(stub->ClaimDeliveries(session.NewCall().get(), request, &response))) return;
    for (const v1::Delivery& delivery : response.deliveries()) {
      if (!DeliverOne(session, *stub, options, delivery)) return;
      ++done;
    }
    if (response.deliveries_size() > 0) continue;
    if (options.until_empty) return;
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

void AddDeliverCommand(CLI::App& program, Session& session) {
  auto options = std::make_shared<DeliverOptions>();
  CLI::App* command = program.add_subcommand("deliver", "Deliver the replies of a channel by a command");
  command->footer(
      "The command gets the text on standard input, and SWITCHBOARD_INQUIRY, _CHANNEL, _VISIBILITY, _AUTHOR,\n"
      "_ADDRESS (of the private leg; else the author), _EXTERNAL_ID and _ATTEMPTS in its environment. It exits with 0 "
      "where the channel has it (its first line of "
      "output\n"
      "is the provider's id), 75 to try again later, 69 to give up; anything else is a fault of the connector.\n"
      "Example:\n"
      "  switchboard deliver --channel EMAIL --exec 'sendmail \"$SWITCHBOARD_ADDRESS\"'");
  command->add_option("-c,--channel", options->channel, "X, FACEBOOK, EMAIL, …")->required();
  command->add_option("--exec", options->command, "What delivers one reply; run by the shell")->required();
  command->add_option("-n,--count", options->count, "Stop after so many; by default at Ctrl-C");
  command->add_option("--lease", options->lease_seconds, "Seconds the command may take")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  command->add_flag("--until-empty", options->until_empty, "Stop when nothing is due");
  command->callback([&session, options] { Deliver(session, *options); });
}

}  // namespace switchboard::client
