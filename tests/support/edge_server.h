// The services on a real in-process gRPC server (port 0), over whatever queue engine a test brings.
#ifndef SWITCHBOARD_TESTS_SUPPORT_EDGE_SERVER_H_
#define SWITCHBOARD_TESTS_SUPPORT_EDGE_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "common/ids/id_generator.h"
#include "common/metrics/metric_registry.h"
#include "common/rpc/channel.h"
#include "common/rpc/rpc_edge.h"
#include "common/rpc/rpc_server.h"
#include "common/rpc/status_conversion.h"
#include "common/runtime/executor.h"
#include "common/time/clock.h"
#include "services/frontline/authority_service.h"
#include "services/frontline/claim_gate.h"
#include "services/frontline/frontline_service.h"
#include "services/frontline/worker_service.h"
#include "services/intake/intake_service.h"
#include "services/queue/in_memory_queue_store.h"
#include "services/queue/queue_engine.h"
#include "services/triage/service/triage_service.h"
#include "services/workforce/in_memory_worker_store.h"
#include "services/workforce/worker_follower.h"
#include "services/workforce/worker_roster.h"
#include "tests/support/example_triage.h"

namespace switchboard {

inline void MustBeOk(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << std::endl;
  std::abort();
}

// Serves from construction to destruction. The configuration is ExampleConfiguration() unless the test activates
// another.
class EdgeServer {
 public:
  explicit EdgeServer(queue::QueueEngine& engine, intake::IntakeOptions intake_options = {})
      : intake_({edge_, engine, counted_, blocking_, sorting_pool_, clock_, intake_metrics_}, intake_options),
        triage_service_(edge_, counted_, {}),
        gate_({workers_, triage_, guidelines_, engine, clock_, false}),
        frontline_(Parts(engine), {}),
        authority_service_(edge_, blocking_, gate_, frontline::DeskPartsOf(Parts(engine))),
        worker_service_({edge_, blocking_, worker_store_, follower_, workers_, engine, gate_, clock_}) {
    triage_.Activate(ExampleSnapshot());
    auto server = RpcServer::Start({.address = "127.0.0.1:0"}, edge_,
                                   {&intake_, &triage_service_, &frontline_, &authority_service_, &worker_service_},
                                   {intake::IntakeService::kName});
    MustBeOk(server.status());
    server_ = *std::move(server);
    auto channel = MakeChannel({.address = server_->address(), .caller = "test", .own_connection = true});
    MustBeOk(channel.status());
    channel_ = *std::move(channel);
    intake = v1::IntakeService::NewStub(channel_);
    sorting = v1::TriageService::NewStub(channel_);
    staff = v1::FrontlineService::NewStub(channel_);
    workers = v1::WorkerService::NewStub(channel_);
    authority = v1::AuthorityService::NewStub(channel_);
  }

  void Drain(absl::Duration grace) { server_->Drain(grace); }
  triage::TriageEngine& triage() { return triage_; }
  intake::SortingPool& sorting_pool() { return sorting_pool_; }
  guidance::GuidelinesInForce& guidelines() { return guidelines_; }
  guidance::AnswersInForce& answers() { return answers_; }
  std::string Scrape() const { return registry_.Scrape(); }

 private:
  frontline::FrontlineParts Parts(queue::QueueEngine& engine) {
    return {edge_, engine, counted_, guidelines_, answers_, blocking_, clock_, clock_, gate_, frontline_metrics_};
  }

  SystemClock clock_;
  MetricRegistry registry_;
  RpcEdge edge_{{}, clock_, registry_};
  Executor blocking_{"blocking", 4, 1000};
  intake::SortingPool sorting_pool_{{.threads = 1, .longest_wait = absl::Seconds(1)}, clock_};
  triage::TriageEngine triage_;
  guidance::GuidelinesInForce guidelines_;
  guidance::AnswersInForce answers_;
  triage::TriageMetrics triage_metrics_{registry_};
  triage::CountedTriage counted_{triage_, clock_, triage_metrics_};
  intake::IntakeMetrics intake_metrics_{registry_};
  intake::IntakeService intake_;
  triage::TriageService triage_service_;
  workforce::InMemoryWorkerStore worker_store_{clock_};
  workforce::WorkerRoster workers_;
  workforce::WorkerFollower follower_{worker_store_, workers_, clock_};
  frontline::ClaimGate gate_;
  frontline::FrontlineMetrics frontline_metrics_{registry_};
  frontline::FrontlineService frontline_;
  frontline::AuthorityService authority_service_;
  frontline::WorkerService worker_service_;
  std::unique_ptr<RpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;

 public:
  std::unique_ptr<v1::IntakeService::Stub> intake;
  std::unique_ptr<v1::TriageService::Stub> sorting;
  std::unique_ptr<v1::FrontlineService::Stub> staff;
  std::unique_ptr<v1::WorkerService::Stub> workers;
  std::unique_ptr<v1::AuthorityService::Stub> authority;
};

// The real engine over the in-memory store, with the example's queues.
class InMemoryEngine {
 public:
  explicit InMemoryEngine(queue::EngineOptions options = {}) {
    engine_ = queue::MakeQueueEngine(store_, clock_, ids_, metrics_, std::move(options));
    MustBeOk(engine_->Start());
    MustBeOk(engine_->Configure(ExampleQueues()));
  }
  ~InMemoryEngine() { engine_->Shutdown(); }

  queue::QueueEngine& operator*() { return *engine_; }
  queue::QueueEngine* operator->() { return engine_.get(); }

 private:
  SystemClock clock_;
  MetricRegistry registry_;
  queue::QueueMetrics metrics_{registry_, {}};
  IdGenerator ids_{clock_, 1};
  queue::InMemoryQueueStore store_;
  std::unique_ptr<queue::QueueEngine> engine_;
};

// A context whose call ends after 20 s, so that no test hangs.
inline std::unique_ptr<grpc::ClientContext> Patient(absl::Duration timeout = absl::Seconds(20)) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(absl::ToChronoTime(SystemClock().Now() + timeout));
  return context;
}

// What a failed call said, as the house's status. OK stays OK.
inline absl::Status Said(const grpc::Status& status) { return FromGrpc(status); }

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_EDGE_SERVER_H_
