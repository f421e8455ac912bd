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

// The guidelines that ask for training and may cover what is claimed from the queue all the same, without its asking
// for them: of the general queue, of one that only transfers and escalations lead to, and of one that a route without
// topics leads to, all others. What is transferred into another queue may be about more than what its routes bring.
std::vector<const guidance::Guideline*> UnaskedTrainingFor(std::string_view queue,
                                                           const triage::Configuration& configuration,
                                                           const guidance::GuidelineBook& book);

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_QUEUE_TRAINING_H_
