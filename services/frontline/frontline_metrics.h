// What replies come to, by queue, language and rule.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_FRONTLINE_METRICS_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_FRONTLINE_METRICS_H_

#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "common/metrics/metric_registry.h"
#include "services/guidance/reply_evaluator.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::frontline {

// Thread-safe. One per registry. Queues and rules are those that the operator wrote.
class FrontlineMetrics {
 public:
  explicit FrontlineMetrics(MetricRegistry& registry);

  // One call of ReplyToInquiry that was decided: the verdict, and the rules that stood against it. `may_send` is false
  // where only the worker's certification did.
  void CountDecision(std::string_view queue, const guidance::ReplyDecision& decision, bool may_send);

  // A reply before which nobody had answered, `waited` after it was taken in. Holding replies at the deadline of a
  // draft are not among them: nobody wrote them. Languages beyond the official ones count as "other".
  void ObserveFirstReply(std::string_view language, const std::vector<std::string>& official, absl::Duration waited);

  // The same for the guidelines that say within what time: kept or not.
  void CountResponseTime(std::string_view guideline, bool kept);

  // An inquiry that was settled without a reply, for a reason.
  void CountNonReply(std::string_view queue, v1::Disposition disposition, v1::Assessment assessment);

  // The share of a queue's replies that may need authority.
  void PublishBudget(std::string_view queue, double share);

 private:
  CounterFamily& decisions_;
  CounterFamily& refusals_;
  HistogramFamily& first_reply_;
  CounterFamily& response_times_;
  CounterFamily& non_replies_;
  GaugeFamily& budget_;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_FRONTLINE_METRICS_H_
