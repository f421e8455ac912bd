#include "services/queue/views.h"

#include "services/queue/batch_commit.h"

namespace switchboard::queue {

absl::Status NoteView(EngineParts& parts, int64_t id, std::string_view worker) {
  const int64_t position = parts.ids.NextPosition();
  const absl::Time now = parts.clock.Now();
  const auto noted = RepeatInDoubt<bool>(parts.SceneOf(CommitKind::kSettle), [&]() -> absl::StatusOr<bool> {
    const absl::Status status = parts.store.NoteView(id, worker, position, now);
    if (!status.ok()) return status;
    return true;
  });
  return noted.status();
}

}  // namespace switchboard::queue
