// Putting dead letters back, in steps that stay short.
#ifndef SWITCHBOARD_SERVICES_QUEUE_REDRIVE_H_
#define SWITCHBOARD_SERVICES_QUEUE_REDRIVE_H_

#include <optional>

#include "absl/status/statusor.h"
#include "services/queue/engine_parts.h"

namespace switchboard::queue {

// See QueueEngine::Redrive.
absl::StatusOr<QueueEngine::RedriveResult> Redrive(EngineParts& parts, const DeadLetterSelection& selection,
                                                   std::optional<QueueNumber> target, int max_count);

// What Redrive would do, without doing it.
absl::StatusOr<QueueEngine::RedriveResult> PreviewRedrive(QueueStore& store, const DeadLetterSelection& selection,
                                                          int max_count);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_REDRIVE_H_
