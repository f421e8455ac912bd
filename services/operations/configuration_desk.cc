#include "services/operations/configuration_desk.h"

#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/runtime/log.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/operations/configuration_review.h"
#include "services/triage/trainer.h"

namespace switchboard::operations {
namespace {

absl::StatusOr<std::shared_ptr<const triage::Configuration>> Parse(const HandedIn& handed_in) {
  std::vector<triage::ConfigurationError> errors;
  auto configuration = triage::ParseConfiguration(handed_in.yaml, handed_in.file_name, &errors);
  if (!errors.empty()) return MistakesStatus(errors);
  return configuration;
}

// Version 0 and no text where none was applied.
absl::StatusOr<triage::AppliedConfiguration> CurrentOrNone(triage::ConfigurationStore& store) {
  auto current = store.Current();
  if (absl::IsNotFound(current.status())) return triage::AppliedConfiguration();
  return current;
}

Verdict VerdictOn(const triage::Configuration& configuration, int64_t version) {
  return {.version = version,
          .topics = static_cast<int>(configuration.topics.size()),
          .queues = static_cast<int>(configuration.queues.size()),
          .routes = static_cast<int>(configuration.routes.size()),
          .warnings = WarningsAbout(configuration)};
}

}  // namespace

absl::StatusOr<Verdict> ConfigurationDesk::HandIn(const HandedIn& handed_in) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto configuration, Parse(handed_in));
  SWITCHBOARD_ASSIGN_OR_RETURN(const triage::AppliedConfiguration current, CurrentOrNone(store_));
  Verdict verdict = VerdictOn(*configuration, current.version);
  verdict.unchanged = current.version > 0 && current.yaml == handed_in.yaml;
  if (!verdict.unchanged) {
    SWITCHBOARD_ASSIGN_OR_RETURN(const queue::FiguresSample sample, engine_.Figures(absl::ZeroDuration()));
    SWITCHBOARD_RETURN_IF_ERROR(CheckQueuesInUse(*configuration, sample));
  }
  if (handed_in.validate_only) return verdict;
  if (!verdict.unchanged) {
    SWITCHBOARD_ASSIGN_OR_RETURN(verdict.version, TrainAndStore(handed_in, *configuration, current.version));
  }
  SWITCHBOARD_RETURN_IF_ERROR(follower_.CatchUp());
  return verdict;
}

absl::StatusOr<int64_t> ConfigurationDesk::TrainAndStore(const HandedIn& handed_in,
                                                         const triage::Configuration& configuration,
                                                         int64_t base_version) {
  if (applying_.exchange(true)) {
    return MakeError(absl::StatusCode::kAborted, reason::kConfigurationChanged,
                     "another configuration is being applied at this moment; try again in a few seconds");
  }
  const absl::Cleanup done = [this] { applying_ = false; };
  triage::TrainingOptions training;
  training.progress = [&handed_in](double) { return !handed_in.given_up || !handed_in.given_up(); };
  SWITCHBOARD_ASSIGN_OR_RETURN(const triage::TrainedModel model, triage::TrainModel(configuration, training));
  const std::string evaluation = model.evaluation.Write();
  return store_.Apply({.yaml = handed_in.yaml,
                       .file_name = handed_in.file_name,
                       .model = model.bytes,
                       .data_hash = model.data_hash,
                       .seed = training.seed,
                       .evaluation = evaluation,
                       .applied_by = handed_in.applied_by,
                       .base_version = base_version});
}

}  // namespace switchboard::operations
