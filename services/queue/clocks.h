// By when something is owed to a citizen, as the record of an inquiry says it. Values in, values out: a clock is never
// stored, so nothing that is done to an inquiry can move one.
#ifndef SWITCHBOARD_SERVICES_QUEUE_CLOCKS_H_
#define SWITCHBOARD_SERVICES_QUEUE_CLOCKS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/queue/queue_store.h"

namespace switchboard::queue {

// The numbers of the API's enum switchboard.v1.Clock.Kind.
enum class ClockKind : int16_t { kFirstResponse = 1, kNextResponse = 2, kResolution = 3, kStatutory = 4 };

struct InquiryClock {
  ClockKind kind = ClockKind::kFirstResponse;
  std::string topic;  // kStatutory: whose law it is
  absl::Time start;
  std::optional<absl::Time> due;   // nothing: there is no target
  std::optional<absl::Time> stop;  // nothing: it runs
  std::string outcome;             // kStatutory, stopped

  friend bool operator==(const InquiryClock&, const InquiryClock&) = default;
};

// What the configuration says of clocks.
struct ClockRules {
  absl::Duration response_target;                               // of the inquiry's queue and priority now
  std::map<std::string, absl::Duration, std::less<>> statutes;  // by topic: within how long the law wants an outcome
};

// The clocks of an inquiry, in the order of their kinds.
//   first response  from when it was taken in until the first reply, or until it was settled or withdrawn without one
//   next response   from the first message that the citizen wrote after the last reply or settlement, until the next
//   one;
//                   none where they never wrote again
//   resolution      from when it was taken in until it was settled or withdrawn last; runs again where it was reopened
//   statutory       one for each topic with a statute that the inquiry ever had, from when it was taken in, whenever it
//   got
//                   the topic; stopped by the first outcome that is noted for it, and by nothing else
// `history` begins with RECEIVED, as QueueStore::History gives it.
std::vector<InquiryClock> ClocksOf(const InquiryContent& content, absl::Span<const StoredEvent> history,
                                   const ClockRules& rules);

// The reason of a STATUTORY_OUTCOME: "freedom-of-information GRANTED: all records were sent". `why` may be empty.
std::string StatutoryReason(std::string_view topic, std::string_view outcome, std::string_view why);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_CLOCKS_H_
