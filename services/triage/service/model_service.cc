#include "services/triage/service/model_service.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/wire/field_checks.h"
#include "services/wire/page_token.h"
#include "services/wire/times.h"
#include "switchboard/v1/models.grpc.pb.h"

namespace switchboard::triage {
namespace {

constexpr std::string_view kModelPrefix = "models/";
constexpr std::string_view kTrainingPrefix = "trainings/";
constexpr size_t kMostNameBytes = 200;
constexpr size_t kMostHeldOutBytes = 64 << 10;
constexpr int kMostHeldOut = 20000;
constexpr int kStandardCorrections = 50;
constexpr int kMostCorrectionsOfCall = 500;

std::string ModelName(int64_t version) { return StrCat(kModelPrefix, version); }

// 0 where the name is none, which is then a violation.
int64_t CheckModel(std::string_view name, FieldViolations& violations) {
  int64_t version = 0;
  const bool valid = name.starts_with(kModelPrefix) &&
                     absl::SimpleAtoi(ToAbsl(name.substr(kModelPrefix.size())), &version) && version > 0;
  if (!valid) violations.Add("name", "must be models/{version}, for example models/3");
  return valid ? version : 0;
}

void FillEvaluation(const ModelEvaluation& evaluation, v1::ModelEvaluation& out) {
  out.set_examples(evaluation.examples);
  out.set_accuracy(evaluation.accuracy);
  out.set_macro_f1(evaluation.macro_f1);
  out.set_expected_calibration_error(evaluation.expected_calibration_error);
  out.set_coverage(evaluation.coverage);
  out.set_precision(evaluation.precision);
  for (const TopicEvaluation& topic : evaluation.topics) {
    v1::TopicEvaluation& each = *out.add_topics();
    each.set_topic(TopicName(topic.topic));
    each.set_examples(topic.examples);
    each.set_precision(topic.precision);
    each.set_recall(topic.recall);
  }
  for (const Confusion& confusion : evaluation.confusions) {
    v1::TopicConfusion& each = *out.add_confusions();
    each.set_topic(TopicName(confusion.topic));
    each.set_taken_for(TopicName(confusion.taken_for));
    each.set_examples(confusion.examples);
  }
  out.set_held_out_texts(evaluation.held_out_texts);
  out.set_held_out_accuracy(evaluation.held_out_accuracy);
  out.set_held_out_accuracy_in_force(evaluation.held_out_accuracy_in_force);
}

absl::Status FillModel(const StoredModel& model, v1::Model& out) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const ModelEvaluation evaluation, ModelEvaluation::Read(model.evaluation));
  out.set_name(ModelName(model.version));
  out.set_configuration_version(model.configuration_version);
  out.set_data_hash(model.data_hash);
  out.set_seed(model.seed);
  out.set_size_bytes(model.bytes);
  wire::SetTime(model.trained_at, out.mutable_train_time());
  out.set_trained_by(model.trained_by);
  out.set_in_force(model.in_force);
  FillEvaluation(evaluation, *out.mutable_evaluation());
  return absl::OkStatus();
}

void FillTraining(const TrainingRecord& training, v1::Training& out) {
  out.set_name(StrCat(kTrainingPrefix, training.id));
  out.set_state(static_cast<v1::Training::State>(training.state));
  out.set_progress(training.progress);
  if (training.model != 0) out.set_model(ModelName(training.model));
  out.set_error(training.error);
  out.set_started_by(training.started_by);
  wire::SetTime(training.started_at, out.mutable_start_time());
  wire::SetTime(training.updated_at, out.mutable_update_time());
}

void FillCorrection(const Correction& correction, v1::Correction& out) {
  out.set_inquiry(InquiryName(correction.inquiry));
  if (!correction.sorted_as.empty()) out.set_sorted_as(TopicName(correction.sorted_as));
  out.set_topic(TopicName(correction.topic));
  out.set_text(correction.text);
  out.set_state(static_cast<v1::Correction::State>(correction.state));
  wire::SetTime(correction.corrected_at, out.mutable_correct_time());
  out.set_reviewed_by(correction.reviewed_by);
}

void CheckWho(std::string_view field, std::string_view name, FieldViolations& violations) {
  wire::CheckLabel(field, name, wire::Need::kOptional, kMostNameBytes, violations);
}

absl::StatusOr<TrainingOrder> OrderIn(const v1::TrainModelRequest& request) {
  FieldViolations violations;
  CheckWho("started_by", request.started_by(), violations);
  if (request.held_out_size() > kMostHeldOut)
    violations.Add("held_out", StrCat("has more than ", kMostHeldOut, " texts"));
  TrainingOrder order{.seed = request.seed() == 0 ? 1 : request.seed(),
                      .activate = request.activate(),
                      .allow_worse = request.allow_worse(),
                      .started_by = request.started_by()};
  for (int i = 0; i < request.held_out_size() && i < kMostHeldOut; ++i) {
    const v1::LabelledText& text = request.held_out(i);
    const std::string field = StrCat("held_out[", i, "]");
    order.held_out.push_back(
        {wire::CheckTopic(StrCat(field, ".topic"), text.topic(), wire::Need::kRequired, violations), text.text()});
    wire::CheckText(StrCat(field, ".text"), text.text(), kMostHeldOutBytes, violations);
  }
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  return order;
}

template <typename Base>
using RawModelMethods = v1::ModelService::WithRawCallbackMethod_TrainModel<
    v1::ModelService::WithRawCallbackMethod_GetTraining<v1::ModelService::WithRawCallbackMethod_ListModels<
        v1::ModelService::WithRawCallbackMethod_ActivateModel<v1::ModelService::WithRawCallbackMethod_RollbackModel<
            v1::ModelService::WithRawCallbackMethod_ListCorrections<
                v1::ModelService::WithRawCallbackMethod_ReviewCorrections<Base>>>>>>>;

class ModelServiceImpl final : public RawModelMethods<v1::ModelService::Service> {
 public:
  explicit ModelServiceImpl(const ModelServiceParts& parts) : parts_(parts) {}

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;

  grpc::ServerUnaryReactor* TrainModel(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, train_, &ModelServiceImpl::DoTrain);
  }
  grpc::ServerUnaryReactor* GetTraining(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, get_training_, &ModelServiceImpl::DoGetTraining);
  }
  grpc::ServerUnaryReactor* ListModels(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, list_, &ModelServiceImpl::DoList);
  }
  grpc::ServerUnaryReactor* ActivateModel(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, activate_, &ModelServiceImpl::DoActivate);
  }
  grpc::ServerUnaryReactor* RollbackModel(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, rollback_, &ModelServiceImpl::DoRollback);
  }
  grpc::ServerUnaryReactor* ListCorrections(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, list_corrections_, &ModelServiceImpl::DoListCorrections);
  }
  grpc::ServerUnaryReactor* ReviewCorrections(Context* context, const Bytes* in, Bytes* out) override {
    return Serve(context, in, out, review_, &ModelServiceImpl::DoReview);
  }

 private:
  template <typename Request, typename Response>
  using Handler = absl::Status (ModelServiceImpl::*)(const Request&, Response&);

  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Serve(Context* context, const Bytes* in, Bytes* out, RpcMethod& method,
                                  Handler<Request, Response> handler) {
    return parts_.edge.UnaryOn<Request, Response>(
        parts_.blocking, context, in, out, method,
        [this, handler](const Request& request, CallInfo&, Responder<Response> respond) {
          const absl::Status status = (this->*handler)(request, respond.response());
          respond(status);
        });
  }

  absl::Status DoTrain(const v1::TrainModelRequest& request, v1::Training& response);
  absl::Status DoGetTraining(const v1::GetTrainingRequest& request, v1::Training& response);
  absl::Status DoList(const v1::ListModelsRequest& request, v1::ListModelsResponse& response);
  absl::Status DoActivate(const v1::ActivateModelRequest& request, v1::Model& response);
  absl::Status DoRollback(const v1::RollbackModelRequest& request, v1::Model& response);
  absl::Status DoListCorrections(const v1::ListCorrectionsRequest& request, v1::ListCorrectionsResponse& response);
  absl::Status DoReview(const v1::ReviewCorrectionsRequest& request, v1::ReviewCorrectionsResponse& response);
  absl::Status Answer(int64_t version, v1::Model& response);

  RpcMethod& Method(const char* name) { return parts_.edge.Method(kModelServiceName, name); }

  const ModelServiceParts parts_;
  RpcMethod& train_ = Method("TrainModel");
  RpcMethod& get_training_ = Method("GetTraining");
  RpcMethod& list_ = Method("ListModels");
  RpcMethod& activate_ = Method("ActivateModel");
  RpcMethod& rollback_ = Method("RollbackModel");
  RpcMethod& list_corrections_ = Method("ListCorrections");
  RpcMethod& review_ = Method("ReviewCorrections");
};

absl::Status ModelServiceImpl::DoTrain(const v1::TrainModelRequest& request, v1::Training& response) {
  SWITCHBOARD_ASSIGN_OR_RETURN(TrainingOrder order, OrderIn(request));
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::string id, parts_.workshop.Start(std::move(order)));
  SWITCHBOARD_ASSIGN_OR_RETURN(const TrainingRecord training, parts_.models.GetTraining(id));
  FillTraining(training, response);
  return absl::OkStatus();
}

absl::Status ModelServiceImpl::DoGetTraining(const v1::GetTrainingRequest& request, v1::Training& response) {
  if (!request.name().starts_with(kTrainingPrefix)) return InvalidField("name", "must be trainings/{training}");
  SWITCHBOARD_ASSIGN_OR_RETURN(const TrainingRecord training,
                               parts_.models.GetTraining(request.name().substr(kTrainingPrefix.size())));
  FillTraining(training, response);
  return absl::OkStatus();
}

absl::Status ModelServiceImpl::DoList(const v1::ListModelsRequest&, v1::ListModelsResponse& response) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<StoredModel> models, parts_.models.List());
  for (const StoredModel& model : models) SWITCHBOARD_RETURN_IF_ERROR(FillModel(model, *response.add_models()));
  return absl::OkStatus();
}

absl::Status ModelServiceImpl::Answer(int64_t version, v1::Model& response) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const StoredModel model, parts_.models.Get(version));
  return FillModel(model, response);
}

absl::Status ModelServiceImpl::DoActivate(const v1::ActivateModelRequest& request, v1::Model& response) {
  FieldViolations violations;
  const int64_t version = CheckModel(request.name(), violations);
  CheckWho("activated_by", request.activated_by(), violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_RETURN_IF_ERROR(parts_.workshop.Activate(version, request.allow_worse(), request.activated_by()));
  return Answer(version, response);
}

absl::Status ModelServiceImpl::DoRollback(const v1::RollbackModelRequest& request, v1::Model& response) {
  FieldViolations violations;
  CheckWho("activated_by", request.activated_by(), violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t version, parts_.workshop.Rollback(request.activated_by()));
  return Answer(version, response);
}

absl::Status ModelServiceImpl::DoListCorrections(const v1::ListCorrectionsRequest& request,
                                                 v1::ListCorrectionsResponse& response) {
  FieldViolations violations;
  wire::CheckEnum("state", request.state(), wire::Need::kOptional, violations);
  const int size =
      wire::CheckPageSize("page_size", request.page_size(), kStandardCorrections, kMostCorrectionsOfCall, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  const wire::PageScope scope("ListCorrections", StrCat(static_cast<int>(request.state())));
  SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t before,
                               scope.CursorIn(request.page_token(), std::numeric_limits<int64_t>::max()));
  std::optional<CorrectionState> state;
  if (request.state() != v1::Correction::STATE_UNSPECIFIED) state = static_cast<CorrectionState>(request.state());
  SWITCHBOARD_RETURN_IF_ERROR(parts_.corrections.Gather());
  SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<Correction> page, parts_.corrections.List(state, before, size));
  for (const Correction& each : page) FillCorrection(each, *response.add_corrections());
  if (std::ssize(page) == size) response.set_next_page_token(scope.TokenAfter(page.back().inquiry));
  return absl::OkStatus();
}

absl::Status ModelServiceImpl::DoReview(const v1::ReviewCorrectionsRequest& request,
                                        v1::ReviewCorrectionsResponse& response) {
  FieldViolations violations;
  CheckWho("reviewed_by", request.reviewed_by(), violations);
  wire::CheckEnum("state", request.state(), wire::Need::kRequired, violations);
  if (request.inquiries().empty() || request.inquiries_size() > kMostCorrectionsOfCall) {
    violations.Add("inquiries", StrCat("must name 1 to ", kMostCorrectionsOfCall, " inquiries"));
  }
  std::vector<int64_t> inquiries;
  for (int i = 0; i < std::min(request.inquiries_size(), kMostCorrectionsOfCall); ++i) {
    inquiries.push_back(wire::CheckInquiry(StrCat("inquiries[", i, "]"), request.inquiries(i), violations));
  }
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  SWITCHBOARD_RETURN_IF_ERROR(parts_.corrections.Gather());
  SWITCHBOARD_ASSIGN_OR_RETURN(
      const int64_t reviewed,
      parts_.corrections.Review(inquiries, static_cast<CorrectionState>(request.state()), request.reviewed_by()));
  response.set_reviewed(static_cast<int32_t>(reviewed));
  return absl::OkStatus();
}

}  // namespace

std::unique_ptr<grpc::Service> MakeModelService(const ModelServiceParts& parts) {
  return std::make_unique<ModelServiceImpl>(parts);
}

}  // namespace switchboard::triage
