#include <cstdio>

#include "grpc/health/v1/health.grpc.pb.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/output.h"

namespace switchboard::client {
namespace {

void CheckHealth(Session& session) {
  auto channel = session.ChannelTo("");
  if (channel == nullptr) return;
  auto stub = grpc::health::v1::Health::NewStub(channel);
  grpc::health::v1::HealthCheckResponse response;
  if (!session.Check(stub->Check(session.NewCall().get(), {}, &response))) return;
  const bool serving = response.status() == grpc::health::v1::HealthCheckResponse::SERVING;
  if (session.json()) {
    PrintJson(response);
  } else {
    std::printf("%s\n", grpc::health::v1::HealthCheckResponse::ServingStatus_Name(response.status()).c_str());
  }
  if (!serving) session.exit_code = kExitUnavailable;
}

}  // namespace

void AddHealthCommand(CLI::App& program, Session& session) {
  program.add_subcommand("health", "Ask the server whether it takes calls; exit code 0 if so")->callback([&session] {
    CheckHealth(session);
  });
}

}  // namespace switchboard::client
