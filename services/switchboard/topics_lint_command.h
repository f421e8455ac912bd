// `switchboard topics lint`: contradictions among the examples of topics.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARD_TOPICS_LINT_COMMAND_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARD_TOPICS_LINT_COMMAND_H_

#include <CLI/CLI.hpp>

#include "services/switchboard/session.h"

namespace switchboard::client {

// Adds `lint` to the command `topics`.
void AddTopicsLintCommand(CLI::App& topics, Session& session);

}  // namespace switchboard::client

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARD_TOPICS_LINT_COMMAND_H_
