#include "services/frontline/queue_training.h"

#include <algorithm>

namespace switchboard::frontline {
namespace {

bool LeadsTo(const triage::Route& route, std::string_view queue) {
  return route.queue == queue || (route.overflow.has_value() && route.overflow->queue == queue);
}

// What comes there can be about any topic.
bool IsOpen(std::string_view queue, const triage::Configuration& configuration) {
  if (queue == configuration.general_queue) return true;
  bool is_led_to = false;
  for (const triage::Route& route : configuration.routes) {
    if (!LeadsTo(route, queue)) continue;
    if (route.topics.empty()) return true;
    is_led_to = true;
  }
  return !is_led_to;
}

bool SharesTopic(const triage::Route& route, const guidance::Guideline& guideline) {
  const std::vector<std::string>& covered = guideline.scope.topics;
  return std::any_of(route.topics.begin(), route.topics.end(), [&covered](const std::string& topic) {
    return std::find(covered.begin(), covered.end(), topic) != covered.end();
  });
}

bool SharesChannel(const triage::Route& route, const guidance::Guideline& guideline) {
  const std::vector<std::string>& covered = guideline.scope.channels;
  if (route.channels.empty() || covered.empty()) return true;
  return std::any_of(route.channels.begin(), route.channels.end(), [&covered](triage::Channel channel) {
    return std::find(covered.begin(), covered.end(), triage::ChannelName(channel)) != covered.end();
  });
}

// What came in public may be answered in private, but not the other way round.
bool SharesLeg(const triage::Route& route, const guidance::Guideline& guideline) {
  return route.visibility != triage::Visibility::kPrivate || !guideline.scope.is_public.value_or(false);
}

}  // namespace

bool AsksForTraining(const guidance::Guideline& guideline) { return !guideline.scope.topics.empty(); }

std::vector<const guidance::Guideline*> TrainingFor(std::string_view queue, const triage::Configuration& configuration,
                                                    const guidance::GuidelineBook& book) {
  std::vector<const guidance::Guideline*> asked;
  if (queue == configuration.general_queue) return asked;
  for (const guidance::Guideline& guideline : book.guidelines) {
    const auto brings = [&](const triage::Route& route) {
      return LeadsTo(route, queue) && SharesTopic(route, guideline) && SharesChannel(route, guideline) &&
             SharesLeg(route, guideline);
    };
    const bool brought = std::any_of(configuration.routes.begin(), configuration.routes.end(), brings);
    if (AsksForTraining(guideline) && brought) asked.push_back(&guideline);
  }
  return asked;
}

std::vector<const guidance::Guideline*> UnaskedTrainingFor(std::string_view queue,
                                                           const triage::Configuration& configuration,
                                                           const guidance::GuidelineBook& book) {
  std::vector<const guidance::Guideline*> unasked;
  if (!IsOpen(queue, configuration)) return unasked;
  const std::vector<const guidance::Guideline*> asked = TrainingFor(queue, configuration, book);
  for (const guidance::Guideline& guideline : book.guidelines) {
    const bool is_asked = std::find(asked.begin(), asked.end(), &guideline) != asked.end();
    if (AsksForTraining(guideline) && !is_asked) unasked.push_back(&guideline);
  }
  return unasked;
}

}  // namespace switchboard::frontline
