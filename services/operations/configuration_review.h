// What is to be said about a configuration before it is put in force. Pure.
#ifndef SWITCHBOARD_SERVICES_OPERATIONS_CONFIGURATION_REVIEW_H_
#define SWITCHBOARD_SERVICES_OPERATIONS_CONFIGURATION_REVIEW_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "services/guidance/answer_library.h"
#include "services/guidance/guideline.h"
#include "services/queue/queue_engine.h"
#include "services/triage/configuration.h"

namespace switchboard::operations {

// INVALID_ARGUMENT (INVALID_CONFIGURATION) with a BadRequest violation per mistake: the field is the path in the file,
// the description begins with file:line:column. `errors` is not empty.
absl::Status MistakesStatus(absl::Span<const triage::ConfigurationError> errors);

// FAILED_PRECONDITION (QUEUE_IN_USE) where a queue that `next` leaves out holds inquiries; names all of them.
absl::Status CheckQueuesInUse(const triage::Configuration& next, const queue::FiguresSample& sample);

// INVALID_ARGUMENT (INVALID_CONFIGURATION) that names every place where an authority policy is for a queue, or
// reassigns to one, that the configuration does not have, and where it reassigns and does not say where to. `file_name`
// is that of the guidelines.
absl::Status CheckAuthorityQueues(const guidance::GuidelineBook& guidelines, const triage::Configuration& configuration,
                                  std::string_view file_name);

// What an operator should look at although it is accepted: topics that no route mentions, queues that nothing leads to,
// topics with few examples or none in one of the languages. At most 50.
std::vector<std::string> WarningsAbout(const triage::Configuration& configuration);

// Topics that a guideline names and the configuration does not have. At most 50.
std::vector<std::string> WarningsAbout(const guidance::GuidelineBook& guidelines,
                                       const triage::Configuration& configuration);

// Topics that an answer names and the configuration does not have, and official languages that an answer does not
// speak; `guidelines` may be null. At most 50.
std::vector<std::string> WarningsAbout(const guidance::AnswerLibrary& answers,
                                       const guidance::GuidelineBook* guidelines,
                                       const triage::Configuration& configuration);

// INVALID_ARGUMENT (INVALID_CONFIGURATION) that names the place of each guideline that says something else than the
// same version in force: replies are stamped with the version that they passed, and what a version says never changes.
absl::Status CheckVersionsUnchanged(const guidance::GuidelineBook& next, const guidance::GuidelineBook& in_force,
                                    std::string_view file_name);

// Guidelines that go back to an earlier version than the one in force. At most 50.
std::vector<std::string> WarningsAbout(const guidance::GuidelineBook& next, const guidance::GuidelineBook& in_force);

// INVALID_ARGUMENT (INVALID_CONFIGURATION) that names the place of each of the answers at `changed`: what a version
// says never changes. Where `changed` is empty, `answers` may be null.
absl::Status CheckVersionsUnchanged(const guidance::AnswerLibrary* answers, absl::Span<const size_t> changed,
                                    std::string_view file_name);

}  // namespace switchboard::operations

#endif  // SWITCHBOARD_SERVICES_OPERATIONS_CONFIGURATION_REVIEW_H_
