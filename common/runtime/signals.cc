#include "common/runtime/signals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>

namespace switchboard {
namespace {

sigset_t TerminationSet() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

TerminationSignals::TerminationSignals() {
  const sigset_t set = TerminationSet();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
}

TerminationSignals::~TerminationSignals() = default;

int TerminationSignals::Wait() { return WaitFor(absl::InfiniteDuration()); }

int TerminationSignals::WaitFor(absl::Duration timeout) {
  const sigset_t set = TerminationSet();
  const timespec limit = absl::ToTimespec(timeout);
  while (true) {
    const int signal =
        timeout == absl::InfiniteDuration() ? sigwaitinfo(&set, nullptr) : sigtimedwait(&set, nullptr, &limit);
    if (signal > 0) return signal;
    if (errno != EINTR) return 0;
  }
}

void TerminationSignals::RequestStop() { kill(getpid(), SIGTERM); }

void SetThreadName(const char* name) {
  char fitting[16];
  std::snprintf(fitting, sizeof fitting, "%s", name);
  pthread_setname_np(pthread_self(), fitting);
}

}  // namespace switchboard
