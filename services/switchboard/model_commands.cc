#include "services/switchboard/commands.h"
#include "services/switchboard/model_evaluate_command.h"

namespace switchboard::client {

void AddModelCommands(CLI::App& program, Session& session) {
  CLI::App* model = program.add_subcommand("model", "Measure what sorts by topic");
  model->require_subcommand(1);
  AddModelEvaluateCommand(*model, session);
}

}  // namespace switchboard::client
