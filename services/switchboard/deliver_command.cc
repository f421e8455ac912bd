#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "common/rpc/status_conversion.h"
#include "common/runtime/signals.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "common/time/clock.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/connector_command.h"
#include "services/switchboard/output.h"
#include "services/switchboard/retry.h"
#include "switchboard/v1/delivery.grpc.pb.h"

namespace switchboard::client {
namespace {

constexpr absl::Duration kPause = absl::Seconds(1);  // before asking again where nothing waits
// By so much the lease is longer than the command may take: to stop it (kStopGrace), and to report.
constexpr absl::Duration kReportTime = absl::Seconds(15);
constexpr absl::Duration kLongestLease = absl::Hours(24);

struct DeliverOptions {
  std::string channel;
  std::string command;
  int64_t count = 0;
  int lease_seconds = 60;
  double give_up_after_seconds = 300;
  bool until_empty = false;
};

// Claims the replies of a channel one by one, has each delivered, and reports it. The first SIGINT, SIGTERM or SIGHUP
// ends it once what it has in hand is reported; the second stops the command that runs, and no call is repeated then.
class Deliverer {
 public:
  Deliverer(Session& session, const DeliverOptions& options, v1::Channel channel);

  void Run();

 private:
  // Nothing where there is none, or where the session failed.
  std::optional<v1::Delivery> Claim();
  v1::ReportDeliveryRequest RunCommand(const v1::Delivery& delivery);
  void Report(const v1::Delivery& delivery, const v1::ReportDeliveryRequest& report);

  // Repeats a call while the server is away or says "not now", until `stop`.
  absl::Status CallPatiently(const bool& stop, absl::FunctionRef<grpc::Status()> call);
  // Notes the signals that come meanwhile. True where everything is to stop now.
  bool Wait(absl::Duration duration);

  TerminationSignals signals_;  // before the connection, whose threads are not to take them
  const SystemClock clock_;
  Session& session_;
  const DeliverOptions& options_;
  const absl::Duration lease_;
  v1::ClaimDeliveriesRequest claim_;
  std::unique_ptr<v1::DeliveryService::Stub> stub_;  // null where the session failed
  bool stopping_ = false;
  bool stopping_now_ = false;
};

Deliverer::Deliverer(Session& session, const DeliverOptions& options, v1::Channel channel)
    : session_(session),
      options_(options),
      lease_(std::min(absl::Seconds(options.lease_seconds) + kReportTime, kLongestLease)) {
  claim_.set_channel(channel);
  claim_.mutable_lease_duration()->set_seconds(absl::ToInt64Seconds(lease_));
  const auto connection = session.ChannelTo(session.options().frontline_server);
  if (connection != nullptr) stub_ = v1::DeliveryService::NewStub(connection);
}

bool Deliverer::Wait(absl::Duration duration) {
  if (signals_.WaitFor(duration) != 0) stopping_now_ = std::exchange(stopping_, true);
  return stopping_now_;
}

absl::Status Deliverer::CallPatiently(const bool& stop, absl::FunctionRef<grpc::Status()> call) {
  const absl::Duration give_up = clock_.Elapsed() + absl::Seconds(options_.give_up_after_seconds);
  for (absl::Duration pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    const absl::Status status = FromGrpc(call());
    if (!WantsAnotherTry(static_cast<int>(status.code())) || stop || clock_.Elapsed() >= give_up) return status;
    if (pause == kFirstPause) {
      session_.Warn(StrCat(MessageOf(status), "; trying again for ", options_.give_up_after_seconds, " s at most"));
    }
    Wait(pause);
  }
}

std::optional<v1::Delivery> Deliverer::Claim() {
  v1::ClaimDeliveriesResponse response;
  const absl::Status status =
      CallPatiently(stopping_, [&] { return stub_->ClaimDeliveries(session_.NewCall().get(), claim_, &response); });
  if (!status.ok()) session_.Fail(status);
  if (response.deliveries().empty()) return std::nullopt;
  return std::move(*response.mutable_deliveries(0));
}

v1::ReportDeliveryRequest Deliverer::RunCommand(const v1::Delivery& delivery) {
  const absl::StatusOr<ConnectorRun> run = RunConnector(options_.command, delivery, lease_ - kReportTime,
                                                        [this](absl::Duration duration) { return Wait(duration); });
  v1::ReportDeliveryRequest report;
  if (run.ok()) {
    report = ReportOf(*run);
  } else {
    report.set_outcome(v1::ReportDeliveryRequest::TECHNICAL_FAILURE);
    report.set_detail(std::string(MessageOf(run.status())));
  }
  report.set_delivery_token(delivery.delivery_token());
  return report;
}

void Deliverer::Report(const v1::Delivery& delivery, const v1::ReportDeliveryRequest& report) {
  v1::ReportDeliveryResponse response;
  const absl::Status status =
      CallPatiently(stopping_now_, [&] { return stub_->ReportDelivery(session_.NewCall().get(), report, &response); });
  const std::string outcome = v1::ReportDeliveryRequest::Outcome_Name(report.outcome());
  if (HasReason(status, reason::kLeaseLost)) {
    return session_.Warn(
        StrCat(delivery.inquiry(), " ", outcome, " is not on the record, it was too late: ", MessageOf(status)));
  }
  if (!status.ok()) return session_.Fail(status);
  if (session_.json()) {
    PrintJson(report);
  } else {
    std::printf("%s %s%s%s\n", delivery.inquiry().c_str(), outcome.c_str(), report.detail().empty() ? "" : " ",
                report.detail().c_str());
  }
  std::fflush(stdout);
}

void Deliverer::Run() {
  if (stub_ == nullptr) return;
  for (int64_t done = 0; (options_.count == 0 || done < options_.count) && !stopping_;) {
    const std::optional<v1::Delivery> delivery = Claim();
    if (session_.exit_code != kExitOk) return;
    if (delivery.has_value()) {
      Report(*delivery, RunCommand(*delivery));
      if (session_.exit_code != kExitOk) return;
      ++done;
      continue;
    }
    if (options_.until_empty) return;
    Wait(kPause);
  }
}

void Deliver(Session& session, const DeliverOptions& options) {
  v1::Channel channel = v1::CHANNEL_UNSPECIFIED;
  if (!v1::Channel_Parse(absl::AsciiStrToUpper(options.channel), &channel)) {
    session.Fail(absl::InvalidArgumentError(StrCat("channel \"", options.channel, "\" is unknown")));
    session.exit_code = kExitUsage;
    return;
  }
  Deliverer(session, options, channel).Run();
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
      "What runs for longer than --lease is stopped (SIGTERM, five seconds later SIGKILL, to all of its process "
      "group)\n"
      "and tried again later. Ctrl-C ends once what is in hand is reported; a second one stops the command.\n"
      "Example:\n"
      "  switchboard deliver --channel EMAIL --exec 'sendmail \"$SWITCHBOARD_ADDRESS\"'");
  command->add_option("-c,--channel", options->channel, "X, FACEBOOK, EMAIL, …")->required();
  command->add_option("--exec", options->command, "What delivers one reply; run by the shell")->required();
  command->add_option("-n,--count", options->count, "Stop after so many; by default at Ctrl-C")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--lease", options->lease_seconds, "Seconds the command may take")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  command
      ->add_option("--give-up-after", options->give_up_after_seconds,
                   "Seconds without an answer before giving up; until then it tries again")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_flag("--until-empty", options->until_empty, "Stop when nothing is due");
  command->callback([&session, options] { Deliver(session, *options); });
}

}  // namespace switchboard::client
