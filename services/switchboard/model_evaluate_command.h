// `switchboard model evaluate`: measures the sorter on anybody's files, without a server.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARD_MODEL_EVALUATE_COMMAND_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARD_MODEL_EVALUATE_COMMAND_H_

#include <CLI/CLI.hpp>

#include "services/switchboard/session.h"

namespace switchboard::client {

// Adds `evaluate` to the command `model`.
void AddModelEvaluateCommand(CLI::App& model, Session& session);

}  // namespace switchboard::client

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARD_MODEL_EVALUATE_COMMAND_H_
