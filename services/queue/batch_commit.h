// What is done about a batch whose commit fails: an unknown outcome is asked for, never guessed, and one element that
// the database refuses does not take its neighbours with it.
#ifndef SWITCHBOARD_SERVICES_QUEUE_BATCH_COMMIT_H_
#define SWITCHBOARD_SERVICES_QUEUE_BATCH_COMMIT_H_

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/status/errors.h"
#include "common/time/clock.h"
#include "services/queue/pause.h"
#include "services/queue/queue_metrics.h"

namespace switchboard::queue {

// Where a batch is committed. The references outlive it.
struct CommitScene {
  const Clock& clock;
  Pause& pause;  // between repetitions
  QueueMetrics& metrics;
  CommitKind kind;
  absl::Duration in_doubt_limit;
};

// True where the database refused what it was sent, so that a part of it may do.
bool IsRefusal(const absl::Status& status);

// How long to wait before asking for the `attempt`th time (from 1): at once first, then longer and longer.
absl::Duration InDoubtBackoff(int attempt);

// Runs `write`, and again with the same arguments as long as its outcome is unknown, for at most in_doubt_limit; then
// the answer is UNAVAILABLE with COMMIT_OUTCOME_UNKNOWN. `*in_doubt` (may be null) is set where it was asked again.
template <typename Result>
absl::StatusOr<Result> RepeatInDoubt(const CommitScene& scene, absl::FunctionRef<absl::StatusOr<Result>()> write,
                                     bool* in_doubt = nullptr) {
  const absl::Duration begin = scene.clock.Elapsed();
  absl::StatusOr<Result> result = write();
  if (result.ok() || !IsOutcomeUnknown(result.status())) return result;
  if (in_doubt != nullptr) *in_doubt = true;
  scene.metrics.CountInDoubt(scene.kind);
  const absl::Status unknown = result.status();
  for (int attempt = 1; scene.clock.Elapsed() - begin < scene.in_doubt_limit && !scene.pause.stopped(); ++attempt) {
    if (attempt > 1) scene.pause.WaitFor(InDoubtBackoff(attempt));
    result = write();
    // What fails now says nothing of the first try, unless the database took a close look at the statement.
    if (result.ok() || IsRefusal(result.status())) return result;
  }
  return unknown;
}

// Commits all elements, as one batch unless the database refuses it, then in halves. Answers in their order.
// `write` gives one outcome per element.
template <typename Element, typename Outcome>
std::vector<absl::StatusOr<Outcome>> CommitAll(
    const CommitScene& scene, absl::Span<const Element> elements,
    absl::FunctionRef<absl::StatusOr<std::vector<Outcome>>(absl::Span<const Element>)> write,
    bool* in_doubt = nullptr) {
  using Outcomes = std::vector<Outcome>;
  const absl::Duration begin = scene.clock.Elapsed();
  absl::StatusOr<Outcomes> written = RepeatInDoubt<Outcomes>(
      scene, [&] { return write(elements); }, in_doubt);
  scene.metrics.ObserveCommit(scene.kind, static_cast<int64_t>(elements.size()), scene.clock.Elapsed() - begin);
  if (written.ok() && written->size() != elements.size()) {
    written = absl::InternalError("the store answered another number of elements than it was given");
  }
  std::vector<absl::StatusOr<Outcome>> answers;
  answers.reserve(elements.size());
  if (written.ok()) {
    std::move(written->begin(), written->end(), std::back_inserter(answers));
    return answers;
  }
  if (elements.size() > 1 && IsRefusal(written.status())) {
    const size_t middle = elements.size() / 2;
    answers = CommitAll<Element, Outcome>(scene, elements.first(middle), write, in_doubt);
    auto second = CommitAll<Element, Outcome>(scene, elements.subspan(middle), write, in_doubt);
    std::move(second.begin(), second.end(), std::back_inserter(answers));
    return answers;
  }
  answers.assign(elements.size(), written.status());
  return answers;
}

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_BATCH_COMMIT_H_
