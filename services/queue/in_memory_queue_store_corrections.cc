// Private legs, the answers that replies cite, and corrections of those that cited a wrong one.
#include <algorithm>

#include "common/status/status_macros.h"
#include "services/queue/in_memory_queue_store.h"

namespace switchboard::queue {

absl::StatusOr<std::optional<PrivateLeg>> InMemoryQueueStore::FindPrivateLeg(int64_t id) {
  absl::MutexLock lock(&mutex_);
  const auto found = legs_.find(id);
  if (found == legs_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<bool> InMemoryQueueStore::RecallAnswer(const AnswerRecall& recall) {
  absl::MutexLock lock(&mutex_);
  return recalled_.insert(recall.answer).second;
}

absl::StatusOr<std::vector<std::string>> InMemoryQueueStore::RecalledAnswers() {
  absl::MutexLock lock(&mutex_);
  return std::vector<std::string>(recalled_.begin(), recalled_.end());
}

absl::StatusOr<std::vector<CitedReply>> InMemoryQueueStore::UncorrectedReplies(std::string_view answer, int64_t after,
                                                                               int limit) {
  absl::MutexLock lock(&mutex_);
  std::vector<CitedReply> replies;
  for (const AnswerUse& use : uses_) {
    if (static_cast<int>(replies.size()) == limit) break;
    if (use.answer == answer && !use.corrected && use.reply.message_id > after) replies.push_back(use.reply);
  }
  return replies;
}

absl::StatusOr<int64_t> InMemoryQueueStore::CountUncorrected(std::string_view answer) {
  absl::MutexLock lock(&mutex_);
  return std::count_if(uses_.begin(), uses_.end(),
                       [&](const AnswerUse& use) { return use.answer == answer && !use.corrected; });
}

absl::StatusOr<bool> InMemoryQueueStore::Correct(const Correction& correction) {
  absl::MutexLock lock(&mutex_);
  for (AnswerUse& use : uses_) {
    const CitedReply& reply = use.reply;
    if (use.answer != correction.message.corrects || use.corrected || reply.inquiry != correction.inquiry ||
        reply.message_id != correction.corrected_id) {
      continue;
    }
    SWITCHBOARD_RETURN_IF_ERROR(CheckCited(correction.message.answers));
    use.corrected = true;
    StoredMessage message = correction.message;
    message.visibility = reply.visibility;
    Record& record = records_.at(correction.inquiry);
    Send(record, message, correction.message_id, correction.request_id);
    Note(record, EventKind::kCorrected, message.create_time, correction.reason);
    record.events.back().stored.worker = message.worker;
    NoteUses(correction.inquiry, correction.message_id, message);
    return true;
  }
  return false;
}

}  // namespace switchboard::queue
