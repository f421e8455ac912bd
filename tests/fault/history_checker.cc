#include "tests/fault/history_checker.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "tests/fault/event_walk.h"

namespace switchboard::fault {
namespace {

const char* NameOf(Action action) {
  static constexpr const char* kNames[] = {"complete", "release", "defer", "transfer", "extend"};
  return kNames[static_cast<int>(action)];
}

std::string TimeOfDay(absl::Time time) { return absl::FormatTime("%H:%M:%E3S", time, absl::UTCTimeZone()); }

bool MayHaveHappened(Outcome outcome) { return outcome != Outcome::kFailed; }

// A lease with everything that was tried on it.
struct LeaseStory {
  const Delivery* delivery = nullptr;
  std::vector<const LeaseCall*> calls;

  // The first call of this kind that may have taken effect.
  absl::Time FirstTry(Action action) const {
    absl::Time first = absl::InfiniteFuture();
    for (const LeaseCall* call : calls) {
      if (call->action == action && MayHaveHappened(call->outcome)) first = std::min(first, call->start);
    }
    return first;
  }

  // The first call that may have ended the lease.
  absl::Time FirstEnding() const {
    absl::Time first = absl::InfiniteFuture();
    for (const LeaseCall* call : calls) {
      if (call->action != Action::kExtend && MayHaveHappened(call->outcome)) first = std::min(first, call->start);
    }
    return first;
  }

  bool Succeeded(Action action) const {
    return std::any_of(calls.begin(), calls.end(), [action](const LeaseCall* call) {
      return call->action == action && call->outcome == Outcome::kOk;
    });
  }
};

// Everything that is known of one inquiry.
struct InquiryStory {
  std::vector<LeaseStory> leases;  // in the order in which they were granted
  std::vector<const FinalInquiry*> finals;
};

class Checker {
 public:
  Checker(const History& history, const FinalState& final_state, const CheckerOptions& options)
      : history_(history), final_(final_state), options_(options) {
    TellStories();
  }

  std::vector<Violation> Run() {
    CheckSubmits();
    CheckFinalInquiries();
    CheckDeadLetters();
    CheckRedrives();
    for (const auto& [name, story] : stories_) CheckStory(name, story);
    std::stable_sort(violations_.begin(), violations_.end(), [](const Violation& a, const Violation& b) {
      return std::pair(a.invariant.size(), a.invariant) < std::pair(b.invariant.size(), b.invariant);
    });
    return std::move(violations_);
  }

 private:
  template <typename... Pieces>
  void Report(const char* invariant, const Pieces&... pieces) {
    violations_.push_back({invariant, absl::StrCat(pieces...)});
  }

  void TellStories() {
    absl::flat_hash_map<std::string, std::vector<const LeaseCall*>> calls;
    for (const LeaseCall& call : history_.lease_calls) calls[call.token].push_back(&call);
    absl::flat_hash_set<std::string> seen;
    for (const Delivery& delivery : history_.deliveries) {
      if (!seen.insert(delivery.token).second) continue;  // the same lease, told again
      stories_[delivery.inquiry].leases.push_back({&delivery, calls[delivery.token]});
    }
    for (const FinalInquiry& inquiry : final_.inquiries) stories_[inquiry.inquiry].finals.push_back(&inquiry);
    for (auto& [name, story] : stories_) {
      std::stable_sort(story.leases.begin(), story.leases.end(), [](const LeaseStory& a, const LeaseStory& b) {
        return std::tie(a.delivery->position, a.delivery->lease) < std::tie(b.delivery->position, b.delivery->lease);
      });
    }
  }

  static std::string Told(const LeaseStory& lease) {
    std::string told = absl::StrCat("attempt ", lease.delivery->attempts, " granted ",
                                    TimeOfDay(lease.delivery->granted), " position ", lease.delivery->position);
    for (const LeaseCall* call : lease.calls) {
      absl::StrAppend(&told, ", ", NameOf(call->action), " ", TimeOfDay(call->start), " outcome ",
                      static_cast<int>(call->outcome));
    }
    return told;
  }

  // What was submitted under one request id.
  struct Submission {
    std::string text;
    bool may_be_stored = false;
    std::set<std::string> names;
  };

  void CheckSubmits() {
    for (const SubmitCall& call : history_.submits) {
      Submission& submission = submissions_[call.request_id];
      submission.text = call.text;
      submission.may_be_stored |= MayHaveHappened(call.outcome);
      if (call.outcome == Outcome::kOk) submission.names.insert(call.inquiry);
    }
    for (const auto& [request_id, submission] : submissions_) {
      if (submission.names.size() > 1)
        Report("I3", request_id, " was acknowledged as ", submission.names.size(), " inquiries");
      for (const std::string& name : submission.names) CheckAcknowledged(name);
    }
  }

  void CheckAcknowledged(const std::string& name) {
    const auto story = stories_.find(name);
    if (story == stories_.end() || story->second.finals.empty()) {
      Report("I1", name, " was acknowledged and is nowhere");
      return;
    }
    const v1::Inquiry::State state = story->second.finals.front()->state;
    if (state != v1::Inquiry::COMPLETED && state != v1::Inquiry::WITHDRAWN && state != v1::Inquiry::DEAD_LETTERED) {
      Report("I1", name, " was acknowledged and is still ", v1::Inquiry::State_Name(state),
             " after the queues were drained");
    }
  }

  void CheckFinalInquiries() {
    std::map<std::string, std::set<std::string>> names;
    for (const FinalInquiry& inquiry : final_.inquiries) {
      names[inquiry.request_id].insert(inquiry.inquiry);
      CheckExpected(inquiry.inquiry, inquiry.request_id, inquiry.text);
    }
    for (const auto& [request_id, inquiries] : names) {
      if (inquiries.size() > 1) Report("I3", request_id, " is stored as ", inquiries.size(), " inquiries");
    }
    for (const Delivery& delivery : history_.deliveries) {
      CheckExpected(delivery.inquiry, delivery.request_id, delivery.text);
    }
  }

  void CheckExpected(const std::string& name, const std::string& request_id, const std::string& text) {
    const auto submission = submissions_.find(request_id);
    if (submission == submissions_.end() || !submission->second.may_be_stored) {
      Report("I2", name, " was never submitted, or its caller was told that it was not stored");
    } else if (submission->second.text != text) {
      Report("I2", name, " has another text than was submitted");
    }
  }

  void CheckDeadLetters() {
    std::map<std::string, int> counts;
    for (const std::string& name : final_.dead_letters) ++counts[name];
    for (const FinalInquiry& inquiry : final_.inquiries) {
      const int listed = counts[inquiry.inquiry];
      const int expected = inquiry.state == v1::Inquiry::DEAD_LETTERED ? 1 : 0;
      if (listed != expected) {
        Report("I6", inquiry.inquiry, " is ", v1::Inquiry::State_Name(inquiry.state), " and has ", listed,
               " dead letters");
      }
    }
  }

  void CheckRedrives() {
    std::map<std::string, int> redriven;
    bool in_doubt = false;
    for (const RedriveCall& call : history_.redrives) {
      in_doubt |= call.outcome == Outcome::kUnknown;
      for (const std::string& name : call.inquiries) ++redriven[name];
    }
    for (const FinalInquiry& inquiry : final_.inquiries) {
      const int recorded = CountEvents(inquiry, v1::Event::REDRIVEN);
      const int asked = redriven[inquiry.inquiry];
      if (recorded < asked || (recorded > asked && !in_doubt)) {
        Report("I8", inquiry.inquiry, " was redriven ", asked, " times and went back ", recorded, " times");
      }
      redriven.erase(inquiry.inquiry);
    }
    for (const auto& [name, count] : redriven) {
      if (count > 0) Report("I8", name, " was redriven and is nowhere");
    }
  }

  void CheckStory(const std::string& name, const InquiryStory& story) {
    CheckOverlaps(name, story);
    CheckStaleCalls(name, story);
    CheckAfterCompletion(name, story);
    CheckDueTimes(name, story);
    CheckTransfers(name, story);
    if (story.finals.size() > 1) Report("I8", name, " is listed ", story.finals.size(), " times");
    for (const LeaseStory& lease : story.leases) {
      const int attempts = lease.delivery->attempts;
      if (attempts < 1 || attempts > options_.max_attempts) Report("I6", name, " was handed out as attempt ", attempts);
    }
    if (!story.finals.empty()) CheckRecord(name, story);
  }

  // Claims and extensions do not wait for the disk.
  bool MayBeForgotten(absl::Time at) const {
    return std::any_of(history_.database_crashes.begin(), history_.database_crashes.end(), [&](absl::Time crash) {
      return at <= crash + options_.clock_slack && at >= crash - options_.forgotten_claims;
    });
  }

  // Until when nobody else may hold the inquiry, as far as is certain.
  absl::Time CertainEnd(const LeaseStory& lease) const {
    absl::Time end = lease.delivery->expires;
    for (const LeaseCall* call : lease.calls) {
      if (call->action != Action::kExtend || call->outcome == Outcome::kFailed) continue;
      const bool certain = call->outcome == Outcome::kOk && !MayBeForgotten(call->end);
      end = certain ? call->until : std::min(end, call->start);
    }
    return std::min(end, lease.FirstEnding());
  }

  void CheckOverlaps(const std::string& name, const InquiryStory& story) {
    for (size_t i = 1; i < story.leases.size(); ++i) {
      const LeaseStory& earlier = story.leases[i - 1];
      const absl::Time granted = story.leases[i].delivery->granted;
      const absl::Time end = CertainEnd(earlier);
      if (granted + options_.clock_slack < end && !MayBeForgotten(earlier.delivery->granted)) {
        Report("I4", name, " was granted again ", absl::FormatDuration(end - granted), " before its lease ended");
      }
    }
  }

  void CheckStaleCalls(const std::string& name, const InquiryStory& story) {
    for (size_t i = 0; i < story.leases.size(); ++i) {
      const LeaseStory& lease = story.leases[i];
      int endings = 0;
      for (const Action action : {Action::kComplete, Action::kRelease, Action::kDefer, Action::kTransfer}) {
        endings += lease.Succeeded(action);
        if (i + 1 < story.leases.size()) CheckStale(name, lease, action, story.leases[i + 1].delivery->granted);
      }
      if (endings > 1) Report("I4", name, ": one lease was ended in ", endings, " ways");
      if (i + 1 < story.leases.size()) CheckStale(name, lease, Action::kExtend, story.leases[i + 1].delivery->granted);
    }
  }

  // An action on a lease that somebody else's had replaced before it was first tried.
  void CheckStale(const std::string& name, const LeaseStory& lease, Action action, absl::Time replaced) {
    if (lease.Succeeded(action) && lease.FirstTry(action) > replaced + options_.clock_slack) {
      Report("I4", name, ": a stale lease could ", NameOf(action));
    }
  }

  // A lease that follows a completed one was granted after the completion (I5), or the completion was stale (I4,
  // above).
  void CheckAfterCompletion(const std::string& name, const InquiryStory& story) {
    for (size_t i = 0; i + 1 < story.leases.size(); ++i) {
      if (!story.leases[i].Succeeded(Action::kComplete)) continue;
      if (story.leases[i + 1].delivery->granted + options_.clock_slack >= story.leases[i].FirstTry(Action::kComplete)) {
        Report("I5", name, " was delivered again after its completion: ", Told(story.leases[i]), ", then ",
               Told(story.leases[i + 1]));
      }
      return;
    }
  }

  void CheckDueTimes(const std::string& name, const InquiryStory& story) {
    for (size_t i = 0; i + 1 < story.leases.size(); ++i) {
      for (const LeaseCall* call : story.leases[i].calls) {
        const bool delays = call->action == Action::kRelease || call->action == Action::kDefer;
        if (!delays || call->outcome != Outcome::kOk) continue;
        // A repetition answers what it would have done itself; the first try decided.
        if (call->start > story.leases[i].FirstTry(call->action)) continue;
        const absl::Time granted = story.leases[i + 1].delivery->granted;
        if (granted < call->until - options_.clock_slack) {
          Report("I7", name, " was handed out ", absl::FormatDuration(call->until - granted), " before its time");
        }
      }
    }
  }

  void CheckTransfers(const std::string& name, const InquiryStory& story) {
    int certain = 0, possible = 0;
    for (size_t i = 0; i < story.leases.size(); ++i) {
      const LeaseStory& lease = story.leases[i];
      certain += lease.Succeeded(Action::kTransfer);
      possible += lease.FirstTry(Action::kTransfer) != absl::InfiniteFuture();
      if (!lease.Succeeded(Action::kTransfer) || i + 1 >= story.leases.size()) continue;
      const auto call = std::find_if(lease.calls.begin(), lease.calls.end(), [](const LeaseCall* each) {
        return each->action == Action::kTransfer && each->outcome == Outcome::kOk;
      });
      if (story.leases[i + 1].delivery->queue != (*call)->queue) {
        Report("I8", name, " was transferred to ", (*call)->queue, " and came from ",
               story.leases[i + 1].delivery->queue);
      }
    }
    if (story.finals.empty()) {
      if (certain > 0) Report("I8", name, " was transferred and is nowhere");
      return;
    }
    const int recorded = CountEvents(*story.finals.front(), v1::Event::TRANSFERRED);
    if (recorded < certain || recorded > possible) {
      Report("I8", name, " was transferred ", certain, " to ", possible, " times and moved ", recorded, " times");
    }
  }

  void CheckRecord(const std::string& name, const InquiryStory& story) {
    const FinalInquiry& inquiry = *story.finals.front();
    const EventWalk walk = WalkEvents(inquiry.events, options_.max_attempts);
    if (!walk.mistake.empty()) Report("I10", name, ": ", walk.mistake, "; ", TellEvents(inquiry.events));
    if (!walk.states.empty() && std::count(walk.states.begin(), walk.states.end(), inquiry.state) == 0) {
      Report("I10", name, " is ", v1::Inquiry::State_Name(inquiry.state), ", and its events lead to ",
             v1::Inquiry::State_Name(walk.states.front()));
    }
    if (!walk.attempts_mistake.empty()) Report("I6", name, ": ", walk.attempts_mistake);
    CheckCompletions(name, story, inquiry);
    CheckExpiries(name, story, inquiry);
  }

  void CheckCompletions(const std::string& name, const InquiryStory& story, const FinalInquiry& inquiry) {
    int certain = 0, possible = 0;
    for (const LeaseStory& lease : story.leases) {
      certain += lease.Succeeded(Action::kComplete);
      possible += lease.FirstTry(Action::kComplete) != absl::InfiniteFuture();
    }
    const int recorded = CountEvents(inquiry, v1::Event::COMPLETED);
    if (recorded > possible) Report("I2", name, " is completed ", recorded, " times, asked for ", possible, " times");
    if (recorded < certain) Report("I1", name, ": the record lacks an acknowledged completion");
  }

  // Every lease of the record that ran out did so at its end (as far as a caller knows of it), not before, and soon.
  void CheckExpiries(const std::string& name, const InquiryStory& story, const FinalInquiry& inquiry) {
    for (const LeaseStory& lease : story.leases) {
      if (lease.FirstEnding() != absl::InfiniteFuture() || lease.FirstTry(Action::kExtend) != absl::InfiniteFuture())
        continue;
      const RecordedEvent* end = EndOf(*lease.delivery, inquiry);
      if (end == nullptr) continue;
      if (end->time < lease.delivery->expires - options_.clock_slack) {
        Report("I7", name, ": a lease was taken back ", absl::FormatDuration(lease.delivery->expires - end->time),
               " before its end");
      }
      const absl::Time bound =
          lease.delivery->expires + options_.redelivery_bound + OutageSince(lease.delivery->expires);
      if (end->time > bound) {
        Report("I7", name, ": a lease was taken back ", absl::FormatDuration(end->time - lease.delivery->expires),
               " after its end");
      }
    }
  }

  // The event by which this lease ran out; null where it ended otherwise.
  static const RecordedEvent* EndOf(const Delivery& delivery, const FinalInquiry& inquiry) {
    for (const RecordedEvent& event : inquiry.events) {
      const bool ran_out = event.kind == v1::Event::EXPIRED || event.kind == v1::Event::DEAD_LETTERED;
      if (ran_out && event.lease == delivery.lease) return &event;
    }
    return nullptr;
  }

  // How much of the outages lies at or after `time`.
  absl::Duration OutageSince(absl::Time time) const {
    absl::Duration sum;
    for (const Interval& outage : history_.outages) {
      sum += std::max(absl::ZeroDuration(), outage.until - std::max(outage.from, time));
    }
    return sum;
  }

  static int CountEvents(const FinalInquiry& inquiry, v1::Event::Kind kind) {
    return static_cast<int>(std::count_if(inquiry.events.begin(), inquiry.events.end(),
                                          [kind](const RecordedEvent& event) { return event.kind == kind; }));
  }

  const History& history_;
  const FinalState& final_;
  const CheckerOptions& options_;
  std::map<std::string, InquiryStory> stories_;
  std::map<std::string, Submission> submissions_;
  std::vector<Violation> violations_;
};

}  // namespace

std::vector<Violation> CheckHistory(const History& history, const FinalState& final_state,
                                    const CheckerOptions& options) {
  return Checker(history, final_state, options).Run();
}

std::string Describe(const std::vector<Violation>& violations, int limit) {
  std::map<std::string, int> counts;
  std::string text;
  for (const Violation& violation : violations) {
    if (++counts[violation.invariant] <= limit) absl::StrAppend(&text, violation.invariant, " ", violation.what, "\n");
  }
  for (const auto& [invariant, count] : counts) {
    if (count > limit) absl::StrAppend(&text, invariant, " … ", count, " in all\n");
  }
  return text;
}

}  // namespace switchboard::fault
