#include "tests/support/running_switchboardd.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace switchboard {

std::string SwitchboarddPath() {
  const char* given = std::getenv("SWITCHBOARDD");
  return given != nullptr ? given : SWITCHBOARD_BINARY_DIR "/bin/switchboardd";
}

std::unique_ptr<RunningSwitchboardd> RunningSwitchboardd::Start(std::vector<std::string> flags) {
  std::unique_ptr<RunningSwitchboardd> server(new RunningSwitchboardd());
  const std::string port_file = server->directory_.path() + "/ports";
  std::vector<std::string> command = {SwitchboarddPath(), "--listen=127.0.0.1:0", "--metrics-listen=127.0.0.1:0",
                                      "--port-file=" + port_file};
  command.insert(command.end(), flags.begin(), flags.end());
  server->process_ = std::make_unique<TestedProgram>(std::move(command), server->directory_.path());
  const bool up = Eventually(
      [&] {
        server->ReadPorts(port_file);
        return !server->address_.empty() || server->process_->Wait(absl::ZeroDuration()).has_value();
      },
      absl::Seconds(60));
  if (!up || server->address_.empty()) {
    ADD_FAILURE() << "switchboardd did not start:\n" << server->process_->Stderr();
    return nullptr;
  }
  // A channel of its own: a test that starts one server after another must not meet the old one's backoff.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  server->channel_ = grpc::CreateCustomChannel(server->address_, grpc::InsecureChannelCredentials(), arguments);
  server->intake_ = v1::IntakeService::NewStub(server->channel_);
  server->triage_ = v1::TriageService::NewStub(server->channel_);
  server->frontline_ = v1::FrontlineService::NewStub(server->channel_);
  server->operations_ = v1::OperationsService::NewStub(server->channel_);
  return server;
}

std::optional<int> RunningSwitchboardd::Stop() {
  process_->Signal(SIGTERM);
  return process_->Wait();
}

void RunningSwitchboardd::ReadPorts(const std::string& port_file) {
  for (const absl::string_view line : absl::StrSplit(ReadFile(port_file), '\n')) {
    const std::pair<std::string, std::string> entry = absl::StrSplit(line, absl::MaxSplits(": ", 1));
    if (entry.first == "address") address_ = entry.second;
    if (entry.first == "metrics_port") (void)absl::SimpleAtoi(entry.second, &metrics_port_);
  }
}

std::string RunningSwitchboardd::HttpGet(const std::string& path) const {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(metrics_port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request = absl::StrCat("GET ", path, " HTTP/1.0\r\n\r\n");
    char buffer[16384];
    ssize_t count = send(connection, request.data(), request.size(), MSG_NOSIGNAL);
    while (count > 0 && (count = recv(connection, buffer, sizeof(buffer), 0)) > 0) answer.append(buffer, count);
  }
  close(connection);
  const size_t body = answer.find("\r\n\r\n");
  return body == std::string::npos ? "" : answer.substr(body + 4);
}

}  // namespace switchboard
