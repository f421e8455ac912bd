// Follows an inquiry through its recorded transitions and finds the first that could not have been.
#ifndef SWITCHBOARD_TESTS_FAULT_EVENT_WALK_H_
#define SWITCHBOARD_TESTS_FAULT_EVENT_WALK_H_

#include <string>
#include <vector>

#include "switchboard/v1/resources.pb.h"
#include "tests/fault/history.h"

namespace switchboard::fault {

struct EventWalk {
  std::vector<v1::Inquiry::State> states;  // where the events may lead to: more than one where they do not say
  std::string mistake;                     // empty: every transition was possible
  std::string attempts_mistake;            // empty: the attempts stayed in their bounds
};

// `events` in the order of the record, which is the order in which they happened.
EventWalk WalkEvents(const std::vector<RecordedEvent>& events, int max_attempts);

// "RECEIVED 10:00:00.000000, CLAIMED 10:00:00.120000 #1, …": what the record says, for whoever looks for a mistake's
// cause.
std::string TellEvents(const std::vector<RecordedEvent>& events);

}  // namespace switchboard::fault

#endif  // SWITCHBOARD_TESTS_FAULT_EVENT_WALK_H_
