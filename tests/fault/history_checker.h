// Decides whether a history kept the queue's promises. Pure: values in, violations out.
//
//   I1   every acknowledged inquiry ends completed, withdrawn or dead-lettered
//   I2   nothing unexpected appears: no inquiry that nobody submitted, no other text, no completion nobody asked for
//   I3   one request id, one inquiry
//   I4   never two valid leases; a stale or spent lease changes nothing
//   I5   completed is never delivered again
//   I6   attempts are bounded; given up means exactly one dead letter
//   I7   nothing before its due time; a lease that ran out is taken back in time, and not early
//   I8   transfer and redrive neither lose nor double
//   I10  one event per transition, in the order in which they happened, each legal, and the state is what they lead to
#ifndef SWITCHBOARD_TESTS_FAULT_HISTORY_CHECKER_H_
#define SWITCHBOARD_TESTS_FAULT_HISTORY_CHECKER_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/fault/history.h"

namespace switchboard::fault {

struct CheckerOptions {
  int max_attempts = 5;
  absl::Duration clock_slack = absl::Milliseconds(100);  // between the caller's clock and the server's
  absl::Duration redelivery_bound = absl::Seconds(5);    // from the end of a lease, outages aside
  absl::Duration forgotten_claims = absl::Seconds(1);    // before a crash of the database
};

struct Violation {
  std::string invariant;  // "I1"
  std::string what;
};

// All violations, ordered by invariant; empty is what one wants to see.
std::vector<Violation> CheckHistory(const History& history, const FinalState& final_state,
                                    const CheckerOptions& options);

// One a line, at most `limit` of each invariant.
std::string Describe(const std::vector<Violation>& violations, int limit = 5);

}  // namespace switchboard::fault

#endif  // SWITCHBOARD_TESTS_FAULT_HISTORY_CHECKER_H_
