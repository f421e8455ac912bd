// Where a reply is decided on and sent.
#ifndef SWITCHBOARD_SERVICES_FRONTLINE_REPLY_DESK_H_
#define SWITCHBOARD_SERVICES_FRONTLINE_REPLY_DESK_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/time/clock.h"
#include "services/frontline/earlier_reply.h"
#include "services/frontline/frontline_metrics.h"
#include "services/guidance/answers_in_force.h"
#include "services/guidance/guidelines_in_force.h"
#include "services/guidance/reply_evaluator.h"
#include "services/queue/queue_engine.h"
#include "services/workforce/worker_roster.h"
#include "switchboard/v1/guidance.pb.h"
#include "switchboard/v1/resources.pb.h"

namespace switchboard::frontline {

// What a worker wants to say.
struct ReplyDraft {
  std::string lease_token;
  std::string text;
  v1::Visibility visibility = v1::VISIBILITY_UNSPECIFIED;     // unspecified: that of the inquiry
  v1::Disposition disposition = v1::DISPOSITION_UNSPECIFIED;  // unspecified: the worker keeps the inquiry
  int authority_level = 0;
  bool broadcast = false;                      // to everybody who reads the channel
  std::vector<std::string> answers_used = {};  // with their versions: "pothole-report@2"
};

// A reply that moves the conversation to a private leg.
struct MoveDraft {
  ReplyDraft reply;                               // its visibility is PRIVATE
  std::string holding_line;                       // empty: the guideline's
  v1::Channel channel = v1::CHANNEL_UNSPECIFIED;  // unspecified: the inquiry's
  std::string address;                            // empty: the inquiry's author
};

struct ReplyResult {
  int64_t inquiry = 0;
  guidance::ReplyDecision decision;
  bool reopened = false;
  bool repeated = false;
  std::optional<queue::KeptDraft> draft = {};  // where it waits for somebody with the authority
};

struct MoveResult {
  ReplyResult reply;  // of the private text
  guidance::ReplyDecision holding_decision;
  std::string holding_line;
};

// What the desk stands on; all of it outlives the desk.
struct ReplyDeskParts {
  queue::QueueEngine& engine;
  const guidance::GuidelinesInForce& guidelines;
  const guidance::AnswersInForce& answers;
  const workforce::WorkerRoster& workers;
  const Clock& clock;  // follows the database's time
  FrontlineMetrics& metrics;
  bool registered_only = false;  // replies of unregistered workers stay in
};

// What is in force; FAILED_PRECONDITION (NO_CONFIGURATION) where no guidelines were applied.
absl::StatusOr<std::shared_ptr<const guidance::GuidelineBook>> BookOf(const guidance::GuidelinesInForce& guidelines);

// Observes how long the citizen has waited for the reply that was just sent, before which nobody had answered.
void ObserveFirstReply(const ReplyDeskParts& parts, const queue::StoredInquiry& inquiry,
                       const guidance::GuidelineBook& book);

// Of a registered worker, the authority level is the one that was registered, whatever the draft says. Thread-safe.
// Calls block on the database.
class ReplyDesk {
 public:
  explicit ReplyDesk(ReplyDeskParts parts) : parts_(parts), engine_(parts.engine), guidelines_(parts.guidelines) {}

  // What the guidelines say, whoever may send. FAILED_PRECONDITION (NO_CONFIGURATION) where no guidelines are in force,
  // (ANSWER_NOT_IN_FORCE) where a cited answer is not valid now; INVALID_ARGUMENT for a public reply to an inquiry that
  // was private; LEASE_LOST; NOT_FOUND where the inquiry is gone.
  absl::StatusOr<ReplyResult> Evaluate(const ReplyDraft& draft) const;

  // Sends what the guidelines let out, keeps a draft of what needs authority, and notes the attempt where neither is to
  // be. Also LEASE_LOST, and what MaySend says of a registered worker. The same draft under the same lease is one
  // reply, whatever came into force or ended since.
  absl::StatusOr<ReplyResult> Reply(const ReplyDraft& draft) const;

  // Opens a private leg for the reply with a holding line in public, where the guidelines let out both; notes the
  // attempt where they do not. The same draft under the same lease moves once, as with Reply. INVALID_ARGUMENT also for
  // an inquiry that is private, for another channel without an address, and where no holding line is given and no
  // guideline has one.
  absl::StatusOr<MoveResult> MoveToPrivate(const MoveDraft& draft) const;

 private:
  struct Judged {
    ReplyResult result;
    v1::Visibility visibility = v1::PRIVATE;  // of the leg that it goes out on
    absl::Status may_cite;                    // the answers that it was made from
    absl::Status may_send;                    // of its worker
    int authority_level = 0;                  // of its worker
    queue::StoredInquiry inquiry;
    std::shared_ptr<const guidance::GuidelineBook> book;
  };
  static bool IsLetOut(const Judged& judged) {
    return judged.may_cite.ok() && judged.may_send.ok() &&
           judged.result.decision.verdict == guidance::ReplyVerdict::kSent;
  }
  // What this very call did before, as it was decided then; nothing where it is new. Only for what is not let out now,
  // and for what the engine knows for a repetition: a reply that goes out pays nothing for it.
  absl::StatusOr<std::optional<ReplyResult>> FindEarlier(const ReplyCall& call, int64_t inquiry) const;
  absl::StatusOr<std::optional<MoveResult>> FindEarlierMove(const ReplyCall& call, int64_t inquiry) const;
  absl::StatusOr<ReplyResult> Send(const ReplyDraft& draft, Judged judged,
                                   std::optional<queue::LegOpening> opening = std::nullopt) const;
  absl::StatusOr<ReplyResult> Keep(const ReplyDraft& draft, Judged judged) const;
  // Notes that it was not let out.
  absl::Status Refuse(const ReplyDraft& draft, const Judged& judged, const guidance::ReplyDecision& decision) const;
  // `decision`: the one that it came to; of a move, that on the text that was refused.
  void Count(const Judged& judged, const guidance::ReplyDecision& decision) const;
  // On the leg that a reply goes out on; `channel`, where given, is that of a leg to be opened, unspecified the
  // inquiry's own.
  absl::StatusOr<Judged> Judge(const ReplyDraft& draft, std::optional<v1::Channel> channel = std::nullopt) const;
  absl::Status CheckAnswers(const std::vector<std::string>& answers) const;
  // Who holds the lease, as far as anything hangs on it; "" where nothing does, or where the lease is lost.
  absl::StatusOr<std::string> HolderOf(const ReplyDraft& draft) const;

  const ReplyDeskParts parts_;
  queue::QueueEngine& engine_;
  const guidance::GuidelinesInForce& guidelines_;
};

}  // namespace switchboard::frontline

#endif  // SWITCHBOARD_SERVICES_FRONTLINE_REPLY_DESK_H_
