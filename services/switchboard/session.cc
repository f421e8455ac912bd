#include "services/switchboard/session.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "common/rpc/status_conversion.h"
#include "common/status/errors.h"
#include "common/text/string_view.h"
#include "google/rpc/error_details.pb.h"
#include "services/switchboard/output.h"

namespace switchboard::client {
namespace {

int ExitCodeFor(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
      return kExitUnavailable;
    default:
      return kExitFailed;
  }
}

// Whether the message of the error says it already. It does unless it was cut: as "field: description", or where a
// description begins with its place in a file, as "place: field: reason".
bool IsSaid(std::string_view message, const google::rpc::BadRequest::FieldViolation& violation) {
  const std::string& description = violation.description();
  const auto says = [message](std::string_view text) { return message.find(text) != std::string_view::npos; };
  if (says(StrCat(violation.field(), ": ", description))) return true;
  const size_t colon = description.find(": ");
  if (colon == std::string::npos) return false;
  const std::string_view reason = std::string_view(description).substr(colon + 2);
  const std::string place = description.substr(0, colon);
  return says(StrCat(place, ": ", violation.field(), ": ", reason)) || says(StrCat(place, ": ", reason));
}

}  // namespace

std::shared_ptr<grpc::Channel> Session::ChannelTo(const std::string& own_address) {
  ChannelOptions channel_options = options_.channel;
  channel_options.address = own_address.empty() ? options_.server : own_address;
  auto& channel = channels_[channel_options.address];
  if (channel == nullptr) {
    auto made = MakeChannel(channel_options);
    if (!made.ok()) {
      Fail(made.status());
      return nullptr;
    }
    channel = *std::move(made);
  }
  return channel;
}

std::unique_ptr<v1::IntakeService::Stub> Session::Intake() {
  auto channel = ChannelTo(options_.intake_server);
  return channel == nullptr ? nullptr : v1::IntakeService::NewStub(channel);
}

std::unique_ptr<v1::TriageService::Stub> Session::Triage() {
  auto channel = ChannelTo(options_.triage_server);
  return channel == nullptr ? nullptr : v1::TriageService::NewStub(channel);
}

std::unique_ptr<v1::FrontlineService::Stub> Session::Frontline() {
  auto channel = ChannelTo(options_.frontline_server);
  return channel == nullptr ? nullptr : v1::FrontlineService::NewStub(channel);
}

std::unique_ptr<v1::OperationsService::Stub> Session::Operations() {
  auto channel = ChannelTo(options_.operations_server);
  return channel == nullptr ? nullptr : v1::OperationsService::NewStub(channel);
}

std::unique_ptr<v1::AnswerService::Stub> Session::Answers() {
  const auto channel = ChannelTo(options_.frontline_server);
  return channel == nullptr ? nullptr : v1::AnswerService::NewStub(channel);
}

std::unique_ptr<v1::WorkerService::Stub> Session::Workers() {
  auto channel = ChannelTo(options_.frontline_server);
  return channel == nullptr ? nullptr : v1::WorkerService::NewStub(channel);
}

std::unique_ptr<v1::AuthorityService::Stub> Session::Authority() {
  auto channel = ChannelTo(options_.frontline_server);
  return channel == nullptr ? nullptr : v1::AuthorityService::NewStub(channel);
}

std::unique_ptr<v1::ModelService::Stub> Session::Models() {
  auto channel = ChannelTo(options_.triage_server);
  return channel == nullptr ? nullptr : v1::ModelService::NewStub(channel);
}

std::unique_ptr<grpc::ClientContext> Session::NewCall(double at_least_seconds) const {
  auto context = std::make_unique<grpc::ClientContext>();
  const auto timeout = std::chrono::duration<double>(std::max(options_.timeout_seconds, at_least_seconds));
  context->set_deadline(std::chrono::system_clock::now() +
                        std::chrono::duration_cast<std::chrono::milliseconds>(timeout));
  return context;
}

bool Session::Check(const grpc::Status& status) {
  if (status.ok()) return true;
  Fail(FromGrpc(status));
  return false;
}

void Session::Fail(const absl::Status& status) {
  exit_code = ExitCodeFor(status);
  if (options_.json) {
    PrintJson(ToProto(status), stderr);
    return;
  }
  std::fprintf(stderr, "%s %s: %s\n", Paint(Colour::kRed, "error:", stderr).c_str(),
               std::string(CodeName(status.code())).c_str(), std::string(status.message()).c_str());
  google::rpc::BadRequest bad_request;
  if (ReadDetail(status, bad_request)) {
    for (const auto& violation : bad_request.field_violations()) {
      if (IsSaid(MessageOf(status), violation)) continue;
      std::fprintf(stderr, "  %s: %s\n", violation.field().c_str(), violation.description().c_str());
    }
  }
  if (status.code() == absl::StatusCode::kUnavailable && ReasonOf(status).empty()) {
    std::fprintf(stderr, "  Is switchboardd running at %s? Name another address with --server or SWITCHBOARD_SERVER.\n",
                 options_.server.c_str());
  }
}

void Session::Warn(std::string_view text) const {
  if (options_.json) {
    const nlohmann::json line{{"warning", text}};
    std::fprintf(stderr, "%s\n", line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return;
  }
  std::fprintf(stderr, "%s %s\n", Paint(Colour::kYellow, "warning:", stderr).c_str(), std::string(text).c_str());
}

}  // namespace switchboard::client
