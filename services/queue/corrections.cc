#include "services/queue/corrections.h"

#include <cstring>
#include <utility>

#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/queue/batch_commit.h"

namespace switchboard::queue {
namespace {

// The same for the same reply and answer, so that even a second queue of corrections could add nothing.
Uuid CorrectionIdOf(const CitedReply& reply, std::string_view answer) {
  uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : answer) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  Uuid id;
  static_assert(sizeof id.bytes == 2 * sizeof(uint64_t));
  std::memcpy(id.bytes.data(), &reply.message_id, sizeof reply.message_id);
  std::memcpy(id.bytes.data() + sizeof hash, &hash, sizeof hash);
  return id;
}

}  // namespace

absl::StatusOr<bool> RecallAnswer(EngineParts& parts, std::string answer, std::string worker, std::string reason) {
  const AnswerRecall recall{std::move(answer), std::move(worker), std::move(reason), parts.clock.Now()};
  bool in_doubt = false;
  SWITCHBOARD_ASSIGN_OR_RETURN(const bool recalled, RepeatInDoubt<bool>(
                                                        parts.SceneOf(CommitKind::kSettle),
                                                        [&] { return parts.store.RecallAnswer(recall); }, &in_doubt));
  return recalled || in_doubt;
}

absl::StatusOr<bool> CorrectReply(EngineParts& parts, const CitedReply& reply, StoredMessage message,
                                  std::string_view reason) {
  Correction correction{.inquiry = reply.inquiry,
                        .corrected_id = reply.message_id,
                        .message_id = parts.ids.NextPosition(),
                        .event_position = parts.ids.NextPosition(),
                        .request_id = CorrectionIdOf(reply, message.corrects),
                        .reason = std::string(reason)};
  message.create_time = parts.clock.Now();
  correction.message = std::move(message);
  bool in_doubt = false;
  SWITCHBOARD_ASSIGN_OR_RETURN(const bool sent, RepeatInDoubt<bool>(
                                                    parts.SceneOf(CommitKind::kSettle),
                                                    [&] { return parts.store.Correct(correction); }, &in_doubt));
  return sent || in_doubt;
}

}  // namespace switchboard::queue
