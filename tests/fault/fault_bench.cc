#include "tests/fault/fault_bench.h"

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>
#include <utility>

#include "common/rpc/status_conversion.h"
#include "common/text/string_view.h"
#include "switchboard/v1/operations.grpc.pb.h"
#include "tests/fault/final_state_reader.h"
#include "tests/support/await.h"

namespace switchboard::fault {
namespace {

constexpr absl::Duration kDrainTime = absl::Seconds(60);

// Ends the test executable: nothing that follows would mean anything.
void Require(const absl::Status& status, const char* what) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s: %s\n", what, status.ToString().c_str());
  std::_Exit(2);
}

}  // namespace

const char kFaultConfiguration[] = R"(version: 1
defaults: {general_queue: roads, threshold: 0.5}
topics:
  - id: potholes
    name: {en: Potholes}
    examples: {en: ["a hole in the road", "the street is broken", "pothole on my road"]}
  - id: leaks
    name: {en: Leaks}
    examples: {en: ["water is leaking", "a broken pipe", "no water in the house"]}
queues:
  - id: roads
    name: {en: Roads}
    service_level: {urgent: 30m, high: 2h, normal: 1d, low: 3d}
    lease: 5s
    max_attempts: 3
    retry: {initial: 1s, max: 2s}
  - id: water
    name: {en: Water}
    service_level: {urgent: 30m, high: 2h, normal: 1d, low: 3d}
    lease: 5s
    max_attempts: 3
    retry: {initial: 1s, max: 2s}
routes:
  - {id: leaks-to-water, when: {topics: [leaks]}, queue: water, priority: HIGH}
  - {id: rest, when: {}, queue: roads}
)";

uint64_t Seed() {
  static const uint64_t seed = [] {
    const char* given = std::getenv("SWITCHBOARD_FAULT_SEED");
    const uint64_t chosen = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
    std::cout << "SWITCHBOARD_FAULT_SEED=" << chosen << std::endl;
    return chosen;
  }();
  return seed;
}

FaultBench::FaultBench(DatabaseKind kind, int servers, std::vector<std::string> arguments, std::string data_dir)
    : dice_(Seed()) {
  if (kind == DatabaseKind::kOwn) StartPostgres();
  arguments.push_back("--sweep-interval=200ms");
  arguments.push_back("--reflection=false");
  if (kind == DatabaseKind::kOwn) arguments.push_back("--migrate=true");
  for (int i = 0; i < servers; ++i) {
    servers_.push_back(std::make_unique<ServerProcess>(
        ServerProcessOptions{.database = conninfo_, .data_dir = data_dir, .arguments = arguments}));
    Require(servers_.back()->Start(), "the server");
  }
  if (kind == DatabaseKind::kEmbedded) conninfo_ = servers_.front()->own_conninfo();
  Apply();
}

FaultBench::~FaultBench() {
  load_.reset();
  servers_.clear();
}

void FaultBench::StartPostgres() {
  auto postgres = EmbeddedPostgres::Start({.data_dir = directory_.File("pg"),
                                           .max_connections = 100,
                                           .shared_buffers_mib = 128,
                                           .settings = {{"max_wal_size", "512MB"}}});
  Require(postgres.status(), "PostgreSQL");
  postgres_ = *std::move(postgres);
  conninfo_ = postgres_->conninfo();
}

// In force in every process when the first call that needs it is answered.
void FaultBench::Apply() {
  v1::ApplyConfigurationRequest request;
  request.set_yaml(kFaultConfiguration);
  for (const auto& server : servers_) {
    const auto stub = v1::OperationsService::NewStub(server->NewChannel());
    grpc::ClientContext context;
    SetDeadline(context, absl::Seconds(30));
    context.set_wait_for_ready(true);
    v1::ApplyConfigurationResponse response;
    Require(FromGrpc(stub->ApplyConfiguration(&context, request, &response)), "the configuration");
  }
  for (const auto& server : servers_) {
    const auto stub = v1::OperationsService::NewStub(server->NewChannel());
    const bool known = Await(absl::Seconds(30), [&] {
      grpc::ClientContext context;
      v1::ListQueuesResponse response;
      return stub->ListQueues(&context, {}, &response).ok() && response.queues_size() == 2;
    });
    if (!known) Require(absl::DeadlineExceededError("not in force in every process"), "the configuration");
  }
}

LoadOptions FaultBench::default_load() const {
  return {.queues = {"queues/roads", "queues/water"}, .topics = {"topics/potholes", "topics/leaks"}, .seed = Seed()};
}

void FaultBench::StartLoad(LoadOptions options) {
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (const auto& server : servers_) {
    for (int i = 0; i < 2; ++i) channels.push_back(server->NewChannel());
  }
  load_ = std::make_unique<LoadGenerator>(std::move(channels), std::move(options), recorder_, clock_);
}

void FaultBench::KillAndRestart(size_t index) {
  Outage([&] {
    servers_[index]->Kill();
    Require(servers_[index]->Start(), "the server, after it was killed");
  });
}

void FaultBench::RunFor(absl::Duration least, absl::Duration most) {
  const int64_t spread = absl::ToInt64Milliseconds(most - least);
  LetRun(least + absl::Milliseconds(dice_.Below(static_cast<int>(spread) + 1)));
}

std::unique_ptr<Connection> FaultBench::Connect() const {
  auto connection = Connection::Open({.conninfo = conninfo_});
  Require(connection.status(), "a session with the database");
  return *std::move(connection);
}

void FaultBench::RedriveSome() {
  const auto channel = servers_.front()->NewChannel();
  const auto names = ListDeadLetters(channel);
  ASSERT_TRUE(names.ok()) << names.status();
  v1::RedriveDeadLettersRequest request;
  for (size_t i = 0; i < names->size() / 2 && i < 100; ++i) request.add_inquiries((*names)[i]);
  if (request.inquiries().empty()) return;
  const auto stub = v1::OperationsService::NewStub(channel);
  grpc::ClientContext context;
  v1::RedriveDeadLettersResponse response;
  const grpc::Status status = stub->RedriveDeadLetters(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.redriven_count(), request.inquiries_size());
  recorder_.Add(RedriveCall{Outcome::kOk, {response.inquiries().begin(), response.inquiries().end()}});
}

void FaultBench::AwaitDrained() {
  const std::unique_ptr<Connection> connection = Connect();
  const bool drained = Await(kDrainTime, [&] {
    const auto open = CountOpen(*connection);
    return open.ok() && *open == 0;
  });
  EXPECT_TRUE(drained) << "after " << kDrainTime << " still open: " << CountOpen(*connection).value_or(-1);
}

void FaultBench::HealDrainAndCheck(CheckerOptions options) {
  load_->StopSubmitting();
  load_->BecomeHonest();
  RedriveSome();
  AwaitDrained();
  load_->Stop();
  const auto state = ReadFinalState(servers_.front()->NewChannel(), *Connect());
  ASSERT_TRUE(state.ok()) << state.status();
  const History history = recorder_.history();
  std::cout << "[ history  ] " << history.submits.size() << " submits, " << state->inquiries.size() << " inquiries, "
            << history.deliveries.size() << " deliveries, " << history.lease_calls.size() << " calls with leases, "
            << state->dead_letters.size() << " dead letters" << std::endl;
  EXPECT_EQ(Describe(CheckHistory(history, *state, options)), "") << "seed " << Seed();
  EXPECT_GT(state->inquiries.size(), 50u) << "too little load to mean anything";
}

}  // namespace switchboard::fault
