// All the rooms of a process, put together.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARDD_SERVER_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARDD_SERVER_H_

#include <grpcpp/impl/service_type.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/http/http_server.h"
#include "common/ids/id_generator.h"
#include "common/metrics/metric_registry.h"
#include "common/postgres/notification_listener.h"
#include "common/rpc/rpc_edge.h"
#include "common/rpc/rpc_server.h"
#include "common/runtime/executor.h"
#include "common/runtime/periodic_task.h"
#include "common/time/clock.h"
#include "services/answers/recall_desk.h"
#include "services/frontline/claim_gate.h"
#include "services/frontline/frontline_metrics.h"
#include "services/guidance/answer_store.h"
#include "services/guidance/answers_in_force.h"
#include "services/guidance/guidelines_in_force.h"
#include "services/intake/intake_metrics.h"
#include "services/intake/sorting_pool.h"
#include "services/operations/configuration_desk.h"
#include "services/operations/queue_gauges.h"
#include "services/queue/node_registry.h"
#include "services/queue/queue_engine.h"
#include "services/queue/queue_metrics.h"
#include "services/queue/queue_store.h"
#include "services/switchboardd/server_options.h"
#include "services/switchboardd/storage.h"
#include "services/triage/configuration_store.h"
#include "services/triage/correction_store.h"
#include "services/triage/service/counted_triage.h"
#include "services/triage/store/configuration_follower.h"
#include "services/triage/store/model_workshop.h"
#include "services/triage/topic_mix_store.h"
#include "services/triage/triage_engine.h"
#include "services/workforce/worker_follower.h"
#include "services/workforce/worker_roster.h"
#include "services/workforce/worker_store.h"

namespace switchboard {

// Owns everything, in the order of construction; destroyed in the opposite one. Started, drained and destroyed by
// main().
class Server {
 public:
  // Serves when it returns. `options` are complete.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options, std::string_view version,
                                                       std::string_view revision);

  ~Server();

  // Says NOT_SERVING, grants no more leases, finishes the calls under way (for at most `grace`), and commits what they
  // left. Repeating it does nothing.
  void Drain(absl::Duration grace);

  const std::string& address() const { return rpc_->address(); }
  int port() const { return rpc_->port(); }
  int metrics_port() const { return http_ != nullptr ? http_->port() : 0; }

 private:
  explicit Server(const ServerOptions& options);

  absl::Status OpenStorage();
  absl::Status StartQueue();
  absl::Status StartTriage();
  absl::Status StartWorkers();
  answers::SendPermits PermitsOfRecalls() const;
  void MakeServices();
  void StartBackground();
  absl::Status Listen();
  absl::Status PutInForce(const std::shared_ptr<const triage::TriageSnapshot>& snapshot);
  void OnNotification(std::string_view channel, std::string_view payload);
  void WatchDatabase();
  void RenewNode();
  void PublishGauges();
  void LearnCorrections();
  void FollowRecalls();
  void WatchDrift();
  absl::Status Readiness() const;

  const ServerOptions options_;
  const SystemClock local_clock_;
  MetricRegistry registry_;
  std::unique_ptr<Storage> storage_;

  std::unique_ptr<queue::NodeLease> node_;
  absl::Duration node_renewed_;  // when, by local_clock_.Elapsed()
  std::unique_ptr<IdGenerator> ids_;
  std::unique_ptr<queue::QueueStore> queue_store_;
  std::unique_ptr<queue::QueueMetrics> queue_metrics_;
  std::unique_ptr<queue::QueueEngine> engine_;

  triage::TriageEngine triage_;
  guidance::GuidelinesInForce guidelines_;
  frontline::FrontlineMetrics frontline_metrics_{registry_};
  guidance::AnswersInForce answers_;
  triage::TriageMetrics triage_metrics_{registry_};
  triage::CountedTriage counted_triage_{triage_, local_clock_, triage_metrics_};
  std::unique_ptr<triage::ConfigurationStore> configurations_;
  std::unique_ptr<guidance::AnswerStore> answer_store_;
  std::unique_ptr<triage::ConfigurationFollower> follower_;
  std::unique_ptr<triage::TopicMixStore> topic_mix_;
  std::unique_ptr<triage::ModelStore> models_;
  std::unique_ptr<triage::CorrectionStore> corrections_;
  std::unique_ptr<triage::ModelWorkshop> workshop_;

  workforce::WorkerRoster workers_;
  std::unique_ptr<workforce::WorkerStore> worker_store_;
  std::unique_ptr<workforce::WorkerFollower> worker_follower_;
  std::unique_ptr<frontline::ClaimGate> gate_;

  std::unique_ptr<Executor> blocking_;
  std::unique_ptr<RpcEdge> edge_;
  std::unique_ptr<intake::IntakeMetrics> intake_metrics_;
  std::unique_ptr<intake::SortingPool> sorting_;
  std::unique_ptr<operations::ConfigurationDesk> desk_;
  std::unique_ptr<operations::QueueGauges> gauges_;
  std::unique_ptr<triage::DriftGauges> drift_gauges_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::vector<std::string> service_names_;

  std::atomic<bool> database_answers_{true};
  std::unique_ptr<NotificationListener> listener_;
  std::unique_ptr<HttpServer> http_;
  std::unique_ptr<RpcServer> rpc_;
  std::vector<std::unique_ptr<PeriodicTask>> tasks_;
  bool drained_ = false;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARDD_SERVER_H_
