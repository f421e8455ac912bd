// Drafts that wait for authority, from the domain to the API.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_DRAFT_TO_PROTO_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_DRAFT_TO_PROTO_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/queue/queue_engine.h"
#include "switchboard/v1/authority.pb.h"

namespace switchboard::frontline {

// "inquiries/{inquiry}/drafts/{draft}". The parser's INVALID_ARGUMENT says what is wrong.
std::string DraftName(const queue::DraftKey& key);
absl::StatusOr<queue::DraftKey> ParseDraftName(std::string_view name);

void FillDraft(const queue::StoredDraft& draft, const queue::QueueEngine& engine, v1::ReplyDraft& out);

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_DRAFT_TO_PROTO_H_
