#include "services/triage/route.h"

#include <algorithm>

namespace switchboard::triage {
namespace {

template <typename Items, typename Item>
bool Allows(const Items& items, const Item& item) {
  return items.empty() || std::find(items.begin(), items.end(), item) != items.end();
}

bool AllowsLanguage(const Configuration& configuration, const Route& route, std::string_view language) {
  if (Allows(route.languages, language)) return true;
  const auto& served = configuration.example_languages;
  const bool other = std::find(served.begin(), served.end(), language) == served.end();
  return other && !language.empty() && language != "und" && Allows(route.languages, "other");
}

bool Matches(const Configuration& configuration, const Route& route, const RouteInput& input) {
  if (input.topic.empty() && (!route.topics.empty() || route.languages.empty())) return false;
  return Allows(route.topics, input.topic) && Allows(route.channels, input.channel) &&
         AllowsLanguage(configuration, route, input.language) && Allows(route.areas, input.area) &&
         (route.visibility == Visibility::kUnspecified || route.visibility == input.visibility);
}

}  // namespace

RouteDecision RouteFor(const Configuration& configuration, const RouteInput& input) {
  RouteDecision decision{.route = "", .queue = configuration.general_queue};
  for (const Route& route : configuration.routes) {
    if (!Matches(configuration, route, input)) continue;
    decision.route = route.id;
    decision.queue = route.queue;
    decision.priority = route.priority;
    decision.overflow = route.overflow;
    break;
  }
  if (input.urgency) decision.priority = std::min(decision.priority, *input.urgency);
  if (input.caller_priority) decision.priority = *input.caller_priority;
  const QueueSettings* queue = configuration.FindQueue(decision.queue);
  const ServiceLevel level = queue == nullptr ? ServiceLevel{} : queue->service_level;
  decision.first_response_within = level.For(decision.priority);
  return decision;
}

}  // namespace switchboard::triage
