// What becomes of replies that need authority: how long they may wait for it, what happens then, and how many there may
// be.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_AUTHORITY_POLICY_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_AUTHORITY_POLICY_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

namespace switchboard::guidance {

// What happens where nobody with the authority decided in time. The numbers are those of the database and of
// queue::DeadlineAction.
enum class AtDeadline : int16_t {
  kRelease = 1,       // back to the author, with advice
  kHoldingReply = 2,  // the citizen reads `holding_reply`, and the author has it back
  kReassign = 3,      // the inquiry goes to `reassign_to`
};

struct AuthorityPolicy {
  absl::Duration deadline = absl::Hours(4);
  AtDeadline at_deadline = AtDeadline::kRelease;
  std::map<std::string, std::string> holding_reply = {};  // by language
  std::string reassign_to = {};                           // a queue; empty: its own
  double budget = 0.05;  // the share of replies that may need authority; more of them is an alert, not a refusal
};

// A place in the file where a policy names a queue. Only the configuration tells whether there is such a one.
struct NamedQueue {
  std::string queue = {};  // empty: the policy says REASSIGN, and not where to
  std::string field = {};  // e.g. "authority.queues.roads.reassign_to"
  int line = 0;            // from 1
  int column = 0;          // from 1
};

// One for every queue.
struct AuthorityPolicies {
  AuthorityPolicy standard = {};
  std::map<std::string, AuthorityPolicy, std::less<>> by_queue = {};
  std::vector<NamedQueue> named_queues = {};  // every one

  const AuthorityPolicy& For(std::string_view queue) const {
    const auto found = by_queue.find(queue);
    return found == by_queue.end() ? standard : found->second;
  }
};

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_AUTHORITY_POLICY_H_
