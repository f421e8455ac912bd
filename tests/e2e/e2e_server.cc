#include "tests/e2e/e2e_server.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include "common/rpc/status_conversion.h"
#include "common/text/string_view.h"
#include "tests/support/program.h"

namespace switchboard::e2e {
namespace {

std::vector<nlohmann::json> ParseLines(std::istream& input) {
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(input, line);) {
    if (!line.empty()) lines.push_back(nlohmann::json::parse(line));
  }
  return lines;
}

void SetDuration(absl::Duration duration, google::protobuf::Duration& proto) {
  proto.set_seconds(absl::ToInt64Seconds(duration));
  proto.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(duration % absl::Seconds(1))));
}

// 64-bit numbers are texts in the JSON of protobuf.
int64_t NumberIn(const nlohmann::json& value) {
  return value.is_string() ? std::atoll(value.get<std::string>().c_str()) : value.get<int64_t>();
}

}  // namespace

std::unique_ptr<ServerProcess> StartServer(std::vector<std::string> arguments) {
  auto server =
      std::make_unique<ServerProcess>(ServerProcessOptions{.arguments = std::move(arguments), .unix_socket = false});
  const absl::Status started = server->Start();
  if (!started.ok()) {
    std::fprintf(stderr, "%s\n", started.ToString().c_str());
    std::_Exit(2);
  }
  return server;
}

void Apply(const ServerProcess& server, const std::string& yaml) {
  const TemporaryDirectory directory;
  WriteFile(directory.File("configuration.yaml"), yaml);
  ApplyFile(server, directory.File("configuration.yaml"));
}

void ApplyFile(const ServerProcess& server, const std::string& path) {
  const ProgramResult result = RunClient(server.address(), {"apply", "-f", path, "--timeout", "120"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
}

std::vector<nlohmann::json> ClientJson(const ServerProcess& server, std::vector<std::string> arguments, int exit_code) {
  arguments.push_back("--json");
  const std::string command = arguments.front();
  const ProgramResult result = RunClient(server.address(), std::move(arguments), absl::Minutes(5));
  EXPECT_EQ(result.exit_code, exit_code) << command << ": " << result.err;
  std::istringstream out(result.out);
  return ParseLines(out);
}

std::vector<nlohmann::json> ReadJsonLines(const std::string& path) {
  std::ifstream file(path);
  return ParseLines(file);
}

int64_t AskPsql(const ServerProcess& server, const std::string& sql) {
  const ProgramResult result = RunProgram({"/usr/bin/psql", "-X", "-A", "-t", "-d", server.own_conninfo(), "-c", sql});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  return std::atoll(result.out.c_str());
}

int64_t SumOfQueues(const ServerProcess& server, const std::string& figure) {
  int64_t sum = 0;
  for (const nlohmann::json& page : ClientJson(server, {"queue", "list"})) {
    for (const nlohmann::json& queue : page["queues"]) {
      sum += NumberIn(queue.contains(figure) ? queue[figure] : queue["figures"][figure]);
    }
  }
  return sum;
}

Api::Api(const std::shared_ptr<grpc::Channel>& channel)
    : intake_(v1::IntakeService::NewStub(channel)),
      triage_(v1::TriageService::NewStub(channel)),
      frontline_(v1::FrontlineService::NewStub(channel)),
      operations_(v1::OperationsService::NewStub(channel)) {}

absl::StatusOr<v1::Inquiry> Api::Submit(const v1::SubmitInquiryRequest& request) {
  v1::SubmitInquiryResponse response;
  const absl::Status status = CallFor(*intake_, &v1::IntakeService::Stub::SubmitInquiry, request, response);
  if (!status.ok()) return status;
  return response.inquiry();
}

absl::StatusOr<std::vector<v1::Lease>> Api::Claim(const std::string& queue, int most, absl::Duration wait,
                                                  absl::Duration lease) {
  v1::ClaimInquiriesRequest request;
  request.add_queues(queue);
  request.set_worker("workers/anna");
  request.set_max_inquiries(most);
  SetDuration(wait, *request.mutable_wait_duration());
  SetDuration(lease, *request.mutable_lease_duration());
  v1::ClaimInquiriesResponse response;
  const absl::Status status = CallFor(*frontline_, &v1::FrontlineService::Stub::ClaimInquiries, request, response);
  if (!status.ok()) return status;
  return std::vector<v1::Lease>(response.leases().begin(), response.leases().end());
}

absl::Status Api::Complete(const std::string& token) {
  v1::CompleteInquiryRequest request;
  request.set_lease_token(token);
  request.set_disposition(v1::ANSWERED);
  v1::CompleteInquiryResponse response;
  return CallFor(*frontline_, &v1::FrontlineService::Stub::CompleteInquiry, request, response);
}

absl::StatusOr<v1::ReleaseInquiryResponse> Api::Release(const std::string& token, absl::Duration delay) {
  v1::ReleaseInquiryRequest request;
  request.set_lease_token(token);
  SetDuration(delay, *request.mutable_delay());
  v1::ReleaseInquiryResponse response;
  const absl::Status status = CallFor(*frontline_, &v1::FrontlineService::Stub::ReleaseInquiry, request, response);
  if (!status.ok()) return status;
  return response;
}

v1::SubmitInquiryRequest RoadRequest(const std::string& text) {
  v1::SubmitInquiryRequest request;
  request.mutable_inquiry()->set_channel(v1::WEB);
  request.mutable_inquiry()->set_topic("topics/potholes");
  request.mutable_inquiry()->set_language("en");
  request.mutable_inquiry()->set_text(text);
  return request;
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
}

absl::Status Converted(const grpc::Status& status) { return FromGrpc(status); }

}  // namespace switchboard::e2e
