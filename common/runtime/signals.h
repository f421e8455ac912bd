// SIGTERM and SIGINT as something main() can wait for.
#ifndef SWITCHBOARD_COMMON_RUNTIME_SIGNALS_H_
#define SWITCHBOARD_COMMON_RUNTIME_SIGNALS_H_

#include "absl/time/time.h"

namespace switchboard {

// Blocks SIGTERM, SIGINT and SIGHUP in the constructing thread and every thread it starts later, and ignores SIGPIPE:
// made first thing in main(). One per process.
class TerminationSignals {
 public:
  TerminationSignals();
  ~TerminationSignals();

  TerminationSignals(const TerminationSignals&) = delete;
  TerminationSignals& operator=(const TerminationSignals&) = delete;

  // Waits for SIGTERM, SIGINT, SIGHUP or RequestStop(); gives the signal's number. Can be called again: a second signal
  // during the drain means "now".
  int Wait();

  // As Wait(), for at most `timeout`; 0 when nothing came.
  int WaitFor(absl::Duration timeout);

  // Has Wait() return SIGTERM. From any thread.
  static void RequestStop();
};

// Names the calling thread (15 characters at most).
void SetThreadName(const char* name);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RUNTIME_SIGNALS_H_
