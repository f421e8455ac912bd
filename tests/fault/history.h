// What a load generator asked for and heard, and what was found when everything had healed.
#ifndef SWITCHBOARD_TESTS_FAULT_HISTORY_H_
#define SWITCHBOARD_TESTS_FAULT_HISTORY_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::fault {

enum class Outcome {
  kOk,
  kFailed,   // the answer says that nothing happened
  kUnknown,  // no answer, or one that leaves it open
};

// One try to submit. `request_id` is the external_id of the inquiry, too, so that the record can be matched with it.
struct SubmitCall {
  std::string request_id;
  std::string text;
  Outcome outcome = Outcome::kUnknown;
  std::string inquiry;  // kOk
  absl::Time start;
};

// A lease that arrived. Times are the server's, which runs on the same host as the caller.
struct Delivery {
  std::string inquiry;
  std::string request_id;
  std::string text;
  std::string token;
  std::string queue;
  int attempts = 0;
  absl::Time granted;  // `expires` less the duration that was asked for
  absl::Time expires;
  // What the token says: where the inquiry stood, which grows with each time that it re-enters, and the lease's number.
  int64_t position = 0;
  int64_t lease = 0;
};

enum class Action { kComplete, kRelease, kDefer, kTransfer, kExtend };

// One try to do something with a lease.
struct LeaseCall {
  std::string token;
  Action action = Action::kComplete;
  Outcome outcome = Outcome::kUnknown;
  absl::Time start;
  absl::Time end;
  absl::Time until;   // kOk: of kRelease and kDefer the time when it will be ready, of kExtend the new end
  std::string queue;  // kTransfer: where to
};

// One try to put dead letters back.
struct RedriveCall {
  Outcome outcome = Outcome::kUnknown;
  std::vector<std::string> inquiries;  // kOk
};

struct Interval {
  absl::Time from;
  absl::Time until;
};

struct History {
  std::vector<SubmitCall> submits;
  std::vector<Delivery> deliveries;
  std::vector<LeaseCall> lease_calls;
  std::vector<RedriveCall> redrives;
  std::vector<Interval> outages;             // nothing can be expected to happen in time meanwhile
  std::vector<absl::Time> database_crashes;  // each may have forgotten the claims (only) of the last second before it
};

// One transition as the record has it.
struct RecordedEvent {
  v1::Event::Kind kind = v1::Event::KIND_UNSPECIFIED;
  absl::Time time;
  int attempts = 0;      // how often it had been handed out, this time included
  bool delayed = false;  // it waits for a time afterwards
  std::string reason;
  int64_t lease = 0;  // the number of the lease that began or ended; 0 for none
};

// One inquiry as it stands after everything was drained.
struct FinalInquiry {
  std::string inquiry;
  std::string request_id;
  std::string text;
  v1::Inquiry::State state = v1::Inquiry::STATE_UNSPECIFIED;
  int attempts = 0;
  std::vector<RecordedEvent> events;  // oldest first; RECEIVED included
};

struct FinalState {
  std::vector<FinalInquiry> inquiries;    // as listed; one that is listed twice is here twice
  std::vector<std::string> dead_letters;  // as listed
};

}  // namespace switchboard::fault

#endif  // SWITCHBOARD_TESTS_FAULT_HISTORY_H_
