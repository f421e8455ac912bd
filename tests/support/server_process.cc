#include "tests/support/server_process.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <utility>

#include "tests/support/await.h"

namespace switchboard {
namespace {

// What the port file says under `key`.
std::string PortFileValue(const std::string& content, const std::string& key) {
  std::istringstream lines(content);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(key + ": ")) return line.substr(key.size() + 2);
  }
  return "";
}

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

ServerProcess::ServerProcess(ServerProcessOptions options)
    : options_(std::move(options)), data_dir_(options_.data_dir.empty() ? directory_.File("data") : options_.data_dir) {
  if (options_.unix_socket) address_ = "unix:" + directory_.File("api.sock");
}

ServerProcess::~ServerProcess() {
  if (program_ == nullptr) return;
  program_->Signal(SIGCONT);
  Stop(absl::Seconds(30));
  program_->Kill();
}

void ServerProcess::Launch() {
  std::error_code error;
  std::filesystem::remove(directory_.File("ports"), error);
  std::vector<std::string> command = {ServerProgram(), "--port-file=" + directory_.File("ports"),
                                      "--metrics-listen=127.0.0.1:0"};
  if (options_.address_by_default) command.push_back("--listen=" + (options_.unix_socket ? address_ : "127.0.0.1:0"));
  if (options_.database.empty()) {
    command.push_back("--data-dir=" + data_dir_);
  } else {
    command.push_back("--database=" + options_.database);
  }
  command.insert(command.end(), options_.arguments.begin(), options_.arguments.end());
  program_ = std::make_unique<Program>(std::move(command));
}

absl::Status ServerProcess::AwaitReady(absl::Duration timeout) {
  const std::string ports = directory_.File("ports");
  Await(timeout, [&] { return std::filesystem::exists(ports) || !program_->IsRunning(); });
  if (!std::filesystem::exists(ports)) {
    return absl::UnavailableError("switchboardd does not serve; it said: " + program_->err());
  }
  ReadPortFile();
  return absl::OkStatus();
}

absl::Status ServerProcess::Start(absl::Duration timeout) {
  Launch();
  return AwaitReady(timeout);
}

void ServerProcess::ReadPortFile() {
  const std::string content = ReadFile(directory_.File("ports"));
  metrics_port_ = std::atoi(PortFileValue(content, "metrics_port").c_str());
  if (!options_.unix_socket) address_ = "127.0.0.1:" + PortFileValue(content, "port");
}

void ServerProcess::Kill() {
  if (program_ != nullptr) program_->Kill();
}

std::optional<int> ServerProcess::Stop(absl::Duration timeout) {
  if (program_ == nullptr) return std::nullopt;
  program_->Signal(SIGTERM);
  return program_->AwaitExit(timeout);
}

void ServerProcess::Signal(int signal) {
  if (program_ != nullptr) program_->Signal(signal);
}

bool ServerProcess::IsRunning() const { return program_ != nullptr && program_->IsRunning(); }

std::optional<int> ServerProcess::AwaitExit(absl::Duration timeout) { return program_->AwaitExit(timeout); }

pid_t ServerProcess::pid() const { return program_ == nullptr ? 0 : program_->pid(); }

std::string ServerProcess::own_conninfo() const {
  return "host='" + data_dir_ + "/socket' port=5432 user=switchboard dbname=switchboard";
}

std::string ServerProcess::log() const { return program_ == nullptr ? "" : program_->err(); }

std::shared_ptr<grpc::Channel> ServerProcess::NewChannel() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 20);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 200);  // the time that one attempt has
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetMaxReceiveMessageSize(64 << 20);
  return grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), arguments);
}

std::string HttpGet(int port, const std::string& path) {
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = Loopback(port);
  std::string answer;
  if (connect(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request = "GET " + path + " HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    if (write(socket_fd, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
      char buffer[65536];
      for (ssize_t count; (count = read(socket_fd, buffer, sizeof(buffer))) > 0;) {
        answer.append(buffer, static_cast<size_t>(count));
      }
    }
  }
  close(socket_fd);
  const size_t body = answer.find("\r\n\r\n");
  return body == std::string::npos ? "" : answer.substr(body + 4);
}

int FreePort() {
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof(address);
  bind(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  getsockname(socket_fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(socket_fd);
  return ntohs(address.sin_port);
}

}  // namespace switchboard
