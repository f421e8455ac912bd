// Where a wrong answer is taken back, and what was said with it is put right.
#ifndef SWITCHBOARD_SERVICES_ANSWERS_RECALL_DESK_H_
#define SWITCHBOARD_SERVICES_ANSWERS_RECALL_DESK_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/guidance/answer_store.h"
#include "services/guidance/answers_in_force.h"
#include "services/guidance/guidelines_in_force.h"
#include "services/guidance/localized_text.h"
#include "services/guidance/reply_evaluator.h"
#include "services/queue/queue_engine.h"

namespace switchboard::answers {

// See AnswerService.RecallAnswer.
struct RecallOrder {
  std::string id;
  int version = 1;
  std::string reason;
  std::string worker;
  guidance::LocalizedText corrections;  // empty: the texts of the version in force
  int authority_level = 0;              // of a worker who is not registered; a registered one has its own
  int max_count = 1;
  bool dry_run = false;
  std::function<bool()> given_up = {};  // asked between corrections; true stops it with CANCELLED
};

struct RefusedCorrection {
  int64_t inquiry = 0;
  guidance::ReplyDecision decision;
};

struct RecallResult {
  int corrected = 0;
  int64_t remaining = 0;
  std::vector<RefusedCorrection> refused;  // at most 100
  absl::Status not_permitted;              // of the first reply on whose leg the worker may not send; it is left
};

// What the workforce says of whoever orders a recall. Thread-safe.
struct SendPermits {
  // The registered authority level; unset where the worker is not registered.
  std::function<std::optional<int>(const std::string& worker)> level_of;
  // OK where the worker may send on this leg, as ReplyToInquiry has it.
  std::function<absl::Status(const std::string& worker, std::string_view topic, std::string_view channel,
                             bool is_public)>
      may_send;
};

// Thread-safe. What it is given outlives it. Calls block on the database, for each correction anew: what was corrected
// stays so, whatever becomes of the call.
class RecallDesk {
 public:
  RecallDesk(queue::QueueEngine& engine, guidance::AnswerStore& store, const guidance::GuidelinesInForce& guidelines,
             guidance::AnswersInForce& answers, SendPermits permits)
      : engine_(engine), store_(store), guidelines_(guidelines), answers_(answers), permits_(std::move(permits)) {}

  // Errors: those of AnswerService.RecallAnswer.
  absl::StatusOr<RecallResult> Recall(const RecallOrder& order);

 private:
  // OK where the worker may send on one of the answer's topics at least.
  absl::Status MayRecall(const std::string& worker, const guidance::AnswerVersion& wrong) const;
  // What the citizens are told.
  struct Words {
    guidance::LocalizedText texts;
    std::string cites;  // the version whose texts they are; empty: the caller's own
  };
  absl::StatusOr<Words> WordsFor(const RecallOrder& order, const std::string& name) const;
  absl::Status CorrectAll(const RecallOrder& order, const std::string& name, const Words& words,
                          const guidance::GuidelineBook& book, RecallResult& result);
  // True where a correction went out, or would have.
  absl::StatusOr<bool> CorrectOne(const RecallOrder& order, const std::string& name, const Words& words,
                                  const guidance::GuidelineBook& book, const queue::CitedReply& reply,
                                  RecallResult& result);

  queue::QueueEngine& engine_;
  guidance::AnswerStore& store_;
  const guidance::GuidelinesInForce& guidelines_;
  guidance::AnswersInForce& answers_;
  const SendPermits permits_;
};

}  // namespace switchboard::answers

#endif  // SWITCHBOARD_SERVICES_ANSWERS_RECALL_DESK_H_
