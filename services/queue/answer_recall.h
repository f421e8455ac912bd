// Answers that must not be used any more, and the corrections of replies that cite them.
#ifndef SWITCHBOARD_SERVICES_QUEUE_ANSWER_RECALL_H_
#define SWITCHBOARD_SERVICES_QUEUE_ANSWER_RECALL_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "common/ids/uuid.h"
#include "services/queue/inquiry_record.h"

namespace switchboard::queue {

// A version of an answer ("pothole-report@2") that must not be used any more.
struct AnswerRecall {
  std::string answer;
  std::string worker;  // who answers for it
  std::string reason;
  absl::Time now;
};

// A reply that cites an answer.
struct CitedReply {
  int64_t inquiry = 0;
  int64_t message_id = 0;
  int16_t visibility = 0;
};

// What the citizen is told because a reply cited a wrong answer.
struct Correction {
  int64_t inquiry = 0;
  int64_t corrected_id = 0;  // the message of the reply
  StoredMessage message;     // `corrects` is the answer, `answers` what it cites itself; its visibility is the reply's
  int64_t message_id = 0;    // a fresh position (common/ids)
  int64_t event_position = 0;  // as well
  Uuid request_id;             // the same for the same reply and answer
  std::string reason;          // for the record
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_ANSWER_RECALL_H_
