// The command of a connector: the operator's own, run by the shell once for each reply, for so long and no longer.
#ifndef SWITCHBOARD_SERVICES_SWITCHBOARD_CONNECTOR_COMMAND_H_
#define SWITCHBOARD_SERVICES_SWITCHBOARD_CONNECTOR_COMMAND_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "switchboard/v1/delivery.pb.h"

namespace switchboard::client {

// How long a command that is told to stop (SIGTERM) may take for it; then it is killed.
inline constexpr absl::Duration kStopGrace = absl::Seconds(5);

struct ConnectorRun {
  int wait_status = 0;   // as waitpid gives it
  bool stopped = false;  // it did not end by itself
  std::string output;    // the beginning of what it wrote to standard output
};

// Waits for so long, or less; true where the command is to be stopped now.
using WaitOrStop = absl::FunctionRef<bool(absl::Duration)>;

// Runs the command in a process group of its own, with the text on its standard input and what it must know of the
// message in its environment. After `limit`, or where `wait` says so, the whole group is stopped.
absl::StatusOr<ConnectorRun> RunConnector(const std::string& command, const v1::Delivery& delivery,
                                          absl::Duration limit, WaitOrStop wait);

// What became of the message, with the first line that the command wrote as far as the server takes it.
v1::ReportDeliveryRequest ReportOf(const ConnectorRun& run);

}  // namespace switchboard::client

#endif  // SWITCHBOARD_SERVICES_SWITCHBOARD_CONNECTOR_COMMAND_H_
