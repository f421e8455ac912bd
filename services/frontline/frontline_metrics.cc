#include "services/frontline/frontline_metrics.h"

#include <algorithm>
#include <string>

namespace switchboard::frontline {

FrontlineMetrics::FrontlineMetrics(MetricRegistry& registry)
    : decisions_(registry.Counters("reply_decisions_total",
                                   "Replies by what was decided on them; NOT_CERTIFIED: only training was missing.",
                                   {"queue", "decision"})),
      refusals_(registry.Counters("reply_refusals_total", "Rules that replies broke.", {"rule"})),
      first_reply_(registry.Histograms(
          "first_reply_seconds",
          "From being taken in to the reply that was the first answer, by the language of the inquiry.", {"language"},
          WaitBuckets({}))),
      response_times_(registry.Counters("guideline_response_time_total",
                                        "First replies by whether they kept the time that a guideline sets.",
                                        {"guideline", "result"})),
      non_replies_(registry.Counters("non_replies_total", "Inquiries settled without a reply, for a reason.",
                                     {"queue", "disposition", "assessment"})),
      budget_(registry.Gauges("reply_authority_budget_ratio",
                              "The share of a queue's replies that may need authority, as the guidelines say.",
                              {"queue"})) {}

void FrontlineMetrics::CountDecision(std::string_view queue, const guidance::ReplyDecision& decision, bool may_send) {
  const bool sent = decision.verdict == guidance::ReplyVerdict::kSent;
  const std::string_view name = sent && !may_send ? "NOT_CERTIFIED" : guidance::ReplyVerdictName(decision.verdict);
  decisions_.With({std::string(queue), std::string(name)}).Increment();
  for (const guidance::BrokenRule& broken : decision.broken) refusals_.With({broken.rule}).Increment();
}

void FrontlineMetrics::ObserveFirstReply(std::string_view language, const std::vector<std::string>& official,
                                         absl::Duration waited) {
  const bool known = std::find(official.begin(), official.end(), language) != official.end();
  first_reply_.With({known ? std::string(language) : "other"})
      .Observe(absl::ToDoubleSeconds(std::max(waited, absl::ZeroDuration())));
}

void FrontlineMetrics::CountResponseTime(std::string_view guideline, bool kept) {
  response_times_.With({std::string(guideline), kept ? "met" : "missed"}).Increment();
}

void FrontlineMetrics::CountNonReply(std::string_view queue, v1::Disposition disposition, v1::Assessment assessment) {
  const std::string name = assessment == v1::ASSESSMENT_UNSPECIFIED ? "UNSPECIFIED" : v1::Assessment_Name(assessment);
  non_replies_.With({std::string(queue), v1::Disposition_Name(disposition), name}).Increment();
}

void FrontlineMetrics::PublishBudget(std::string_view queue, double share) {
  budget_.With({std::string(queue)}).Set(share);
}

}  // namespace switchboard::frontline
