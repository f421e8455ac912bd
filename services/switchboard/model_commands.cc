#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/text/string_view.h"
#include "common/time/clock.h"
#include "services/switchboard/commands.h"
#include "services/switchboard/corrections_command.h"
#include "services/switchboard/model_evaluate_command.h"
#include "services/switchboard/output.h"
#include "services/triage/labelled_text_file.h"
#include "switchboard/v1/models.grpc.pb.h"

namespace switchboard::client {
namespace {

constexpr absl::Duration kAskInterval = absl::Milliseconds(500);
constexpr int kTrainingSteps = 1000;
// Every process loads the model before the answer comes.
constexpr double kLongestActivationSeconds = 120;

struct TrainOptions {
  uint64_t seed = 1;
  std::vector<std::string> held_out;
  bool activate = false;
  bool allow_worse = false;
  bool no_wait = false;
  std::string who;
};

struct ActivateOptions {
  std::string model;
  bool allow_worse = false;
  std::string who;
};

std::string Share(double share) { return absl::StrFormat("%.1f%%", 100 * share); }

std::string FullName(std::string_view prefix, const std::string& name) {
  return name.starts_with(prefix) ? name : StrCat(prefix, name);
}

// False where a file is bad, which is then told.
bool ReadHeldOut(Session& session, const std::vector<std::string>& files, v1::TrainModelRequest& request) {
  std::vector<triage::LabelledLine> lines;
  for (const std::string& file : files) {
    if (absl::Status status = triage::ReadLabelledTexts(file, &lines); !status.ok()) {
      session.Fail(status);
      return false;
    }
  }
  for (const triage::LabelledLine& line : lines) {
    v1::LabelledText& text = *request.add_held_out();
    text.set_topic(FullName("topics/", line.label));
    text.set_text(line.text);
  }
  return true;
}

void PrintTraining(Session& session, const v1::Training& training) {
  if (session.json()) return PrintJson(training);
  std::printf("%s\n", StrCat(training.name(), " ", v1::Training::State_Name(training.state()),
                             training.model().empty() ? "" : StrCat(", made ", training.model()),
                             training.error().empty() ? "" : StrCat(": ", training.error()))
                          .c_str());
}

// Asks until it is over. False where a call failed.
bool AwaitEnd(Session& session, v1::ModelService::Stub& stub, v1::Training& training) {
  const SystemClock clock;
  Progress progress("training: step", kTrainingSteps, clock.Now());
  v1::GetTrainingRequest request;
  request.set_name(training.name());
  while (training.state() == v1::Training::RUNNING) {
    absl::SleepFor(kAskInterval);
    if (!session.Check(stub.GetTraining(session.NewCall().get(), request, &training))) return false;
    progress.Update(static_cast<int64_t>(training.progress() * kTrainingSteps), clock.Now());
  }
  progress.Finish();
  return true;
}

void Train(Session& session, const TrainOptions& options) {
  v1::TrainModelRequest request;
  request.set_seed(options.seed);
  request.set_activate(options.activate);
  request.set_allow_worse(options.allow_worse);
  request.set_started_by(options.who);
  if (!ReadHeldOut(session, options.held_out, request)) return;
  auto stub = session.Models();
  if (stub == nullptr) return;
  v1::Training training;
  if (!session.Check(stub->TrainModel(session.NewCall().get(), request, &training))) return;
  if (!options.no_wait && !AwaitEnd(session, *stub, training)) return;
  PrintTraining(session, training);
  if (!training.error().empty()) session.exit_code = kExitFailed;
}

void ListModels(Session& session) {
  auto stub = session.Models();
  if (stub == nullptr) return;
  v1::ListModelsResponse response;
  if (!session.Check(stub->ListModels(session.NewCall().get(), {}, &response))) return;
  if (session.json()) return PrintJson(response);
  Table table({"MODEL", "IN FORCE", "CONFIGURATION", "TRAINED", "BY", "EXAMPLES", "ACCURACY", "MACRO F1", "AUTOMATIC",
               "OF WHICH RIGHT", "BYTES"});
  for (const v1::Model& model : response.models()) {
    const v1::ModelEvaluation& found = model.evaluation();
    table.AddRow({ShortName(model.name()), model.in_force() ? "yes" : "", StrCat(model.configuration_version()),
                  ShortTime(model.train_time()), OneLine(model.trained_by(), 20), WithCommas(found.examples()),
                  Share(found.accuracy()), Share(found.macro_f1()), Share(found.coverage()), Share(found.precision()),
                  WithCommas(model.size_bytes())});
  }
  table.Print();
}

void PrintInForce(Session& session, const v1::Model& model) {
  if (session.json()) return PrintJson(model);
  std::printf("%s is in force\n", model.name().c_str());
}

void ActivateModel(Session& session, const ActivateOptions& options) {
  auto stub = session.Models();
  if (stub == nullptr) return;
  v1::ActivateModelRequest request;
  request.set_name(FullName("models/", options.model));
  request.set_allow_worse(options.allow_worse);
  request.set_activated_by(options.who);
  v1::Model model;
  if (!session.Check(stub->ActivateModel(session.NewCall(kLongestActivationSeconds).get(), request, &model))) return;
  PrintInForce(session, model);
}

void RollBack(Session& session, const ActivateOptions& options) {
  auto stub = session.Models();
  if (stub == nullptr) return;
  v1::RollbackModelRequest request;
  request.set_activated_by(options.who);
  v1::Model model;
  if (!session.Check(stub->RollbackModel(session.NewCall(kLongestActivationSeconds).get(), request, &model))) return;
  PrintInForce(session, model);
}

void AddTrainCommand(CLI::App& model, Session& session) {
  auto options = std::make_shared<TrainOptions>();
  CLI::App* train = model.add_subcommand("train", "Train a model for the configuration in force, in the background");
  train->add_option("--seed", options->seed, "The same data and seed give the same model")->capture_default_str();
  train->add_option("--held-out", options->held_out,
                    "topic<TAB>text: not learnt, tried on the new model and on the one in force; may be repeated");
  train->add_flag("--activate", options->activate, "Put it in force when it is done, unless it is worse");
  train->add_flag("--allow-worse", options->allow_worse, "With --activate: even then");
  train->add_flag("--no-wait", options->no_wait, "Do not wait until it is done");
  train->add_option("--by", options->who, "Who does it, for the record")->envname("USER");
  train->callback([&session, options] { Train(session, *options); });
}

void AddActivateCommands(CLI::App& model, Session& session) {
  auto options = std::make_shared<ActivateOptions>();
  CLI::App* activate = model.add_subcommand("activate", "Put a model in force in every process at once");
  activate->add_option("model", options->model, "Its version, as 'model list' shows it")->required();
  activate->add_flag("--allow-worse", options->allow_worse, "Also where it is worse than the one in force");
  activate->add_option("--by", options->who, "Who does it, for the record")->envname("USER");
  activate->callback([&session, options] { ActivateModel(session, *options); });
  CLI::App* rollback = model.add_subcommand("rollback", "Put the model in force that was before the present one");
  rollback->add_option("--by", options->who, "Who does it, for the record")->envname("USER");
  rollback->callback([&session, options] { RollBack(session, *options); });
}

}  // namespace

void AddModelCommands(CLI::App& program, Session& session) {
  CLI::App* model = program.add_subcommand("model", "Train, measure and choose what sorts by topic");
  model->require_subcommand(1);
  AddTrainCommand(*model, session);
  AddModelEvaluateCommand(*model, session);
  model->add_subcommand("list", "List the models that are kept, with how good they are")->callback([&session] {
    ListModels(session);
  });
  AddActivateCommands(*model, session);
  AddCorrectionsCommand(*model, session);
  AddSortCommand(*model, "explain", session);
}

}  // namespace switchboard::client
