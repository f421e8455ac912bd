// Replies that wait for somebody with the authority: kept, decided on, and dealt with at their deadlines.
#ifndef SWITCHBOARD_SERVICES_QUEUE_DRAFTS_H_
#define SWITCHBOARD_SERVICES_QUEUE_DRAFTS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/queue/engine_parts.h"
#include "services/queue/queue_engine.h"

namespace switchboard::queue {

// See QueueEngine. They block on the database.
absl::StatusOr<KeptDraft> KeepDraft(EngineParts& parts, DraftRequest request);
absl::StatusOr<DecidedDraft> DecideDraft(EngineParts& parts, const DraftAnswer& answer);
absl::StatusOr<std::vector<StoredDraft>> ClaimDrafts(EngineParts& parts, const ReviewRequest& request);
absl::StatusOr<std::vector<DraftKey>> ReleaseDrafts(EngineParts& parts, std::string_view worker,
                                                    std::optional<DraftKey> key, int64_t review_token);
std::string TokenOf(const StoredDraft& draft);

// Does what is to be done for every draft whose deadline is reached; what another process does first is left to it.
absl::Status DecideDueDrafts(EngineParts& parts);

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_DRAFTS_H_
