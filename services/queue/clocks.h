// By when something is owed to a citizen, as the record of an inquiry says it. Values in, values out: none is stored.
#ifndef SWITCHBOARD_SERVICES_QUEUE_CLOCKS_H_
#define SWITCHBOARD_SERVICES_QUEUE_CLOCKS_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/time/business_calendar.h"
#include "services/queue/inquiry_record.h"

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

// What the configuration in force says of the queue and priority that an inquiry has now.
struct ClockRules {
  absl::Duration response_target;
  std::optional<absl::Duration> resolution_target;
  std::shared_ptr<const BusinessCalendar> calendar;  // in which both count; null: every hour does
};

// The clocks of an inquiry, in the order of their kinds.
//   first response  from when it was taken in until the first reply, or until it was settled or withdrawn without one;
//                   due as it was told at intake, whatever is done to it and to the configuration
//   next response   from the first message that the citizen wrote after the last reply or settlement, until the next
//                   one; due by `rules`; none where they never wrote again. A settlement that reopens at once, for
//                   what the citizen wrote under its lease, leaves it running from when they wrote that first
//   resolution      from when it was taken in until it was settled or withdrawn last; runs again where it was reopened;
//                   due by `rules`
//   statutory       one for each topic with a statute that the inquiry ever had, from when it was taken in, whenever it
//                   got the topic; due as the statute stood when it first got it, in wall-clock time as laws count;
//                   stopped by the first outcome that is noted for it. The record says all of it, and nothing that is
//                   done to the inquiry or to the configuration moves one
// `history` begins with RECEIVED, as QueueStore::History gives it.
std::vector<InquiryClock> ClocksOf(const InquiryContent& content, absl::Span<const StoredEvent> history,
                                   const ClockRules& rules);

// The reason of a STATUTORY_OUTCOME: "freedom-of-information GRANTED: all records were sent". `why` may be empty.
std::string StatutoryReason(std::string_view topic, std::string_view outcome, std::string_view why);

// The reason of a STATUTE_APPLIED, whose topic is whose law it is: "an outcome within 720h".
std::string StatuteReason(absl::Duration within);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_CLOCKS_H_
