// What every command of the client shares: the options before the command, the connections, and how a failure is told.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARD_SESSION_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARD_SESSION_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/rpc/channel.h"
#include "switchboard/v1/answers.grpc.pb.h"
#include "switchboard/v1/authority.grpc.pb.h"
#include "switchboard/v1/frontline.grpc.pb.h"
#include "switchboard/v1/intake.grpc.pb.h"
#include "switchboard/v1/models.grpc.pb.h"
#include "switchboard/v1/operations.grpc.pb.h"
#include "switchboard/v1/triage.grpc.pb.h"
#include "switchboard/v1/workers.grpc.pb.h"

namespace switchboard::client {

// What a script can tell apart.
enum ExitCode {
  kExitOk = 0,
  kExitFailed = 1,       // the server refused, or something went wrong here
  kExitUsage = 2,        // the command line is wrong
  kExitUnavailable = 3,  // the server cannot be reached, is overloaded or has no database
  kExitRejects = 4,      // done, but some of the input was refused; see the file of rejects
};

struct SessionOptions {
  std::string server = "127.0.0.1:7070";
  // Where a service has an address of its own, as in the composition; empty: `server`.
  std::string intake_server;
  std::string triage_server;
  std::string frontline_server;
  std::string operations_server;
  ChannelOptions channel;  // TLS and caller; its address is replaced by those above
  double timeout_seconds = 30;
  bool json = false;
};

// One thread makes the stubs; stubs may be used by any number of threads.
class Session {
 public:
  SessionOptions& options() { return options_; }
  bool json() const { return options_.json; }

  // Null, with exit_code set and the error told, where the TLS files cannot be read.
  std::unique_ptr<v1::IntakeService::Stub> Intake();
  std::unique_ptr<v1::TriageService::Stub> Triage();
  std::unique_ptr<v1::FrontlineService::Stub> Frontline();
  std::unique_ptr<v1::WorkerService::Stub> Workers();       // where frontline is
  std::unique_ptr<v1::AuthorityService::Stub> Authority();  // where frontline is
  std::unique_ptr<v1::OperationsService::Stub> Operations();
  std::unique_ptr<v1::AnswerService::Stub> Answers();  // where frontline is
  std::unique_ptr<v1::ModelService::Stub> Models();    // where triage is
  std::shared_ptr<grpc::Channel> ChannelTo(const std::string& own_address);

  // A context with the --timeout, or `at_least` where that is longer.
  std::unique_ptr<grpc::ClientContext> NewCall(double at_least_seconds = 0) const;

  // True where `status` is OK; else tells the error on stderr (as JSON with --json) and sets the exit code.
  bool Check(const grpc::Status& status);
  void Fail(const absl::Status& status);

  // Tells on stderr what somebody should look at although the command goes on; as JSON with --json.
  void Warn(std::string_view text) const;

  int exit_code = kExitOk;

 private:
  SessionOptions options_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

}  // namespace switchboard::client

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARD_SESSION_H_
