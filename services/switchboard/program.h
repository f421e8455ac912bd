// The client as a whole: options, commands, exit code.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARD_PROGRAM_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARD_PROGRAM_H_

namespace switchboard::client {

// Runs one command line; returns the exit code.
int RunProgram(int argc, const char* const* argv);

}  // namespace switchboard::client

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARD_PROGRAM_H_
