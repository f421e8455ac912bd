#include "services/operations/configuration_desk.h"

#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/runtime/log.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/guidance/answer_library.h"
#include "services/guidance/guideline.h"
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

// Null where there are none.
absl::StatusOr<std::shared_ptr<const guidance::GuidelineBook>> ParseGuidelines(const HandedIn& whole) {
  if (whole.guidelines.empty()) return std::shared_ptr<const guidance::GuidelineBook>();
  std::vector<YamlError> errors;
  auto book = guidance::ParseGuidelines(whole.guidelines, whole.guidelines_file_name, &errors);
  if (!errors.empty()) return MistakesStatus(errors);
  return book;
}

// What is in force; no guidelines where there are none, or where this program cannot read them.
std::shared_ptr<const guidance::GuidelineBook> GuidelinesOf(const triage::AppliedConfiguration& applied) {
  auto book = guidance::ParseGuidelines(applied.guidelines, applied.guidelines_file_name);
  return book.ok() ? *std::move(book) : std::make_shared<const guidance::GuidelineBook>();
}

// Null where there are none.
absl::StatusOr<std::shared_ptr<const guidance::AnswerLibrary>> ParseAnswers(const HandedIn& whole) {
  if (whole.answers.empty()) return std::shared_ptr<const guidance::AnswerLibrary>();
  std::vector<YamlError> errors;
  auto library = guidance::ParseAnswers(whole.answers, whole.answers_file_name, &errors);
  if (!errors.empty()) return MistakesStatus(errors);
  return library;
}

std::vector<guidance::AnswerVersion> VersionsOf(const guidance::AnswerLibrary* library) {
  std::vector<guidance::AnswerVersion> versions;
  if (library == nullptr) return versions;
  for (const guidance::Answer& each : library->answers) {
    versions.push_back({each.id, each.version, guidance::WriteAnswer(each)});
  }
  return versions;
}

// What is handed in, with what was applied before in place of what is left empty.
HandedIn Completed(HandedIn handed_in, const triage::AppliedConfiguration& current) {
  if (handed_in.yaml.empty()) {
    handed_in.yaml = current.yaml;
    handed_in.file_name = current.file_name;
  }
  if (handed_in.guidelines.empty()) {
    handed_in.guidelines = current.guidelines;
    handed_in.guidelines_file_name = current.guidelines_file_name;
  }
  if (handed_in.answers.empty()) {
    handed_in.answers = current.answers;
    handed_in.answers_file_name = current.answers_file_name;
  }
  return handed_in;
}

Verdict VerdictOn(const triage::Configuration& configuration, const guidance::GuidelineBook* guidelines,
                  const guidance::AnswerLibrary* answers, int64_t version) {
  Verdict verdict{.version = version,
                  .topics = static_cast<int>(configuration.topics.size()),
                  .queues = static_cast<int>(configuration.queues.size()),
                  .routes = static_cast<int>(configuration.routes.size()),
                  .warnings = WarningsAbout(configuration)};
  const auto warn = [&verdict](std::vector<std::string> warnings) {
    for (std::string& warning : warnings) verdict.warnings.push_back(std::move(warning));
  };
  if (guidelines != nullptr) {
    verdict.guidelines = static_cast<int>(guidelines->guidelines.size());
    warn(WarningsAbout(*guidelines, configuration));
  }
  if (answers != nullptr) {
    verdict.answers = static_cast<int>(answers->answers.size());
    warn(WarningsAbout(*answers, guidelines, configuration));
  }
  return verdict;
}

}  // namespace

absl::StatusOr<Verdict> ConfigurationDesk::HandIn(const HandedIn& handed_in) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const triage::AppliedConfiguration current, CurrentOrNone(store_));
  const HandedIn whole = Completed(handed_in, current);
  if (whole.yaml.empty()) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, reason::kInvalidConfiguration,
        "no configuration of topics, routes and queues is in force: apply one before guidelines and answers, "
        "or together with them");
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto configuration, Parse(whole));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto guidelines, ParseGuidelines(whole));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto answers, ParseAnswers(whole));
  Verdict verdict = VerdictOn(*configuration, guidelines.get(), answers.get(), current.version);
  verdict.unchanged = current.version > 0 && current.yaml == whole.yaml && current.guidelines == whole.guidelines &&
                      current.answers == whole.answers;
  const std::vector<guidance::AnswerVersion> versions = VersionsOf(answers.get());
  if (!verdict.unchanged) {
    if (guidelines != nullptr) {
      SWITCHBOARD_RETURN_IF_ERROR(CheckAuthorityQueues(*guidelines, *configuration, whole.guidelines_file_name));
      const auto in_force = GuidelinesOf(current);
      SWITCHBOARD_RETURN_IF_ERROR(CheckVersionsUnchanged(*guidelines, *in_force, whole.guidelines_file_name));
      for (std::string& warning : WarningsAbout(*guidelines, *in_force)) verdict.warnings.push_back(std::move(warning));
    }
    SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<size_t> changed, answers_.Changed(versions));
    SWITCHBOARD_RETURN_IF_ERROR(CheckVersionsUnchanged(answers.get(), changed, whole.answers_file_name));
    SWITCHBOARD_ASSIGN_OR_RETURN(const queue::FiguresSample sample, engine_.Figures(absl::ZeroDuration()));
    SWITCHBOARD_RETURN_IF_ERROR(CheckQueuesInUse(*configuration, sample));
  }
  if (handed_in.validate_only) return verdict;
  if (!verdict.unchanged) {
    SWITCHBOARD_RETURN_IF_ERROR(answers_.Keep(versions));
    SWITCHBOARD_ASSIGN_OR_RETURN(verdict.version, TrainAndStore(whole, *configuration, current));
  }
  SWITCHBOARD_RETURN_IF_ERROR(follower_.CatchUp());
  return verdict;
}

absl::StatusOr<int64_t> ConfigurationDesk::TrainAndStore(const HandedIn& whole,
                                                         const triage::Configuration& configuration,
                                                         const triage::AppliedConfiguration& current) {
  if (applying_.exchange(true)) {
    return MakeError(absl::StatusCode::kAborted, reason::kConfigurationChanged,
                     "another configuration is being applied at this moment; try again in a few seconds");
  }
  const absl::Cleanup done = [this] { applying_ = false; };
  triage::ConfigurationChange change{.yaml = whole.yaml,
                                     .file_name = whole.file_name,
                                     .model = current.model,
                                     .applied_by = whole.applied_by,
                                     .guidelines = whole.guidelines,
                                     .guidelines_file_name = whole.guidelines_file_name,
                                     .answers = whole.answers,
                                     .answers_file_name = whole.answers_file_name,
                                     .base_version = current.version,
                                     .model_version = current.model_version};
  // Where the topics are the same, so is what was learned from them.
  if (!current.model.empty() && whole.yaml == current.yaml) return store_.Apply(change);
  triage::TrainingOptions training;
  SWITCHBOARD_RETURN_IF_ERROR(corrections_.Gather());
  SWITCHBOARD_ASSIGN_OR_RETURN(training.corrections, corrections_.TakeToLearn(configuration.learn_corrections_after));
  training.progress = [&whole](double) { return !whole.given_up || !whole.given_up(); };
  SWITCHBOARD_ASSIGN_OR_RETURN(const triage::TrainedModel model, triage::TrainModel(configuration, training));
  const std::string evaluation = model.evaluation.Write();
  change.model = model.bytes;
  change.model_version = 0;
  change.data_hash = model.data_hash;
  change.seed = training.seed;
  change.evaluation = evaluation;
  return store_.Apply(change);
}

}  // namespace switchboard::operations
