#include "services/switchboardd/server.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "common/metrics/metrics_endpoint.h"
#include "common/runtime/log.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/answers/answer_service.h"
#include "services/delivery/delivery_service.h"
#include "services/frontline/authority_service.h"
#include "services/frontline/frontline_service.h"
#include "services/frontline/send_permit.h"
#include "services/frontline/worker_service.h"
#include "services/guidance/store/postgres_answer_store.h"
#include "services/intake/intake_service.h"
#include "services/operations/operations_service.h"
#include "services/queue/postgres_queue_store.h"
#include "services/switchboardd/queue_hints.h"
#include "services/triage/service/model_service.h"
#include "services/triage/service/triage_service.h"
#include "services/triage/store/postgres_configuration_store.h"
#include "services/triage/store/postgres_correction_store.h"
#include "services/triage/store/postgres_model_store.h"
#include "services/triage/store/postgres_topic_mix_store.h"
#include "services/workforce/postgres_worker_store.h"

namespace switchboard {
namespace {

constexpr absl::Duration kWatchInterval = absl::Seconds(1);
constexpr absl::Duration kGaugeInterval = absl::Seconds(5);
constexpr absl::Duration kCorrectionInterval = absl::Seconds(10);
constexpr absl::Duration kRecallInterval = absl::Seconds(1);
constexpr absl::Duration kDriftInterval = absl::Seconds(30);
constexpr absl::Duration kHintInterval = absl::Milliseconds(50);
constexpr absl::Duration kNodeRenewInterval = absl::Minutes(1);
constexpr int kNodeLostExitCode = 3;
constexpr size_t kMostQueuedBlockingCalls = 4096;

queue::QueueSettings EngineSettings(const triage::QueueSettings& settings) {
  return {.name = settings.id,
          .target_urgent = settings.service_level.urgent,
          .target_high = settings.service_level.high,
          .target_normal = settings.service_level.normal,
          .target_low = settings.service_level.low,
          .resolution_urgent = settings.resolution.urgent,
          .resolution_high = settings.resolution.high,
          .resolution_normal = settings.resolution.normal,
          .resolution_low = settings.resolution.low,
          .calendar = settings.hours,
          .lease_duration = settings.lease,
          .max_attempts = settings.max_attempts,
          .retry_initial = settings.retry_initial,
          .retry_max = settings.retry_max};
}

intake::SortingPoolOptions SortingOptions(const ServerOptions& options) {
  const int processors = static_cast<int>(std::thread::hardware_concurrency());
  return {.threads = options.sorting_threads > 0 ? options.sorting_threads : std::max(2, processors),
          .longest_wait = options.max_sorting_wait};
}

RpcServerOptions ListenOptions(const ServerOptions& options) {
  return {.address = options.listen,
          .tls_certificate_file = options.tls_certificate,
          .tls_key_file = options.tls_key,
          .tls_client_ca_file = options.tls_client_ca,
          .insecure_listen = options.insecure_listen,
          .reflection = options.reflection};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, std::string_view version,
                                                      std::string_view revision) {
  std::unique_ptr<Server> server(new Server(options));
  PublishBuildInfo(server->registry_, version, revision);
  SWITCHBOARD_RETURN_IF_ERROR(server->OpenStorage());
  SWITCHBOARD_RETURN_IF_ERROR(server->StartQueue());
  SWITCHBOARD_RETURN_IF_ERROR(server->StartTriage());
  if (options.Hosts("frontline") || options.Hosts("intake")) SWITCHBOARD_RETURN_IF_ERROR(server->StartWorkers());
  server->MakeServices();
  SWITCHBOARD_RETURN_IF_ERROR(server->Listen());
  server->StartBackground();
  return server;
}

Server::Server(const ServerOptions& options) : options_(options) {}

Server::~Server() { Drain(absl::ZeroDuration()); }

absl::Status Server::OpenStorage() {
  const bool migrate = options_.HasOwnDatabase() || options_.migrate;
  SWITCHBOARD_ASSIGN_OR_RETURN(
      storage_, Storage::Open(options_, migrate ? SchemaStep::kMigrate : SchemaStep::kCheck, local_clock_, registry_));
  storage_->KeepClock();
  return absl::OkStatus();
}

absl::Status Server::StartQueue() {
  SWITCHBOARD_ASSIGN_OR_RETURN(node_, queue::NodeLease::Take(storage_->database()));
  node_renewed_ = local_clock_.Elapsed();
  ids_ = std::make_unique<IdGenerator>(storage_->clock(), node_->number());
  queue_store_ = std::make_unique<queue::PostgresQueueStore>(storage_->database(), *ids_);
  queue_metrics_ = std::make_unique<queue::QueueMetrics>(registry_);
  queue::EngineOptions options = options_.engine;
  options.takes_work = [this](std::string_view worker) {
    const auto known = workers_.Find(worker);
    return known != nullptr && known->activity == workforce::Activity::kAvailable;
  };
  engine_ = queue::MakeQueueEngine(*queue_store_, storage_->clock(), *ids_, *queue_metrics_, std::move(options));
  return engine_->Start();
}

absl::Status Server::StartTriage() {
  configurations_ = triage::MakePostgresConfigurationStore(storage_->database());
  corrections_ = triage::MakePostgresCorrectionStore(storage_->database());
  answer_store_ = guidance::MakePostgresAnswerStore(storage_->database());
  topic_mix_ = triage::MakePostgresTopicMixStore(storage_->database());
  follower_ = std::make_unique<triage::ConfigurationFollower>(
      *configurations_, local_clock_,
      [this](const std::shared_ptr<const triage::TriageSnapshot>& snapshot) { return PutInForce(snapshot); });
  return follower_->Start();
}

absl::Status Server::StartWorkers() {
  worker_store_ = workforce::MakePostgresWorkerStore(storage_->database());
  worker_follower_ = std::make_unique<workforce::WorkerFollower>(*worker_store_, workers_, local_clock_);
  gate_ = std::make_unique<frontline::ClaimGate>(frontline::ClaimGateParts{
      workers_, triage_, guidelines_, *engine_, storage_->clock(), options_.registered_workers_only});
  return worker_follower_->Start();
}

// Queues first: what the new routes name must exist when the first inquiry is sorted by them.
absl::Status Server::PutInForce(const std::shared_ptr<const triage::TriageSnapshot>& snapshot) {
  std::vector<queue::QueueSettings> settings;
  for (const triage::QueueSettings& each : snapshot->configuration->queues) settings.push_back(EngineSettings(each));
  std::shared_ptr<const guidance::GuidelineBook> guidelines;
  if (!snapshot->guidelines.empty()) {
    SWITCHBOARD_ASSIGN_OR_RETURN(guidelines,
                                 guidance::ParseGuidelines(snapshot->guidelines, snapshot->guidelines_file_name));
  }
  std::shared_ptr<const guidance::AnswerLibrary> answers;
  if (!snapshot->answers.empty()) {
    SWITCHBOARD_ASSIGN_OR_RETURN(answers, guidance::ParseAnswers(snapshot->answers, snapshot->answers_file_name));
  }
  SWITCHBOARD_RETURN_IF_ERROR(engine_->Configure(std::move(settings)));
  triage_.Activate(snapshot);
  if (guidelines != nullptr && options_.Hosts("frontline")) {
    for (const triage::QueueSettings& queue : snapshot->configuration->queues) {
      frontline_metrics_.PublishBudget(queue.id, guidelines->authority.For(queue.id).budget);
    }
  }
  guidelines_.Activate(std::move(guidelines));
  answers_.Activate(std::move(answers));
  storage_->database().CloseIdle();  // a session keeps a buffer of the size of the model that it read or wrote
  malloc_trim(0);                    // training has left several times what a model takes
  return absl::OkStatus();
}

answers::SendPermits Server::PermitsOfRecalls() const {
  answers::SendPermits permits;
  permits.level_of = [this](const std::string& worker) -> std::optional<int> {
    const auto known = workers_.Find(worker);
    if (known == nullptr) return std::nullopt;
    return known->authority_level;
  };
  permits.may_send = [this](const std::string& worker, std::string_view topic, std::string_view channel,
                            bool is_public) {
    const auto book = guidelines_.book();
    if (book == nullptr) return absl::OkStatus();
    return frontline::MaySend(workers_.Find(worker).get(), options_.registered_workers_only, *book,
                              {topic, channel, is_public}, storage_->clock().Now());
  };
  return permits;
}

void Server::MakeServices() {
  blocking_ = std::make_unique<Executor>("blocking", options_.blocking_threads, kMostQueuedBlockingCalls);
  edge_ = std::make_unique<RpcEdge>(RpcEdgeOptions{.max_message_bytes = static_cast<size_t>(options_.max_message_bytes),
                                                   .max_calls_in_flight = options_.max_calls,
                                                   .max_streams = options_.max_streams},
                                    local_clock_, registry_);
  const size_t max_text_bytes = static_cast<size_t>(options_.max_inquiry_bytes);
  const auto host = [this](const char* name, std::unique_ptr<grpc::Service> service) {
    services_.push_back(std::move(service));
    service_names_.push_back(name);
  };
  if (options_.Hosts("intake")) {
    intake_metrics_ = std::make_unique<intake::IntakeMetrics>(registry_);
    sorting_ = std::make_unique<intake::SortingPool>(SortingOptions(options_), local_clock_);
    host(intake::IntakeService::kName,
         std::make_unique<intake::IntakeService>(intake::IntakeParts{*edge_, *engine_, counted_triage_, *blocking_,
                                                                     *sorting_, storage_->clock(), *intake_metrics_},
                                                 intake::IntakeOptions{.max_text_bytes = max_text_bytes}));
  }
  if (options_.Hosts("triage")) {
    host(triage::TriageService::kName,
         std::make_unique<triage::TriageService>(*edge_, counted_triage_,
                                                 triage::TriageServiceOptions{.max_text_bytes = max_text_bytes}));
    models_ = triage::MakePostgresModelStore(storage_->database());
    workshop_ = std::make_unique<triage::ModelWorkshop>(*configurations_, *models_, *corrections_, *follower_, triage_,
                                                        local_clock_);
    host(triage::kModelServiceName,
         triage::MakeModelService({*edge_, *blocking_, *models_, *corrections_, *workshop_}));
  }
  if (options_.Hosts("frontline")) {
    const frontline::FrontlineParts parts{*edge_,   *engine_,          counted_triage_,   guidelines_,
                                          answers_, *blocking_,        storage_->clock(), local_clock_,
                                          *gate_,   frontline_metrics_};
    host(frontline::FrontlineService::kName,
         std::make_unique<frontline::FrontlineService>(parts, frontline::FrontlineOptions{}));
    host(frontline::AuthorityService::kName,
         std::make_unique<frontline::AuthorityService>(*edge_, *blocking_, *gate_, frontline::DeskPartsOf(parts)));
    host(frontline::WorkerService::kName,
         std::make_unique<frontline::WorkerService>(frontline::WorkerServiceParts{
             *edge_, *blocking_, *worker_store_, *worker_follower_, workers_, *engine_, *gate_, storage_->clock()}));
    host(answers::kServiceName, answers::MakeAnswerService({*edge_, *blocking_, *engine_, *answer_store_, guidelines_,
                                                            answers_, PermitsOfRecalls()}));
    host(delivery::DeliveryService::kName,
         std::make_unique<delivery::DeliveryService>(delivery::DeliveryParts{*edge_, *engine_, *blocking_}));
  }
  if (options_.Hosts("operations")) {
    desk_ = std::make_unique<operations::ConfigurationDesk>(*configurations_, *corrections_, *follower_, *engine_,
                                                            *answer_store_);
    gauges_ = std::make_unique<operations::QueueGauges>(registry_);
    drift_gauges_ = std::make_unique<triage::DriftGauges>(registry_);
    host(operations::kServiceName, operations::MakeOperationsService({*edge_, *blocking_, *engine_, triage_, *desk_}));
  }
}

absl::Status Server::Listen() {
  std::vector<grpc::Service*> services;
  for (const auto& service : services_) services.push_back(service.get());
  SWITCHBOARD_ASSIGN_OR_RETURN(rpc_, RpcServer::Start(ListenOptions(options_), *edge_, services, service_names_));
  if (options_.metrics_listen.empty()) return absl::OkStatus();
  SWITCHBOARD_ASSIGN_OR_RETURN(
      http_, HttpServer::Start(options_.metrics_listen, MetricsRoutes(registry_, [this] { return Readiness(); })));
  return absl::OkStatus();
}

void Server::StartBackground() {
  const auto every = [this](const char* name, absl::Duration interval, absl::AnyInvocable<void()> work) {
    tasks_.push_back(std::make_unique<PeriodicTask>(name, interval, std::move(work)));
  };
  every("watch", kWatchInterval, [this] { WatchDatabase(); });
  every("hints", kHintInterval, [this] { SendQueueHint(*engine_, storage_->database(), node_->number()); });
  if (workshop_ != nullptr) every("corrections", kCorrectionInterval, [this] { LearnCorrections(); });
  if (options_.Hosts("frontline")) every("recalls", kRecallInterval, [this] { FollowRecalls(); });
  every("drift", kDriftInterval, [this] { WatchDrift(); });
  if (gauges_ != nullptr) every("gauges", kGaugeInterval, [this] { PublishGauges(); });
  listener_ = NotificationListener::Start(
      {.conninfo = storage_->conninfo(), .application_name = "switchboardd listen"},
      {triage::kConfigurationChannel, workforce::kWorkerChannel, kQueueChannel},
      [this](std::string_view channel, std::string_view payload) { OnNotification(channel, payload); });
}

void Server::OnNotification(std::string_view channel, std::string_view payload) {
  if (channel == triage::kConfigurationChannel) {
    follower_->Wake();
  } else if (channel == workforce::kWorkerChannel) {
    if (worker_follower_ != nullptr) worker_follower_->Wake();
  } else if (const auto queues = ParseQueueHint(payload, node_->number()); !queues.empty()) {
    engine_->Hint(queues);
  }
}

void Server::WatchDatabase() {
  const absl::Status status = storage_->Revive();
  const bool changed = database_answers_.exchange(status.ok()) != status.ok();
  if (status.ok() && (changed || local_clock_.Elapsed() - node_renewed_ >= kNodeRenewInterval)) RenewNode();
  if (!changed) return;
  Log(status.ok() ? LogLevel::kInfo : LogLevel::kError,
      status.ok() ? "the database answers again" : StrCat("the database does not answer: ", status.message()));
  rpc_->SetServing(status.ok());
}

// A process that lost its node number could make ids that another one makes, too: it ends at once. What it acknowledged
// is on disk.
void Server::RenewNode() {
  const absl::Status renewed = node_->Renew();
  if (renewed.ok()) node_renewed_ = local_clock_.Elapsed();
  if (!HasReason(renewed, reason::kLeaseLost)) return;
  Log(LogLevel::kError, StrCat("ending at once: ", renewed.message()));
  _exit(kNodeLostExitCode);
}

void Server::PublishGauges() {
  const auto sample = engine_->Figures(kGaugeInterval);
  if (sample.ok()) gauges_->Publish(*sample, *triage_.snapshot()->configuration);
}

void Server::LearnCorrections() {
  const absl::Status status = workshop_->LearnCorrections();
  if (!status.ok() && database_answers_) {
    Log(LogLevel::kWarning, StrCat("corrections are not learnt: ", status.message()));
  }
}

// What another process recalled; the database refuses to send what cites it even before.
void Server::FollowRecalls() {
  const auto recalled = engine_->RecalledAnswers();
  if (recalled.ok()) answers_.SetRecalled({recalled->begin(), recalled->end()});
}

// What cannot be handed on is kept for the next time.
void Server::WatchDrift() {
  const triage::TopicCounts counted = triage_metrics_.tally().Take();
  if (!counted.empty() && !topic_mix_->Add(counted).ok()) triage_metrics_.tally().Add(counted);
  if (drift_gauges_ == nullptr) return;
  const absl::StatusOr<triage::TopicMix> mix = topic_mix_->Mix();
  if (!mix.ok()) return;
  if (const auto drift = triage::DriftOf(*mix)) drift_gauges_->Publish(*drift);
}

absl::Status Server::Readiness() const {
  if (edge_->draining()) return absl::UnavailableError("draining");
  return database_answers_ ? absl::OkStatus() : absl::UnavailableError("the database does not answer");
}

void Server::Drain(absl::Duration grace) {
  if (std::exchange(drained_, true)) return;
  listener_.reset();
  tasks_.clear();
  if (rpc_ != nullptr) rpc_->SetServing(false);
  if (engine_ != nullptr) engine_->StopGranting();
  if (rpc_ != nullptr) rpc_->Drain(grace);
  if (sorting_ != nullptr) sorting_->Shutdown();
  if (blocking_ != nullptr) blocking_->Shutdown();
  if (workshop_ != nullptr) workshop_->Stop();
  if (follower_ != nullptr) follower_->Stop();
  if (worker_follower_ != nullptr) worker_follower_->Stop();
  if (engine_ != nullptr) engine_->Shutdown();
  if (node_ != nullptr) node_->GiveBack().IgnoreError();
}

}  // namespace switchboard
