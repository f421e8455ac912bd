#include "tests/fault/event_walk.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace switchboard::fault {
namespace {

using State = v1::Inquiry::State;
using Event = v1::Event;

// From which states an event can come, and to which it leads: more than one where the event does not say.
struct Transition {
  Event::Kind kind;
  std::vector<State> from;
  std::vector<State> to;  // empty: where it was
};

const std::vector<Transition>& Transitions() {
  static const auto& transitions = *new std::vector<Transition>{
      {Event::RECEIVED, {v1::Inquiry::STATE_UNSPECIFIED}, {v1::Inquiry::READY}},
      {Event::CLAIMED, {v1::Inquiry::READY}, {v1::Inquiry::LEASED}},
      {Event::COMPLETED, {v1::Inquiry::LEASED}, {v1::Inquiry::COMPLETED}},
      {Event::RELEASED, {v1::Inquiry::LEASED}, {v1::Inquiry::READY}},
      {Event::EXPIRED, {v1::Inquiry::LEASED}, {v1::Inquiry::READY}},
      {Event::DEFERRED, {v1::Inquiry::LEASED}, {v1::Inquiry::DELAYED}},
      {Event::TRANSFERRED, {v1::Inquiry::LEASED}, {v1::Inquiry::READY}},
      {Event::ESCALATED, {v1::Inquiry::LEASED}, {v1::Inquiry::READY}},
      {Event::RECLASSIFIED, {v1::Inquiry::LEASED}, {v1::Inquiry::LEASED, v1::Inquiry::READY}},
      {Event::STATUTE_APPLIED, {v1::Inquiry::READY, v1::Inquiry::LEASED}, {}},
      {Event::DEAD_LETTERED, {v1::Inquiry::LEASED}, {v1::Inquiry::DEAD_LETTERED}},
      {Event::REDRIVEN, {v1::Inquiry::DEAD_LETTERED}, {v1::Inquiry::READY}},
      {Event::RESUMED, {v1::Inquiry::DELAYED}, {v1::Inquiry::READY}},
      {Event::OVERFLOWED, {v1::Inquiry::READY}, {v1::Inquiry::READY}},
      {Event::REOPENED, {v1::Inquiry::COMPLETED, v1::Inquiry::WITHDRAWN}, {v1::Inquiry::READY}},
      {Event::WITHDRAWN,
       {v1::Inquiry::READY, v1::Inquiry::LEASED, v1::Inquiry::DELAYED, v1::Inquiry::DEAD_LETTERED},
       {v1::Inquiry::WITHDRAWN}},
      {Event::MESSAGE_APPENDED,
       {v1::Inquiry::READY, v1::Inquiry::LEASED, v1::Inquiry::DELAYED, v1::Inquiry::DEAD_LETTERED},
       {}},
  };
  return transitions;
}

bool Contains(const std::vector<State>& states, State state) {
  return std::find(states.begin(), states.end(), state) != states.end();
}

// The states that are possible after `event`, given those possible before it; empty where it could not happen.
std::vector<State> After(const std::vector<State>& before, const RecordedEvent& event) {
  for (const Transition& transition : Transitions()) {
    if (transition.kind != event.kind) continue;
    std::vector<State> fitting;
    for (const State state : before) {
      if (Contains(transition.from, state)) fitting.push_back(state);
    }
    if (!fitting.empty() && event.delayed) return {v1::Inquiry::DELAYED};
    return fitting.empty() || transition.to.empty() ? fitting : transition.to;
  }
  return {};
}

bool ForgetsAttempts(Event::Kind kind) {
  return kind == Event::TRANSFERRED || kind == Event::ESCALATED || kind == Event::REDRIVEN || kind == Event::REOPENED;
}

// A lease that its worker gave up without blame: what it had put off, or never got.
bool RefundsAttempt(const RecordedEvent& event) {
  return event.kind == Event::DEFERRED ||
         (event.kind == Event::RELEASED && event.reason.starts_with("the claim was cancelled"));
}

// What is wrong with the attempts that `event` records after `attempts` so far; "" for nothing.
std::string AttemptsMistake(const RecordedEvent& event, int attempts, int max_attempts) {
  if (event.attempts > max_attempts) return absl::StrCat("handed out ", event.attempts, " times in a row");
  if (event.kind == Event::CLAIMED && event.attempts != attempts + 1) {
    return absl::StrCat("attempt ", event.attempts, " came after attempt ", attempts);
  }
  if (event.kind == Event::DEAD_LETTERED && event.attempts < max_attempts) {
    return absl::StrCat("given up after ", event.attempts, " attempts");
  }
  return "";
}

std::string Names(const std::vector<State>& states) {
  std::string names;
  for (const State state : states) absl::StrAppend(&names, names.empty() ? "" : " or ", v1::Inquiry::State_Name(state));
  return names;
}

}  // namespace

EventWalk WalkEvents(const std::vector<RecordedEvent>& events, int max_attempts) {
  EventWalk walk;
  walk.states = {v1::Inquiry::STATE_UNSPECIFIED};
  int attempts = 0;
  for (const RecordedEvent& event : events) {
    const std::vector<State> states = After(walk.states, event);
    if (states.empty()) {
      walk.mistake = absl::StrCat(Event::Kind_Name(event.kind), " while it was ", Names(walk.states));
      return walk;
    }
    const std::string mistake = AttemptsMistake(event, attempts, max_attempts);
    if (walk.attempts_mistake.empty()) walk.attempts_mistake = mistake;
    walk.states = states;
    attempts = ForgetsAttempts(event.kind) ? 0 : event.attempts - (RefundsAttempt(event) ? 1 : 0);
  }
  return walk;
}

std::string TellEvents(const std::vector<RecordedEvent>& events) {
  std::string told;
  for (const RecordedEvent& event : events) {
    absl::StrAppend(&told, told.empty() ? "" : ", ", Event::Kind_Name(event.kind),
                    event.delayed ? " until later " : " ",
                    absl::FormatTime("%H:%M:%E6S", event.time, absl::UTCTimeZone()), " #", event.attempts);
  }
  return told;
}

}  // namespace switchboard::fault
