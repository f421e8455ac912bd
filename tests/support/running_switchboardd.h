// The real switchboardd, running, with stubs for its API.
#ifndef SWITCHBOARD_TESTS_SUPPORT_RUNNING_SWITCHBOARDD_H_
#define SWITCHBOARD_TESTS_SUPPORT_RUNNING_SWITCHBOARDD_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/rpc/status_conversion.h"
#include "switchboard/v1/frontline.grpc.pb.h"
#include "switchboard/v1/intake.grpc.pb.h"
#include "switchboard/v1/operations.grpc.pb.h"
#include "switchboard/v1/triage.grpc.pb.h"
#include "tests/support/tested_program.h"

namespace switchboard {

// Listens on free ports. Ended by SIGKILL when destroyed.
class RunningSwitchboardd {
 public:
  // `flags` say where its database is (--data-dir=… or --database=…), and anything else. Null, with a test failure that
  // shows its log, where it does not come up.
  static std::unique_ptr<RunningSwitchboardd> Start(std::vector<std::string> flags);

  // SIGTERM; the exit code.
  std::optional<int> Stop();

  TestedProgram& process() { return *process_; }
  const std::string& address() const { return address_; }
  int metrics_port() const { return metrics_port_; }

  // The body of a GET on the metrics port, "" where there is no answer.
  std::string HttpGet(const std::string& path) const;

  v1::IntakeService::Stub& intake() { return *intake_; }
  v1::TriageService::Stub& triage() { return *triage_; }
  v1::FrontlineService::Stub& frontline() { return *frontline_; }
  v1::OperationsService::Stub& operations() { return *operations_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

 private:
  RunningSwitchboardd() = default;
  void ReadPorts(const std::string& port_file);

  TemporaryDirectory directory_;
  std::unique_ptr<TestedProgram> process_;
  std::string address_;
  int metrics_port_ = 0;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::IntakeService::Stub> intake_;
  std::unique_ptr<v1::TriageService::Stub> triage_;
  std::unique_ptr<v1::FrontlineService::Stub> frontline_;
  std::unique_ptr<v1::OperationsService::Stub> operations_;
};

// Where the build put the program: $SWITCHBOARDD, or the build tree.
std::string SwitchboarddPath();

// Makes a unary call with a deadline of 30 s; an error is an absl::Status with its details.
//   Call(server.intake(), &v1::IntakeService::Stub::SubmitInquiry, request)
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                              const std::type_identity_t<Request>& request) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(2)));
  Response response;
  const absl::Status status = FromGrpc((stub.*method)(&context, request, &response));
  if (!status.ok()) return status;
  return response;
}

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_RUNNING_SWITCHBOARDD_H_
