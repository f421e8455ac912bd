// Corrects replies that cited a wrong answer.
#ifndef SWITCHBOARD_SERVICES_QUEUE_CORRECTIONS_H_
#define SWITCHBOARD_SERVICES_QUEUE_CORRECTIONS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/queue/answer_recall.h"
#include "services/queue/engine_parts.h"
#include "services/queue/inquiry_record.h"

namespace switchboard::queue {

// See QueueEngine. Both block on the database.
absl::StatusOr<bool> RecallAnswer(EngineParts& parts, std::string answer, std::string worker, std::string reason);
absl::StatusOr<bool> CorrectReply(EngineParts& parts, const CitedReply& reply, StoredMessage message,
                                  std::string_view reason);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_CORRECTIONS_H_
