// `switchboard model corrections`: what staff corrected, and whether the sorter is to learn it.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARD_CORRECTIONS_COMMAND_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARD_CORRECTIONS_COMMAND_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <vector>

#include "services/switchboard/session.h"
#include "switchboard/v1/models.grpc.pb.h"

namespace switchboard::client {

// Adds `corrections` with `list`, `accept` and `reject` to the command `model`.
void AddCorrectionsCommand(CLI::App& model, Session& session);

// Every correction in `state`, or in any where it is STATE_UNSPECIFIED; nothing where a call failed, which is then
// told.
std::optional<std::vector<v1::Correction>> FetchCorrections(Session& session, v1::Correction::State state);

}  // namespace switchboard::client

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARD_CORRECTIONS_COMMAND_H_
