// Which queue an inquiry belongs in, and how pressing it is there: a pure decision over the configuration's routes.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_ROUTE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_ROUTE_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "services/triage/configuration.h"

namespace switchboard::triage {

struct RouteInput {
  std::string_view topic = {};  // empty: unsure
  Channel channel = Channel::kUnspecified;
  std::string_view language = {};
  std::string_view area = {};  // empty: not known
  Visibility visibility = Visibility::kUnspecified;
  std::optional<Priority> urgency = std::nullopt;          // from an urgency signal; only ever raises
  std::optional<Priority> caller_priority = std::nullopt;  // stands above route and urgency
};

struct RouteDecision {
  std::string route;  // id of the route that matched; empty: the general queue took it
  std::string queue;
  Priority priority = Priority::kNormal;
  absl::Duration first_response_within = absl::ZeroDuration();  // the queue's target at that priority
  std::optional<Overflow> overflow = std::nullopt;
};

// With a topic: the first route whose every condition holds; none: the general queue. Without one (unsure): the first
// route that names languages and no topics (the general queue of that language), else the general queue.
RouteDecision RouteFor(const Configuration& configuration, const RouteInput& input);

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_ROUTE_H_
