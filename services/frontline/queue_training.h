// Which training a queue asks for: a pure decision over routes and guidelines.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_QUEUE_TRAINING_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_QUEUE_TRAINING_H_

#include <string_view>
#include <vector>

#include "services/guidance/guideline.h"
#include "services/triage/configuration.h"

namespace switchboard::frontline {

// True for guidelines that name topics: those that hold whatever the topic is need no training of their own.
bool AsksForTraining(const guidance::Guideline& guideline);

// The guidelines that cover something which routes bring to the queue, by overflow also, in the order of the book. The
// general queue asks for none, and neither do topics that a route does not name: whoever works there finds out what an
// inquiry is about. What a worker sends from there needs the training all the same.
std::vector<const guidance::Guideline*> TrainingFor(std::string_view queue, const triage::Configuration& configuration,
                                                    const guidance::GuidelineBook& book);

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_QUEUE_TRAINING_H_
