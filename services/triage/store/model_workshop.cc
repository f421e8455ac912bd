#include "services/triage/store/model_workshop.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/ids/uuid.h"
#include "common/runtime/log.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"

namespace switchboard::triage {
namespace {

constexpr absl::Duration kReportInterval = absl::Seconds(1);
constexpr int kLowPriority = 10;  // niceness
constexpr char kStartedByCorrections[] = "corrections";

void LowerPriorityOfThisThread() { setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kLowPriority); }

absl::Status CheckTopics(const Configuration& configuration, const std::vector<LabelledText>& texts) {
  for (size_t i = 0; i < texts.size(); ++i) {
    if (configuration.FindTopic(texts[i].topic) != nullptr) continue;
    return InvalidField(absl::StrCat("held_out[", i, "].topic"), "the configuration in force has no such topic");
  }
  return absl::OkStatus();
}

double AccuracyOn(const Sorter& sorter, const std::vector<LabelledText>& texts) {
  double right = 0;
  for (const LabelledText& text : texts) right += sorter.Sort({.text = text.text}).best.topic == text.topic ? 1 : 0;
  return texts.empty() ? 0 : right / static_cast<double>(texts.size());
}

}  // namespace

ModelWorkshop::ModelWorkshop(ConfigurationStore& configurations, ModelStore& models, CorrectionStore& corrections,
                             ConfigurationFollower& follower, const TriageEngine& engine, const Clock& clock)
    : configurations_(configurations),
      models_(models),
      corrections_(corrections),
      follower_(follower),
      engine_(engine),
      clock_(clock) {}

ModelWorkshop::~ModelWorkshop() { Stop(); }

void ModelWorkshop::Stop() {
  stopping_ = true;
  const absl::MutexLock lock(&mutex_);
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<std::string> ModelWorkshop::Start(TrainingOrder order) {
  auto applied = configurations_.Current();
  if (absl::IsNotFound(applied.status())) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reason::kNoConfiguration,
                     "no configuration was applied yet: apply one with topics and examples first");
  }
  if (!applied.ok()) return applied.status();
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto configuration, ParseConfiguration(applied->yaml, applied->file_name));
  SWITCHBOARD_RETURN_IF_ERROR(CheckTopics(*configuration, order.held_out));
  const absl::MutexLock lock(&mutex_);
  if (stopping_) return Unavailable(reason::kShuttingDown, "this process is shutting down", absl::Seconds(1));
  std::string id = RandomUuid().ToString();
  SWITCHBOARD_RETURN_IF_ERROR(models_.BeginTraining(id, order.started_by));
  if (thread_.joinable()) thread_.join();  // the one before has reported its end
  thread_ =
      std::thread([this, applied = *std::move(applied), order = std::move(order), id] { Train(applied, order, id); });
  return id;
}

absl::Status ModelWorkshop::LearnCorrections() {
  SWITCHBOARD_RETURN_IF_ERROR(corrections_.Gather());
  const int enough = engine_.snapshot()->configuration->learn_corrections_after;
  if (enough == 0) return absl::OkStatus();
  SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t waiting, corrections_.CountWaiting());
  if (waiting < enough) return absl::OkStatus();
  const absl::Status started = Start({.activate = true, .started_by = kStartedByCorrections}).status();
  // Where another training is under way, there will be a next time.
  return absl::IsAborted(started) ? absl::OkStatus() : started;
}

void ModelWorkshop::Train(const AppliedConfiguration& applied, const TrainingOrder& order, const std::string& id) {
  LowerPriorityOfThisThread();
  TrainingRecord record{.id = id};
  const absl::Status status = TrainInto(applied, order, &record);
  record.state = record.model != 0 ? TrainingState::kDone : TrainingState::kFailed;
  if (record.model != 0) record.progress = 1;
  if (!status.ok()) record.error = std::string(status.message());
  const absl::Status reported = models_.ReportTraining(record);
  if (reported.ok() && status.ok()) return Log(LogLevel::kInfo, absl::StrCat("model ", record.model, " is trained"));
  Log(LogLevel::kWarning, absl::StrCat("training ", id, ": ", status.ok() ? reported.message() : status.message()));
}

absl::Status ModelWorkshop::TrainInto(const AppliedConfiguration& applied, const TrainingOrder& order,
                                      TrainingRecord* record) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto configuration, ParseConfiguration(applied.yaml, applied.file_name));
  TrainingOptions options;
  options.seed = order.seed;
  SWITCHBOARD_RETURN_IF_ERROR(corrections_.Gather());
  SWITCHBOARD_ASSIGN_OR_RETURN(options.corrections, corrections_.TakeToLearn(configuration->learn_corrections_after));
  absl::Duration reported_at = clock_.Elapsed();
  options.progress = [&](double done) {
    if (stopping_) return false;
    if (clock_.Elapsed() - reported_at < kReportInterval) return true;
    reported_at = clock_.Elapsed();
    record->progress = done;
    // A database that is away does not end the training: the model is stored once it is back.
    return !absl::IsAborted(models_.ReportTraining(*record));
  };
  SWITCHBOARD_ASSIGN_OR_RETURN(TrainedModel trained, TrainModel(*configuration, options));
  if (!order.held_out.empty()) {
    SWITCHBOARD_ASSIGN_OR_RETURN(
        const auto sorter,
        LoadSorter(configuration, std::make_shared<const UrgencyRules>(*configuration), trained.bytes));
    trained.evaluation.held_out_texts = static_cast<int64_t>(order.held_out.size());
    trained.evaluation.held_out_accuracy = AccuracyOn(*sorter, order.held_out);
    trained.evaluation.held_out_accuracy_in_force = AccuracyOn(*engine_.snapshot()->sorter, order.held_out);
  }
  const std::string evaluation = trained.evaluation.Write();
  SWITCHBOARD_ASSIGN_OR_RETURN(record->model, models_.Add({.configuration_version = applied.version,
                                                           .data_hash = trained.data_hash,
                                                           .seed = order.seed,
                                                           .evaluation = evaluation,
                                                           .model = trained.bytes,
                                                           .trained_by = order.started_by}));
  if (!order.activate) return absl::OkStatus();
  return Annotate(Activate(record->model, order.allow_worse, order.started_by), "trained, but not put in force");
}

absl::Status ModelWorkshop::CheckLoss(int64_t candidate, int64_t in_force) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const StoredModel stored, models_.Get(candidate));
  SWITCHBOARD_ASSIGN_OR_RETURN(const ModelEvaluation evaluation, ModelEvaluation::Read(stored.evaluation));
  const absl::StatusOr<StoredModel> other = models_.Get(in_force);
  if (absl::IsNotFound(other.status())) return absl::OkStatus();
  if (!other.ok()) return other.status();
  SWITCHBOARD_ASSIGN_OR_RETURN(const ModelEvaluation in_force_evaluation, ModelEvaluation::Read(other->evaluation));
  const double loss = LossOf(evaluation, in_force_evaluation);
  if (loss <= MostLossOf(evaluation)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, reason::kModelIsWorse,
                   absl::StrFormat("model %d is right %.1f points less often than model %d, which is in force; allow a "
                                   "worse one, or keep it",
                                   candidate, 100 * loss, in_force));
}

absl::Status ModelWorkshop::Activate(int64_t version, bool allow_worse, std::string_view activated_by) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const StoredModel model, models_.Get(version));
  SWITCHBOARD_ASSIGN_OR_RETURN(const AppliedConfiguration current, configurations_.Current());
  if (current.model_version == version) return follower_.CatchUp();
  if (model.configuration_sha256 != current.sha256) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reason::kModelDoesNotFit,
                     absl::StrCat("model ", version, " was trained for version ", model.configuration_version,
                                  " of the configuration, and another one is in force: train a model for it"));
  }
  if (!allow_worse) SWITCHBOARD_RETURN_IF_ERROR(CheckLoss(version, current.model_version));
  return PutInForce(current, version, activated_by);
}

absl::StatusOr<int64_t> ModelWorkshop::Rollback(std::string_view activated_by) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t version, models_.PreviouslyInForce());
  SWITCHBOARD_RETURN_IF_ERROR(Activate(version, true, activated_by));
  return version;
}

absl::Status ModelWorkshop::PutInForce(const AppliedConfiguration& current, int64_t version,
                                       std::string_view activated_by) {
  SWITCHBOARD_RETURN_IF_ERROR(configurations_
                                  .Apply({.yaml = current.yaml,
                                          .file_name = current.file_name,
                                          .applied_by = activated_by,
                                          .guidelines = current.guidelines,
                                          .guidelines_file_name = current.guidelines_file_name,
                                          .answers = current.answers,
                                          .answers_file_name = current.answers_file_name,
                                          .base_version = current.version,
                                          .model_version = version})
                                  .status());
  return follower_.CatchUp();
}

}  // namespace switchboard::triage
