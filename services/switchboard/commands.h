// The commands of the client. Each function adds its commands to the program; a command's work runs when the line is
// parsed, and sets Session::exit_code.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARD_COMMANDS_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARD_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "services/switchboard/session.h"

namespace switchboard::client {

void AddSubmitCommand(CLI::App& program, Session& session);
void AddWorkCommand(CLI::App& program, Session& session);
void AddInquiryCommands(CLI::App& program, Session& session);
void AddQueueCommands(CLI::App& program, Session& session);
void AddDeadLetterCommands(CLI::App& program, Session& session);
void AddTriageCommands(CLI::App& program, Session& session);  // sort, topics, routes
void AddModelCommands(CLI::App& program, Session& session);   // model train, evaluate, list, activate, …
// What `parent` calls `name`: shows what the sorter makes of a text, and why.
void AddSortCommand(CLI::App& parent, const char* name, Session& session);
void AddConfigurationCommands(CLI::App& program, Session& session);  // apply, configuration
void AddDeliverCommand(CLI::App& program, Session& session);
void AddGuidelineCommands(CLI::App& program, Session& session);  // guideline test
void AddWorkerCommands(CLI::App& program, Session& session);     // worker list, get, set, away, explain
void AddReplyCommand(CLI::App& program, Session& session);
void AddDraftCommands(CLI::App& program, Session& session);   // draft list, show, approve, return
void AddAnswerCommands(CLI::App& program, Session& session);  // answer list, get
void AddHealthCommand(CLI::App& program, Session& session);
void AddCompletionCommand(CLI::App& program);

}  // namespace switchboard::client

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARD_COMMANDS_H_
