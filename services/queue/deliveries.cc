#include "services/queue/deliveries.h"

#include <array>
#include <charconv>
#include <string>

#include "common/ids/resource_name.h"
#include "common/runtime/log.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/queue/backoff.h"
#include "services/queue/batch_commit.h"
#include "services/queue/refusals.h"

namespace switchboard::queue {
namespace {

constexpr int kMostDeliveryAttempts = 10;
constexpr absl::Duration kFirstRetry = absl::Seconds(30);
constexpr absl::Duration kLongestRetry = absl::Hours(1);
constexpr absl::Duration kTechnicalRetry = absl::Minutes(1);

// What a delivery token says.
struct DeliveryFacts {
  int64_t inquiry = 0;
  int64_t message_id = 0;
  int64_t token = 0;
  int64_t channel = 0;
  int64_t attempts = 0;
};

std::string EncodeDeliveryToken(const DeliveryFacts& facts) {
  return StrCat("d1.", facts.inquiry, ".", facts.message_id, ".", facts.token, ".", facts.channel, ".", facts.attempts);
}

absl::StatusOr<DeliveryFacts> DecodeDeliveryToken(std::string_view text) {
  FieldViolations violations;
  violations.Add("delivery_token", "is no delivery token; send back exactly what came with the delivery");
  if (text.substr(0, 2) != "d1") return violations.ToStatus();
  text.remove_prefix(2);
  std::array<int64_t, 5> numbers{};
  for (int64_t& number : numbers) {
    if (text.empty() || text[0] != '.') return violations.ToStatus();
    const auto read = std::from_chars(text.data() + 1, text.data() + text.size(), number);
    if (read.ec != std::errc() || number < 0) return violations.ToStatus();
    text.remove_prefix(static_cast<size_t>(read.ptr - text.data()));
  }
  if (!text.empty() || numbers[2] == 0 || numbers[3] > 100) return violations.ToStatus();
  return DeliveryFacts{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]};
}

// What the result means for the message: a pure decision.
OutboundReport PlanReport(const DeliveryFacts& facts, DeliveryResult result, std::string_view reason, absl::Time now,
                          double random) {
  using Result = OutboundReport::Result;
  OutboundReport report{.inquiry = facts.inquiry,
                        .message_id = facts.message_id,
                        .channel = static_cast<int16_t>(facts.channel),
                        .token = facts.token,
                        .said = result,
                        .due = now,
                        .reason = std::string(reason)};
  switch (result) {
    case DeliveryResult::kDelivered:
      report.result = Result::kDelivered;
      break;
    case DeliveryResult::kPermanentFailure:
      report.result = Result::kUndeliverable;
      break;
    case DeliveryResult::kTechnicalFailure:
      report.result = Result::kRetry;
      report.refund_attempt = true;
      report.due = now + kTechnicalRetry;
      break;
    case DeliveryResult::kTemporaryFailure:
      report.result = facts.attempts >= kMostDeliveryAttempts ? Result::kUndeliverable : Result::kRetry;
      if (report.result == Result::kRetry) {
        report.due = now + RetryDelay(kFirstRetry, kLongestRetry, static_cast<int>(facts.attempts), random);
      }
      break;
  }
  // As the database keeps it, so that a repetition is answered the same.
  report.due = absl::FromUnixMicros(absl::ToUnixMicros(report.due));
  return report;
}

DeliveryReport CountedAs(const OutboundReport& report) {
  switch (report.said) {
    case DeliveryResult::kDelivered:
      return DeliveryReport::kDelivered;
    case DeliveryResult::kPermanentFailure:
      return DeliveryReport::kPermanent;
    case DeliveryResult::kTechnicalFailure:
      return DeliveryReport::kTechnical;
    case DeliveryResult::kTemporaryFailure:
      break;
  }
  return report.result == OutboundReport::Result::kUndeliverable ? DeliveryReport::kGivenUp
                                                                 : DeliveryReport::kTemporary;
}

// What is given up is also logged, so that it is found by its inquiry.
void CountReport(QueueMetrics& metrics, const OutboundReport& report) {
  metrics.CountDelivery(report.channel, CountedAs(report));
  if (report.result != OutboundReport::Result::kUndeliverable) return;
  Log(LogLevel::kWarning, "a message could not be delivered; the inquiry's history says which",
      {.inquiry = InquiryName(report.inquiry)});
}

std::string_view NameOf(DeliveryResult result) {
  switch (result) {
    case DeliveryResult::kDelivered:
      return "DELIVERED";
    case DeliveryResult::kTemporaryFailure:
      return "TEMPORARY_FAILURE";
    case DeliveryResult::kPermanentFailure:
      return "PERMANENT_FAILURE";
    case DeliveryResult::kTechnicalFailure:
      return "TECHNICAL_FAILURE";
  }
  return "OUTCOME_UNSPECIFIED";
}

absl::Status ReportedOtherwise(DeliveryResult said) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, reason::kLeaseLost,
      StrCat("the delivery was reported as ", NameOf(said), " before, which ended its lease; nothing was changed"),
      {{"reported", NameOf(said)}});
}

}  // namespace

absl::StatusOr<std::vector<GrantedDelivery>> ClaimDeliveries(EngineParts& parts, int16_t channel, int limit,
                                                             absl::Duration lease) {
  const absl::Time now = parts.clock.Now();
  const OutboundClaim claim{
      .channel = channel, .limit = limit, .token = parts.ids.NextPosition(), .now = now, .lease_until = now + lease};
  SWITCHBOARD_ASSIGN_OR_RETURN(std::vector<OutboundMessage> messages, parts.store.ClaimOutbound(claim));
  std::vector<GrantedDelivery> granted;
  granted.reserve(messages.size());
  for (OutboundMessage& message : messages) {
    const DeliveryFacts facts{message.inquiry, message.message_id, claim.token, channel, message.attempts};
    granted.push_back({EncodeDeliveryToken(facts), std::move(message), claim.lease_until});
  }
  return granted;
}

absl::StatusOr<ReportedDelivery> ReportDelivery(EngineParts& parts, std::string_view delivery_token,
                                                DeliveryResult result, std::string_view reason) {
  SWITCHBOARD_ASSIGN_OR_RETURN(const DeliveryFacts facts, DecodeDeliveryToken(delivery_token));
  OutboundReport report = PlanReport(facts, result, reason, parts.clock.Now(), parts.options.random());
  report.event_position = parts.ids.NextPosition();
  const CommitScene scene = parts.SceneOf(CommitKind::kSettle);
  bool in_doubt = false;
  SWITCHBOARD_ASSIGN_OR_RETURN(const OutboundOutcome outcome,
                               RepeatInDoubt<OutboundOutcome>(
                                   scene, [&] { return parts.store.ReportOutbound(report); }, &in_doubt));
  if (outcome.kind == OutboundOutcome::Kind::kLeaseLost) return LeaseLost();
  if (outcome.kind == OutboundOutcome::Kind::kReportedOtherwise) return ReportedOtherwise(outcome.said);
  const bool repeated = outcome.kind == OutboundOutcome::Kind::kRepeated;
  if (!repeated || in_doubt) CountReport(parts.metrics, report);
  return ReportedDelivery{.inquiry = facts.inquiry, .repeated = repeated, .next_attempt = outcome.due};
}

}  // namespace switchboard::queue
