#include "services/answers/recall_desk.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "common/text/utf8.h"
#include "services/wire/inquiry_to_proto.h"
#include "services/wire/reply_decision.h"

namespace switchboard::answers {
namespace {

constexpr int kReadAtOnce = 100;
constexpr size_t kMostRefusedListed = 100;
constexpr size_t kMostReasonBytes = 512;

absl::Status NoCorrection(const std::string& name) {
  FieldViolations violations;
  violations.Add("corrections", StrCat("are required: no version later than answers/", name, " is in force"));
  return violations.ToStatus();
}

}  // namespace

absl::StatusOr<RecallResult> RecallDesk::Recall(const RecallOrder& order) {
  const std::string name = StrCat(order.id, "@", order.version);
  const auto book = guidelines_.book();
  if (book == nullptr) {
    return MakeError(absl::StatusCode::kFailedPrecondition, reason::kNoConfiguration,
                     "no guidelines are in force; apply some with ApplyConfiguration");
  }
  SWITCHBOARD_ASSIGN_OR_RETURN(const guidance::AnswerVersion wrong, store_.Get(order.id, order.version));
  SWITCHBOARD_RETURN_IF_ERROR(MayRecall(order.worker, wrong));
  SWITCHBOARD_ASSIGN_OR_RETURN(const Words words, WordsFor(order, name));
  if (!order.dry_run) {
    SWITCHBOARD_RETURN_IF_ERROR(engine_.RecallAnswer(name, order.worker, order.reason).status());
    SWITCHBOARD_ASSIGN_OR_RETURN(const std::vector<std::string> recalled, engine_.RecalledAnswers());
    answers_.SetRecalled({recalled.begin(), recalled.end()});
  }
  RecallResult result;
  SWITCHBOARD_RETURN_IF_ERROR(CorrectAll(order, name, words, *book, result));
  SWITCHBOARD_ASSIGN_OR_RETURN(result.remaining, engine_.CountUncorrected(name));
  if (result.corrected == 0 && result.refused.empty() && !result.not_permitted.ok()) return result.not_permitted;
  return result;
}

absl::Status RecallDesk::MayRecall(const std::string& worker, const guidance::AnswerVersion& wrong) const {
  SWITCHBOARD_RETURN_IF_ERROR(permits_.may_send(worker, "", "", false));
  SWITCHBOARD_ASSIGN_OR_RETURN(const auto library, guidance::ParseAnswers(wrong.content, wrong.id));
  absl::Status refused;
  for (const std::string& topic : library->answers.at(0).topics) {
    absl::Status status = permits_.may_send(worker, topic, "", true);
    if (status.ok()) status = permits_.may_send(worker, topic, "", false);
    if (status.ok()) return status;
    if (refused.ok()) refused = std::move(status);
  }
  return refused;
}

absl::StatusOr<RecallDesk::Words> RecallDesk::WordsFor(const RecallOrder& order, const std::string& name) const {
  if (!order.corrections.empty()) return Words{.texts = order.corrections, .cites = ""};
  const auto index = answers_.index();
  const guidance::Answer* const now = index == nullptr ? nullptr : index->library().Find(order.id);
  const bool later = now != nullptr && now->version > order.version;
  if (!later || answers_.recalled()->contains(now->NameWithVersion())) return NoCorrection(name);
  return Words{.texts = now->text, .cites = now->NameWithVersion()};
}

absl::Status RecallDesk::CorrectAll(const RecallOrder& order, const std::string& name, const Words& words,
                                    const guidance::GuidelineBook& book, RecallResult& result) {
  int64_t after = 0;
  while (true) {
    SWITCHBOARD_ASSIGN_OR_RETURN(const auto replies, engine_.UncorrectedReplies(name, after, kReadAtOnce));
    if (replies.empty()) return absl::OkStatus();
    for (const queue::CitedReply& reply : replies) {
      if (result.corrected == order.max_count) return absl::OkStatus();
      if (order.given_up && order.given_up()) return absl::CancelledError("the caller hung up");
      SWITCHBOARD_ASSIGN_OR_RETURN(const bool corrected, CorrectOne(order, name, words, book, reply, result));
      result.corrected += corrected;
      after = reply.message_id;
    }
  }
}

absl::StatusOr<bool> RecallDesk::CorrectOne(const RecallOrder& order, const std::string& name, const Words& words,
                                            const guidance::GuidelineBook& book, const queue::CitedReply& reply,
                                            RecallResult& result) {
  const absl::StatusOr<queue::StoredInquiry> inquiry = engine_.Get(reply.inquiry);
  if (absl::IsNotFound(inquiry.status())) return false;  // past its retention
  if (!inquiry.ok()) return inquiry.status();
  const auto visibility = static_cast<v1::Visibility>(reply.visibility);
  SWITCHBOARD_ASSIGN_OR_RETURN(const v1::Channel channel, wire::ChannelFor(engine_, *inquiry, visibility));
  absl::Status may_send =
      permits_.may_send(order.worker, inquiry->topic, v1::Channel_Name(channel), visibility == v1::PUBLIC);
  if (!may_send.ok()) {
    if (result.not_permitted.ok()) result.not_permitted = std::move(may_send);
    return false;
  }
  const std::string_view text = guidance::TextIn(words.texts, inquiry->content.language);
  const guidance::ReplyDecision decision =
      wire::DecideReply(book, *inquiry,
                        {.text = text,
                         .channel = channel,
                         .visibility = visibility,
                         .authority_level = permits_.level_of(order.worker).value_or(order.authority_level)});
  if (decision.verdict != guidance::ReplyVerdict::kSent) {
    if (result.refused.size() < kMostRefusedListed) result.refused.push_back({reply.inquiry, decision});
    return false;
  }
  if (order.dry_run) return true;
  queue::StoredMessage message = wire::StaffMessage(text, visibility, decision);
  message.worker = order.worker;
  message.answers = words.cites;
  message.corrects = name;
  const std::string note = StrCat("answers/", name, ": ", order.reason);
  return engine_.Correct(reply, std::move(message), TruncateUtf8(note, kMostReasonBytes));
}

}  // namespace switchboard::answers
