// Waiting for what another process does.
#ifndef SWITCHBOARD_TESTS_SUPPORT_AWAIT_H_
#define SWITCHBOARD_TESTS_SUPPORT_AWAIT_H_

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"

namespace switchboard {

// Asks again and again until `done` says true; false when it has not after `timeout`.
bool Await(absl::Duration timeout, absl::FunctionRef<bool()> done);

// Lets other processes run for so long: for faults that are to happen in the midst of work.
void LetRun(absl::Duration duration);

}  // namespace switchboard

#endif  // SWITCHBOARD_TESTS_SUPPORT_AWAIT_H_
