// The queue engine as a test wants it: calls that wait for their answers.
#ifndef SWITCHBOARD_TESTS_SUPPORT_ENGINE_CLIENT_H_
#define SWITCHBOARD_TESTS_SUPPORT_ENGINE_CLIENT_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "common/metrics/metric_registry.h"
#include "services/queue/queue_engine.h"

namespace switchboard::queue {

// An answer that is under way.
template <typename T>
class Pending {
 public:
  Callback<T> Answer() {
    return [state = state_](absl::StatusOr<T> answer) {
      state->answer = std::move(answer);
      state->arrived.Notify();
    };
  }
  bool Arrived() const { return state_->arrived.HasBeenNotified(); }
  bool ArrivesWithin(absl::Duration limit) const { return state_->arrived.WaitForNotificationWithTimeout(limit); }
  // DEADLINE_EXCEEDED where it does not come within half a minute.
  absl::StatusOr<T> Get() {
    if (!ArrivesWithin(absl::Seconds(30))) return absl::DeadlineExceededError("no answer within 30 s");
    return std::move(state_->answer);
  }

 private:
  struct State {
    absl::Notification arrived;
    absl::StatusOr<T> answer;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

inline QueueSettings PlainQueue(std::string name) {
  return {.name = std::move(name),
          .target_urgent = absl::Minutes(30),
          .target_high = absl::Hours(2),
          .target_normal = absl::Hours(24),
          .target_low = absl::Hours(72),
          .lease_duration = absl::Minutes(15),
          .max_attempts = 3,
          .retry_initial = absl::Seconds(30),
          .retry_max = absl::Hours(1)};
}

inline Submission PlainSubmission(std::string queue, std::string text = "there is a hole in the road") {
  Submission submission;
  submission.content.channel = 5;
  submission.content.visibility = 2;
  submission.content.topic_method = 2;
  submission.content.language = "en";
  submission.content.topic = "potholes";
  submission.content.text = std::move(text);
  submission.queue = std::move(queue);
  return submission;
}

// An engine with its own metrics and ids over a store and a clock of the test's.
class EngineClient {
 public:
  EngineClient(QueueStore& store, const Clock& clock, EngineOptions options = {}, uint8_t node = 1)
      : clock_(clock), ids_(clock, node), metrics_(registry_) {
    engine_ = MakeQueueEngine(store, clock, ids_, metrics_, std::move(options));
  }

  QueueEngine& engine() { return *engine_; }
  MetricRegistry& registry() { return registry_; }
  IdGenerator& ids() { return ids_; }

  absl::Status Start(std::vector<std::string> queues) {
    if (absl::Status started = engine_->Start(); !started.ok()) return started;
    std::vector<QueueSettings> settings;
    for (std::string& queue : queues) settings.push_back(PlainQueue(std::move(queue)));
    return engine_->Configure(std::move(settings));
  }

  Pending<Accepted> SubmitLater(Submission submission) {
    Pending<Accepted> pending;
    engine_->Submit(std::move(submission), pending.Answer());
    return pending;
  }
  absl::StatusOr<Accepted> Submit(Submission submission) { return SubmitLater(std::move(submission)).Get(); }

  struct Waiting {
    Pending<std::vector<GrantedLease>> pending;
    int64_t claim = 0;
  };
  Waiting ClaimLater(ClaimRequest request) {
    Waiting waiting;
    waiting.claim = engine_->Claim(std::move(request), waiting.pending.Answer());
    return waiting;
  }
  absl::StatusOr<std::vector<GrantedLease>> Claim(ClaimRequest request) {
    return ClaimLater(std::move(request)).pending.Get();
  }
  // What is there now, at most `max`.
  absl::StatusOr<std::vector<GrantedLease>> ClaimNow(std::string queue, int max = 1) {
    return Claim(
        {.queues = {std::move(queue)}, .worker = "anna", .max_inquiries = max, .wait_until = absl::InfinitePast()});
  }
  ClaimRequest Waits(std::string queue, absl::Duration wait, int max = 1) {
    return {.queues = {std::move(queue)}, .worker = "anna", .max_inquiries = max, .wait_until = clock_.Now() + wait};
  }

  absl::StatusOr<Settled> Settle(SettleRequest request) {
    Pending<Settled> pending;
    engine_->Settle(std::move(request), pending.Answer());
    return pending.Get();
  }
  absl::StatusOr<Settled> Complete(const std::string& token) {
    return Settle({.lease_token = token, .kind = EventKind::kCompleted, .disposition = 1});
  }
  absl::StatusOr<absl::Time> Extend(const std::string& token, std::optional<absl::Duration> duration = {}) {
    Pending<absl::Time> pending;
    engine_->Extend(token, duration, pending.Answer());
    return pending.Get();
  }

 private:
  const Clock& clock_;
  IdGenerator ids_;
  MetricRegistry registry_;
  QueueMetrics metrics_;
  std::unique_ptr<QueueEngine> engine_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_TESTS_SUPPORT_ENGINE_CLIENT_H_
