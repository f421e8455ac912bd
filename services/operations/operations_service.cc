#include "services/operations/operations_service.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/operations/queue_view.h"
#include "services/wire/field_checks.h"
#include "services/wire/inquiry_to_proto.h"
#include "services/wire/page_token.h"
#include "services/wire/times.h"
#include "switchboard/v1/operations.grpc.pb.h"

namespace switchboard::operations {
namespace {

using wire::Need;

constexpr int kQueuePage = 100;
constexpr int kDeadLetterPage = 50;
constexpr int kMostPage = 1000;
constexpr int kMostHolders = 100;
constexpr int kMostRedriven = 10000;
constexpr int kUsualRedriven = 1000;
constexpr int kMostInquiriesNamed = 1000;
constexpr int kMostInquiriesListed = 100;
constexpr size_t kMostYamlBytes = 8 << 20;
constexpr absl::Duration kUsualSampleAge = absl::Seconds(5);
constexpr absl::Duration kFreshSampleAge =
    absl::ZeroDuration();  // the engine never samples more than a share of the time

template <typename Base>
using RawMethods = v1::OperationsService::WithRawCallbackMethod_ListQueues<
    v1::OperationsService::WithRawCallbackMethod_GetQueue<v1::OperationsService::WithRawCallbackMethod_PauseQueue<
        v1::OperationsService::WithRawCallbackMethod_ResumeQueue<
            v1::OperationsService::WithRawCallbackMethod_ListDeadLetters<
                v1::OperationsService::WithRawCallbackMethod_RedriveDeadLetters<
                    v1::OperationsService::WithRawCallbackMethod_ApplyConfiguration<
                        v1::OperationsService::WithRawCallbackMethod_GetConfiguration<Base>>>>>>>>;

class OperationsServiceImpl final : public RawMethods<v1::OperationsService::Service> {
 public:
  explicit OperationsServiceImpl(const OperationsRooms& rooms) : rooms_(rooms) {}

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;

  grpc::ServerUnaryReactor* ListQueues(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, list_queues_, &OperationsServiceImpl::DoListQueues);
  }
  grpc::ServerUnaryReactor* GetQueue(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, get_queue_, &OperationsServiceImpl::DoGetQueue);
  }
  grpc::ServerUnaryReactor* PauseQueue(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, pause_queue_, &OperationsServiceImpl::DoPauseQueue);
  }
  grpc::ServerUnaryReactor* ResumeQueue(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, resume_queue_, &OperationsServiceImpl::DoResumeQueue);
  }
  grpc::ServerUnaryReactor* ListDeadLetters(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, list_dead_letters_, &OperationsServiceImpl::DoListDeadLetters);
  }
  grpc::ServerUnaryReactor* RedriveDeadLetters(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, redrive_dead_letters_, &OperationsServiceImpl::DoRedriveDeadLetters);
  }
  grpc::ServerUnaryReactor* ApplyConfiguration(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, apply_configuration_, &OperationsServiceImpl::DoApplyConfiguration);
  }
  grpc::ServerUnaryReactor* GetConfiguration(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, get_configuration_, &OperationsServiceImpl::DoGetConfiguration);
  }

 private:
  // Every method here asks the database, so all run where they may block; each fills its response or says what is
  // wrong.
  template <typename Request, typename Response>
  using Handler = absl::Status (OperationsServiceImpl::*)(const Request&, CallInfo&, Response&);

  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Serve(Context* context, const Bytes* in, Bytes* out, RpcMethod& method,
                                  Handler<Request, Response> handler) {
    return rooms_.edge.UnaryOn<Request, Response>(
        rooms_.blocking, context, in, out, method,
        [this, handler](const Request& request, CallInfo& call, Responder<Response> respond) {
          const absl::Status status = (this->*handler)(request, call, respond.response());
          respond(status);
        });
  }

  absl::Status DoListQueues(const v1::ListQueuesRequest& request, CallInfo& call, v1::ListQueuesResponse& response);
  absl::Status DoGetQueue(const v1::GetQueueRequest& request, CallInfo& call, v1::Queue& response);
  absl::Status DoPauseQueue(const v1::PauseQueueRequest& request, CallInfo& call, v1::Queue& response);
  absl::Status DoResumeQueue(const v1::ResumeQueueRequest& request, CallInfo& call, v1::Queue& response);
  absl::Status DoListDeadLetters(const v1::ListDeadLettersRequest& request, CallInfo& call,
                                 v1::ListDeadLettersResponse& response);
  absl::Status DoRedriveDeadLetters(const v1::RedriveDeadLettersRequest& request, CallInfo& call,
                                    v1::RedriveDeadLettersResponse& response);
  absl::Status DoApplyConfiguration(const v1::ApplyConfigurationRequest& request, CallInfo& call,
                                    v1::ApplyConfigurationResponse& response);
  absl::Status DoGetConfiguration(const v1::GetConfigurationRequest& request, CallInfo& call,
                                  v1::GetConfigurationResponse& response);

  absl::Status SetPaused(std::string_view queue, bool paused, std::string_view reason, v1::Queue& response);
  absl::StatusOr<std::optional<queue::QueueNumber>> NumberOf(const std::string& queue) const;

  RpcMethod& Method(const char* name) { return rooms_.edge.Method(kServiceName, name); }

  const OperationsRooms rooms_;
  RpcMethod& list_queues_ = Method("ListQueues");
  RpcMethod& get_queue_ = Method("GetQueue");
  RpcMethod& pause_queue_ = Method("PauseQueue");
  RpcMethod& resume_queue_ = Method("ResumeQueue");
  RpcMethod& list_dead_letters_ = Method("ListDeadLetters");
  RpcMethod& redrive_dead_letters_ = Method("RedriveDeadLetters");
  RpcMethod& apply_configuration_ = Method("ApplyConfiguration");
  RpcMethod& get_configuration_ = Method("GetConfiguration");
};

absl::Status OperationsServiceImpl::DoListQueues(const v1::ListQueuesRequest& request, CallInfo&,
                                                 v1::ListQueuesResponse& response) {
  const auto snapshot = rooms_.triage.snapshot();
  const wire::PageScope scope("ListQueues", absl::StrCat(snapshot->configuration_version));
  FieldViolations violations;
  const int size = wire::CheckPageSize("page_size", request.page_size(), kQueuePage, kMostPage, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t from, scope.CursorIn(request.page_token()));
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::FiguresSample sample,
                               rooms_.engine.Figures(request.fresh() ? kFreshSampleAge : kUsualSampleAge));
  const std::vector<std::string> visible = VisibleQueues(*snapshot->configuration, sample);
  const int64_t end = std::min<int64_t>(from + size, static_cast<int64_t>(visible.size()));
  for (int64_t i = from; i < end; ++i) {
    FillQueue(visible[i], *snapshot->configuration, sample, *response.add_queues());
  }
  if (end < static_cast<int64_t>(visible.size())) response.set_next_page_token(scope.TokenAfter(end));
  return absl::OkStatus();
}

absl::Status OperationsServiceImpl::DoGetQueue(const v1::GetQueueRequest& request, CallInfo&, v1::Queue& response) {
  FieldViolations violations;
  const std::string queue = wire::CheckQueue("name", request.name(), Need::kRequired, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_RETURN_IF_ERROR(rooms_.engine.NumberOf(queue).status());
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::FiguresSample sample, rooms_.engine.Figures(kFreshSampleAge));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto holders, rooms_.engine.Holders(queue, kMostHolders));
  FillQueue(queue, *rooms_.triage.snapshot()->configuration, sample, response);
  FillHolders(holders, response);
  return absl::OkStatus();
}

absl::Status OperationsServiceImpl::DoPauseQueue(const v1::PauseQueueRequest& request, CallInfo&, v1::Queue& response) {
  FieldViolations violations;
  const std::string queue = wire::CheckQueue("name", request.name(), Need::kRequired, violations);
  wire::CheckReason("reason", request.reason(), Need::kRequired, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return SetPaused(queue, true, request.reason(), response);
}

absl::Status OperationsServiceImpl::DoResumeQueue(const v1::ResumeQueueRequest& request, CallInfo&,
                                                  v1::Queue& response) {
  FieldViolations violations;
  const std::string queue = wire::CheckQueue("name", request.name(), Need::kRequired, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return SetPaused(queue, false, "", response);
}

absl::Status OperationsServiceImpl::SetPaused(std::string_view queue, bool paused, std::string_view reason,
                                              v1::Queue& response) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const queue::QueueRecord record, rooms_.engine.SetPaused(queue, paused, reason));
  // It is paused now, whatever becomes of the figures.
  const auto sample = rooms_.engine.Figures(kUsualSampleAge);
  FillQueue(queue, *rooms_.triage.snapshot()->configuration, sample.ok() ? *sample : queue::FiguresSample(), response);
  FillPause(record, response);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<queue::QueueNumber>> OperationsServiceImpl::NumberOf(const std::string& queue) const {
  if (queue.empty()) return std::nullopt;
  return rooms_.engine.NumberOf(queue);
}

absl::Status OperationsServiceImpl::DoListDeadLetters(const v1::ListDeadLettersRequest& request, CallInfo&,
                                                      v1::ListDeadLettersResponse& response) {
  FieldViolations violations;
  const std::string queue = wire::CheckQueue("queue", request.queue(), Need::kOptional, violations);
  const int size = wire::CheckPageSize("page_size", request.page_size(), kDeadLetterPage, kMostPage, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  const wire::PageScope scope("ListDeadLetters", queue);
  SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t before, scope.CursorIn(request.page_token()));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto number, NumberOf(queue));
  SWITCHBOARD_ASSIGN_OR_RETURN(auto entries, rooms_.engine.ListDeadLetters(number, before, size + 1));
  if (static_cast<int>(entries.size()) > size) {
    entries.resize(size);
    response.set_next_page_token(scope.TokenAfter(entries.back().inquiry.content.id));
  }
  for (const queue::DeadLetterEntry& entry : entries) {
    v1::DeadLetter& out = *response.add_dead_letters();
    wire::FillInquiry(entry.inquiry, rooms_.engine.NameOf(entry.inquiry.queue), wire::WithText::kYes,
                      *out.mutable_inquiry());
    out.set_reason(entry.reason);
    wire::SetTime(entry.time, out.mutable_dead_letter_time());
    out.set_attempts(entry.inquiry.attempts);
  }
  return absl::OkStatus();
}

absl::Status OperationsServiceImpl::DoRedriveDeadLetters(const v1::RedriveDeadLettersRequest& request, CallInfo&,
                                                         v1::RedriveDeadLettersResponse& response) {
  FieldViolations violations;
  const std::string queue = wire::CheckQueue("queue", request.queue(), Need::kOptional, violations);
  const std::string target = wire::CheckQueue("target_queue", request.target_queue(), Need::kOptional, violations);
  const int most = wire::CheckCount("max_count", request.max_count(), kUsualRedriven, 1, kMostRedriven, violations);
  queue::DeadLetterSelection selection;
  if (request.queue().empty() == request.inquiries().empty()) {
    violations.Add("queue", "give either `queue` or `inquiries`");
  }
  if (request.inquiries_size() > kMostInquiriesNamed) {
    violations.Add("inquiries", absl::StrCat("are at most ", kMostInquiriesNamed, " in one call"));
  }
  for (int i = 0; i < std::min(request.inquiries_size(), kMostInquiriesNamed); ++i) {
    selection.ids.push_back(wire::CheckInquiry(absl::StrCat("inquiries[", i, "]"), request.inquiries(i), violations));
  }
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_ASSIGN_OR_RETURN(selection.queue, NumberOf(queue));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto target_number, NumberOf(target));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto result,
                               rooms_.engine.Redrive(selection, target_number, most, request.dry_run()));
  response.set_redriven_count(static_cast<int32_t>(result.ids.size()));
  response.set_remaining_count(result.remaining);
  for (size_t i = 0; i < std::min<size_t>(result.ids.size(), kMostInquiriesListed); ++i) {
    response.add_inquiries(InquiryName(result.ids[i]));
  }
  return absl::OkStatus();
}

absl::Status OperationsServiceImpl::DoApplyConfiguration(const v1::ApplyConfigurationRequest& request, CallInfo& call,
                                                         v1::ApplyConfigurationResponse& response) {
  FieldViolations violations;
  if (request.yaml().empty() && request.guidelines().empty() && request.answers().empty()) {
    violations.Add("yaml", "is required where there are neither `guidelines` nor `answers`");
  }
  if (request.yaml().size() > kMostYamlBytes) violations.Add("yaml", "is at most 8 MiB");
  if (request.guidelines().size() > kMostYamlBytes) violations.Add("guidelines", "are at most 8 MiB");
  wire::CheckLabel("guidelines_file_name", request.guidelines_file_name(), Need::kOptional, wire::kMostLabelBytes,
                   violations);
  if (request.answers().size() > kMostYamlBytes) violations.Add("answers", "are at most 8 MiB");
  wire::CheckLabel("answers_file_name", request.answers_file_name(), Need::kOptional, wire::kMostLabelBytes,
                   violations);
  wire::CheckLabel("file_name", request.file_name(), Need::kOptional, wire::kMostLabelBytes, violations);
  wire::CheckLabel("applied_by", request.applied_by(), Need::kOptional, wire::kMostLabelBytes, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const Verdict verdict,
      rooms_.desk.HandIn(
          {.yaml = request.yaml(),
           .file_name = request.file_name().empty() ? "configuration" : request.file_name(),
           .applied_by = request.applied_by().empty() ? call.caller() : request.applied_by(),
           .guidelines = request.guidelines(),
           .guidelines_file_name =
               request.guidelines_file_name().empty() ? "guidelines" : request.guidelines_file_name(),
           .answers = request.answers(),
           .answers_file_name = request.answers_file_name().empty() ? "answers" : request.answers_file_name(),
           .validate_only = request.validate_only(),
           .given_up = [&call] { return call.cancelled(); }}));
  response.set_version(verdict.version);
  response.set_unchanged(verdict.unchanged);
  response.set_topic_count(verdict.topics);
  response.set_queue_count(verdict.queues);
  response.set_route_count(verdict.routes);
  response.set_guideline_count(verdict.guidelines);
  response.set_answer_count(verdict.answers);
  for (const std::string& warning : verdict.warnings) response.add_warnings(warning);
  return absl::OkStatus();
}

absl::Status OperationsServiceImpl::DoGetConfiguration(const v1::GetConfigurationRequest&, CallInfo&,
                                                       v1::GetConfigurationResponse& response) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const triage::AppliedConfiguration applied, rooms_.desk.InForce());
  response.set_version(applied.version);
  response.set_yaml(applied.yaml);
  wire::SetTime(applied.applied_at, response.mutable_apply_time());
  response.set_applied_by(applied.applied_by);
  response.set_guidelines(applied.guidelines);
  response.set_answers(applied.answers);
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<grpc::Service> MakeOperationsService(const OperationsRooms& rooms) {
  return std::make_unique<OperationsServiceImpl>(rooms);
}

}  // namespace switchboard::operations
