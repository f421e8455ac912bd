#include "services/queue/clocks.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/text/string_view.h"

namespace switchboard::queue {
namespace {

bool Settles(EventKind kind) { return kind == EventKind::kCompleted || kind == EventKind::kWithdrawn; }

bool Responds(EventKind kind) { return kind == EventKind::kReplied || Settles(kind); }

bool IsFromCitizen(EventKind kind) { return kind == EventKind::kMessageAppended || kind == EventKind::kReopened; }

// The topic and the outcome in the reason of a STATUTORY_OUTCOME.
std::pair<std::string_view, std::string_view> ReadStatutoryReason(std::string_view reason) {
  const size_t space = reason.find(' ');
  if (space == std::string_view::npos) return {reason, ""};
  const std::string_view rest = reason.substr(space + 1);
  return {reason.substr(0, space), rest.substr(0, rest.find(':'))};
}

InquiryClock FirstResponse(const InquiryContent& content, absl::Span<const StoredEvent> history) {
  InquiryClock clock{ClockKind::kFirstResponse, "", content.create_time, content.first_response_due, std::nullopt, ""};
  for (const StoredEvent& event : history) {
    if (!clock.stop && Responds(event.kind)) clock.stop = event.time;
  }
  return clock;
}

std::optional<InquiryClock> NextResponse(absl::Span<const StoredEvent> history, absl::Duration target) {
  std::optional<InquiryClock> clock;
  for (const StoredEvent& event : history) {
    if (Responds(event.kind)) {
      if (clock && !clock->stop) clock->stop = event.time;
    } else if (IsFromCitizen(event.kind) && (!clock || clock->stop)) {
      clock = InquiryClock{ClockKind::kNextResponse, "", event.time, event.time + target, std::nullopt, ""};
    }
  }
  return clock;
}

InquiryClock Resolution(const InquiryContent& content, absl::Span<const StoredEvent> history) {
  InquiryClock clock{ClockKind::kResolution, "", content.create_time, std::nullopt, std::nullopt, ""};
  for (const StoredEvent& event : history) {
    if (Settles(event.kind)) clock.stop = event.time;
    if (event.kind == EventKind::kReopened) clock.stop.reset();
  }
  return clock;
}

void StopByOutcome(InquiryClock& clock, absl::Span<const StoredEvent> history) {
  for (const StoredEvent& event : history) {
    if (event.kind != EventKind::kStatutoryOutcome) continue;
    const auto [topic, outcome] = ReadStatutoryReason(event.reason);
    if (topic != clock.topic) continue;
    clock.stop = event.time;
    clock.outcome = std::string(outcome);
    return;
  }
}

}  // namespace

std::vector<InquiryClock> ClocksOf(const InquiryContent& content, absl::Span<const StoredEvent> history,
                                   const ClockRules& rules) {
  std::vector<InquiryClock> clocks = {FirstResponse(content, history)};
  if (auto next = NextResponse(history, rules.response_target)) clocks.push_back(*std::move(next));
  clocks.push_back(Resolution(content, history));
  std::set<std::string> topics = {content.topic};
  for (const StoredEvent& event : history) topics.insert(event.topic);
  for (const std::string& topic : topics) {
    const auto statute = rules.statutes.find(topic);
    if (statute == rules.statutes.end()) continue;
    InquiryClock clock{ClockKind::kStatutory, topic, content.create_time, content.create_time + statute->second,
                       std::nullopt,          ""};
    StopByOutcome(clock, history);
    clocks.push_back(std::move(clock));
  }
  return clocks;
}

std::string StatutoryReason(std::string_view topic, std::string_view outcome, std::string_view why) {
  return why.empty() ? StrCat(topic, " ", outcome) : StrCat(topic, " ", outcome, ": ", why);
}

}  // namespace switchboard::queue
