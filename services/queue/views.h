// Who looked at inquiries.
#ifndef SWITCHBOARD_SERVICES_QUEUE_VIEWS_H_
#define SWITCHBOARD_SERVICES_QUEUE_VIEWS_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "services/queue/engine_parts.h"

namespace switchboard::queue {

// See QueueEngine::NoteView.
absl::Status NoteView(EngineParts& parts, int64_t id, std::string_view worker);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_VIEWS_H_
