#include "services/frontline/worker_service.h"

#include <utility>

#include "absl/synchronization/blocking_counter.h"
#include "common/ids/resource_name.h"
#include "common/status/status_macros.h"
#include "services/frontline/worker_to_proto.h"
#include "services/wire/field_checks.h"
#include "services/workforce/no_such_worker.h"

namespace switchboard::frontline {
namespace {

using wire::Need;

constexpr int kUsualPage = 100;
constexpr int kLargestPage = 1000;
constexpr int kMostQueues = 100;
constexpr char kWentAway[] = "given back: the worker went away";

std::string OneWorker(const std::string& name, absl::Status& status) {
  FieldViolations violations;
  std::string id = wire::CheckWorker("name", name, violations);
  status = violations.ToStatus();
  return id;
}

}  // namespace

WorkerService::WorkerService(WorkerServiceParts parts)
    : parts_(parts),
      get_(parts_.edge.Method(kName, "GetWorker")),
      list_(parts_.edge.Method(kName, "ListWorkers")),
      update_(parts_.edge.Method(kName, "UpdateWorker")),
      set_activity_(parts_.edge.Method(kName, "SetWorkerActivity")),
      delete_(parts_.edge.Method(kName, "DeleteWorker")),
      explain_(parts_.edge.Method(kName, "ExplainWorker")) {}

absl::Status WorkerService::FillNow(const std::string& worker, v1::Worker& out) {
  SWITCHBOARD_RETURN_IF_ERROR(parts_.follower.CatchUp());
  const auto known = parts_.roster.Find(worker);
  if (known == nullptr) return workforce::NoSuchWorker(worker);
  FillWorker(*known, out);
  return absl::OkStatus();
}

absl::Status WorkerService::Get(const v1::GetWorkerRequest& request, v1::Worker& response) {
  absl::Status status;
  const std::string id = OneWorker(request.name(), status);
  SWITCHBOARD_RETURN_IF_ERROR(status);
  return FillNow(id, response);
}

absl::Status WorkerService::List(const v1::ListWorkersRequest& request, v1::ListWorkersResponse& response) {
  FieldViolations violations;
  const int size = wire::CheckPageSize("page_size", request.page_size(), kUsualPage, kLargestPage, violations);
  // The token is the last name of the page before: a list by name needs nothing more.
  std::string after;
  if (!request.page_token().empty()) after = wire::CheckWorker("page_token", request.page_token(), violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_RETURN_IF_ERROR(parts_.follower.CatchUp());
  const auto workers = parts_.roster.After(after, static_cast<size_t>(size) + 1);
  for (const auto& worker : workers) {
    if (response.workers_size() == size) {
      response.set_next_page_token(response.workers(size - 1).name());
      break;
    }
    FillWorker(*worker, *response.add_workers());
  }
  return absl::OkStatus();
}

absl::Status WorkerService::Update(const v1::UpdateWorkerRequest& request, v1::Worker& response) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const workforce::Worker worker, ReadWorker(request.worker()));
  SWITCHBOARD_RETURN_IF_ERROR(parts_.store.Put(worker));
  return FillNow(worker.id, response);
}

absl::Status WorkerService::SetActivity(const v1::SetWorkerActivityRequest& request,
                                        v1::SetWorkerActivityResponse& response) {
  FieldViolations violations;
  const std::string id = wire::CheckWorker("name", request.name(), violations);
  wire::CheckEnum("activity", request.activity(), Need::kRequired, violations);
  if (request.give_back() && request.activity() != v1::Worker::AWAY) {
    violations.Add("give_back", "belongs to the activity AWAY");
  }
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_RETURN_IF_ERROR(parts_.store.SetActivity(id, static_cast<workforce::Activity>(request.activity())));
  SWITCHBOARD_RETURN_IF_ERROR(FillNow(id, *response.mutable_worker()));
  if (!request.give_back()) return absl::OkStatus();
  SWITCHBOARD_RETURN_IF_ERROR(parts_.engine.ReleaseDrafts(id, std::nullopt, 0).status());
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<int64_t> returned, GiveBackAll(id));
  for (const int64_t inquiry : returned) response.add_returned(InquiryName(inquiry));
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<int64_t> kept, parts_.engine.ReleaseKept(id));
  for (const int64_t inquiry : kept) response.add_returned(InquiryName(inquiry));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<int64_t>> WorkerService::GiveBackAll(const std::string& worker) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<queue::WorkersLease> leases, parts_.engine.LeasesOf(worker));
  std::vector<absl::Status> outcomes(leases.size());
  std::vector<queue::PendingSettlement> settlements;
  absl::BlockingCounter pending(static_cast<int>(leases.size()));
  for (size_t i = 0; i < leases.size(); ++i) {
    // A deferral until now: unlike a release it does not count as an attempt.
    queue::SettleRequest request;
    request.lease_token = leases[i].token;
    request.kind = queue::EventKind::kDeferred;
    request.until = parts_.clock.Now();
    request.reason = kWentAway;
    settlements.push_back(
        {std::move(request), [&pending, &outcome = outcomes[i]](const absl::StatusOr<queue::Settled>& settled) {
           outcome = settled.status();
           pending.DecrementCount();
         }});
  }
  if (!settlements.empty()) parts_.engine.SettleAll(std::move(settlements));
  pending.Wait();
  std::vector<int64_t> returned;
  for (size_t i = 0; i < leases.size(); ++i) {
    // One that ended meanwhile is back as well, or settled.
    if (HasReason(outcomes[i], reason::kLeaseLost)) continue;
    SWITCHBOARD_RETURN_IF_ERROR(outcomes[i]);
    returned.push_back(leases[i].inquiry);
  }
  return returned;
}

absl::Status WorkerService::Delete(const v1::DeleteWorkerRequest& request) {
  absl::Status status;
  const std::string id = OneWorker(request.name(), status);
  SWITCHBOARD_RETURN_IF_ERROR(status);
  SWITCHBOARD_RETURN_IF_ERROR(parts_.store.Remove(id));
  return parts_.follower.CatchUp();
}

absl::Status WorkerService::Explain(const v1::ExplainWorkerRequest& request, v1::ExplainWorkerResponse& response) {
  FieldViolations violations;
  const std::string id = wire::CheckWorker("name", request.name(), violations);
  std::vector<std::string> queues;
  if (!request.queues().empty()) queues = wire::CheckQueues("queues", request.queues(), kMostQueues, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_RETURN_IF_ERROR(parts_.follower.CatchUp());
  SWITCHBOARD_ASSIGN_OR_RETURN(response, parts_.gate.Explain(id, queues));
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* WorkerService::GetWorker(Context* context, const Bytes* in, Bytes* out) {
  return parts_.edge.UnaryOn<v1::GetWorkerRequest, v1::Worker>(
      parts_.blocking, context, in, out, get_,
      [this](const v1::GetWorkerRequest& request, CallInfo&, Responder<v1::Worker> respond) {
        const absl::Status status = Get(request, respond.response());
        respond(status);
      });
}

grpc::ServerUnaryReactor* WorkerService::ListWorkers(Context* context, const Bytes* in, Bytes* out) {
  return parts_.edge.UnaryOn<v1::ListWorkersRequest, v1::ListWorkersResponse>(
      parts_.blocking, context, in, out, list_,
      [this](const v1::ListWorkersRequest& request, CallInfo&, Responder<v1::ListWorkersResponse> respond) {
        const absl::Status status = List(request, respond.response());
        respond(status);
      });
}

grpc::ServerUnaryReactor* WorkerService::UpdateWorker(Context* context, const Bytes* in, Bytes* out) {
  return parts_.edge.UnaryOn<v1::UpdateWorkerRequest, v1::Worker>(
      parts_.blocking, context, in, out, update_,
      [this](const v1::UpdateWorkerRequest& request, CallInfo&, Responder<v1::Worker> respond) {
        const absl::Status status = Update(request, respond.response());
        respond(status);
      });
}

grpc::ServerUnaryReactor* WorkerService::SetWorkerActivity(Context* context, const Bytes* in, Bytes* out) {
  return parts_.edge.UnaryOn<v1::SetWorkerActivityRequest, v1::SetWorkerActivityResponse>(
      parts_.blocking, context, in, out, set_activity_,
      [this](const v1::SetWorkerActivityRequest& request, CallInfo&, Responder<v1::SetWorkerActivityResponse> respond) {
        const absl::Status status = SetActivity(request, respond.response());
        respond(status);
      });
}

grpc::ServerUnaryReactor* WorkerService::DeleteWorker(Context* context, const Bytes* in, Bytes* out) {
  return parts_.edge.UnaryOn<v1::DeleteWorkerRequest, google::protobuf::Empty>(
      parts_.blocking, context, in, out, delete_,
      [this](const v1::DeleteWorkerRequest& request, CallInfo&, Responder<google::protobuf::Empty> respond) {
        respond(Delete(request));
      });
}

grpc::ServerUnaryReactor* WorkerService::ExplainWorker(Context* context, const Bytes* in, Bytes* out) {
  return parts_.edge.UnaryOn<v1::ExplainWorkerRequest, v1::ExplainWorkerResponse>(
      parts_.blocking, context, in, out, explain_,
      [this](const v1::ExplainWorkerRequest& request, CallInfo&, Responder<v1::ExplainWorkerResponse> respond) {
        const absl::Status status = Explain(request, respond.response());
        respond(status);
      });
}

}  // namespace switchboard::frontline
