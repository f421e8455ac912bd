// One real server with a configuration in force, shared by the tests of an executable, and the usual calls to it.
#ifndef SWITCHBOARD_TESTS_E2E_E2E_SERVER_H_
#define SWITCHBOARD_TESTS_E2E_E2E_SERVER_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "switchboard/v1/frontline.grpc.pb.h"
#include "switchboard/v1/intake.grpc.pb.h"
#include "switchboard/v1/operations.grpc.pb.h"
#include "switchboard/v1/triage.grpc.pb.h"
#include "tests/support/server_process.h"

namespace switchboard::e2e {

// With its private PostgreSQL. Fails the test, and ends the executable, where it does not come up.
std::unique_ptr<ServerProcess> StartServer(std::vector<std::string> arguments = {});

// Puts the configuration in force through the client.
void Apply(const ServerProcess& server, const std::string& yaml);
void ApplyFile(const ServerProcess& server, const std::string& path);

// What the client prints with --json, one object a line. Fails the test where it does not exit with `exit_code`.
std::vector<nlohmann::json> ClientJson(const ServerProcess& server, std::vector<std::string> arguments,
                                       int exit_code = 0);

// Lines of JSON.
std::vector<nlohmann::json> ReadJsonLines(const std::string& path);

// The number that a statement gives, asked by psql over the private PostgreSQL's socket.
int64_t AskPsql(const ServerProcess& server, const std::string& sql);

// The sum of a figure over `queue list --json`: "ready" of the figures, or "received_total" of the queue.
int64_t SumOfQueues(const ServerProcess& server, const std::string& figure);

// Stubs of one server; every call has a deadline.
class Api {
 public:
  explicit Api(const std::shared_ptr<grpc::Channel>& channel);

  absl::StatusOr<v1::Inquiry> Submit(const v1::SubmitInquiryRequest& request);
  absl::StatusOr<std::vector<v1::Lease>> Claim(const std::string& queue, int most, absl::Duration wait,
                                               absl::Duration lease = absl::Minutes(1));
  absl::Status Complete(const std::string& token);
  absl::StatusOr<v1::ReleaseInquiryResponse> Release(const std::string& token, absl::Duration delay);

  v1::IntakeService::Stub& intake() { return *intake_; }
  v1::TriageService::Stub& triage() { return *triage_; }
  v1::FrontlineService::Stub& frontline() { return *frontline_; }
  v1::OperationsService::Stub& operations() { return *operations_; }

 private:
  std::unique_ptr<v1::IntakeService::Stub> intake_;
  std::unique_ptr<v1::TriageService::Stub> triage_;
  std::unique_ptr<v1::FrontlineService::Stub> frontline_;
  std::unique_ptr<v1::OperationsService::Stub> operations_;
};

// A request for the queue `roads` of the small configuration.
v1::SubmitInquiryRequest RoadRequest(const std::string& text = "There is a pothole on Elm Street");

// Makes a unary call with a deadline; its status with all details.
template <typename Stub, typename Request, typename Response>
absl::Status CallFor(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                     const Request& request, Response& response);

void SetDeadline(grpc::ClientContext& context);
absl::Status Converted(const grpc::Status& status);

template <typename Stub, typename Request, typename Response>
absl::Status CallFor(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                     const Request& request, Response& response) {
  grpc::ClientContext context;
  SetDeadline(context);
  return Converted((stub.*method)(&context, request, &response));
}

}  // namespace switchboard::e2e

#endif  // SWITCHBOARD_TESTS_E2E_E2E_SERVER_H_
