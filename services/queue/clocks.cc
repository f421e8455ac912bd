#include "services/queue/clocks.h"

#include <map>
#include <utility>

#include "common/text/string_view.h"

namespace switchboard::queue {
namespace {

constexpr std::string_view kOutcomeWithin = "an outcome within ";

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

std::optional<absl::Duration> ReadStatuteReason(std::string_view reason) {
  absl::Duration within;
  if (!reason.starts_with(kOutcomeWithin)) return std::nullopt;
  if (!absl::ParseDuration(ToAbsl(reason.substr(kOutcomeWithin.size())), &within)) return std::nullopt;
  return within;
}

InquiryClock FirstResponse(const InquiryContent& content, absl::Span<const StoredEvent> history) {
  InquiryClock clock{ClockKind::kFirstResponse, "", content.create_time, content.first_response_due, std::nullopt, ""};
  for (const StoredEvent& event : history) {
    if (!clock.stop && Responds(event.kind)) clock.stop = event.time;
  }
  return clock;
}

// Since when the citizen waits for an answer to what they wrote while somebody had a lease, who may not have seen it.
void FollowUnseen(const StoredEvent& event, std::optional<absl::Time>& unseen) {
  if (event.kind == EventKind::kClaimed || event.kind == EventKind::kWithdrawn) unseen.reset();
  if (event.kind == EventKind::kMessageAppended && !unseen) unseen = event.time;
}

std::optional<InquiryClock> NextResponse(absl::Span<const StoredEvent> history, const ClockRules& rules) {
  std::optional<InquiryClock> clock;
  std::optional<absl::Time> unseen;
  for (const StoredEvent& event : history) {
    FollowUnseen(event, unseen);
    if (Responds(event.kind)) {
      if (clock && !clock->stop) clock->stop = event.time;
    } else if (IsFromCitizen(event.kind) && (!clock || clock->stop)) {
      // What is reopened while a message is unseen was settled and reopened in one commit, for that message.
      const absl::Time start = event.kind == EventKind::kReopened ? unseen.value_or(event.time) : event.time;
      const absl::Time due = AddOpenTime(rules.calendar.get(), start, rules.response_target);
      clock = InquiryClock{ClockKind::kNextResponse, "", start, due, std::nullopt, ""};
    }
  }
  return clock;
}

InquiryClock Resolution(const InquiryContent& content, absl::Span<const StoredEvent> history, const ClockRules& rules) {
  InquiryClock clock{ClockKind::kResolution, "", content.create_time, std::nullopt, std::nullopt, ""};
  if (rules.resolution_target) {
    clock.due = AddOpenTime(rules.calendar.get(), content.create_time, *rules.resolution_target);
  }
  for (const StoredEvent& event : history) {
    if (Settles(event.kind)) clock.stop = event.time;
    if (event.kind == EventKind::kReopened) clock.stop.reset();
  }
  return clock;
}

// Within how long the law wants an outcome, by topic; the first word on a topic counts.
std::map<std::string, absl::Duration> StatutesIn(absl::Span<const StoredEvent> history) {
  std::map<std::string, absl::Duration> statutes;
  for (const StoredEvent& event : history) {
    if (event.kind != EventKind::kStatuteApplied) continue;
    if (const auto within = ReadStatuteReason(event.reason)) statutes.try_emplace(event.topic, *within);
  }
  return statutes;
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
  if (auto next = NextResponse(history, rules)) clocks.push_back(*std::move(next));
  clocks.push_back(Resolution(content, history, rules));
  for (const auto& [topic, within] : StatutesIn(history)) {
    InquiryClock clock{ClockKind::kStatutory,        topic,        content.create_time,
                       content.create_time + within, std::nullopt, ""};
    StopByOutcome(clock, history);
    clocks.push_back(std::move(clock));
  }
  return clocks;
}

std::string StatutoryReason(std::string_view topic, std::string_view outcome, std::string_view why) {
  return why.empty() ? StrCat(topic, " ", outcome) : StrCat(topic, " ", outcome, ": ", why);
}

std::string StatuteReason(absl::Duration within) { return StrCat(kOutcomeWithin, absl::FormatDuration(within)); }

}  // namespace switchboard::queue
