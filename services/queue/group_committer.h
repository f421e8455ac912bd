// Group commit: what queued up while the previous commits were in flight is written as one.
#ifndef SWITCHBOARD_SERVICES_QUEUE_GROUP_COMMITTER_H_
#define SWITCHBOARD_SERVICES_QUEUE_GROUP_COMMITTER_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/runtime/signals.h"
#include "common/time/clock.h"

namespace switchboard::queue {

struct GroupCommitLimits {
  int writers = 1;
  // While a batch is being committed, the other writers leave to its writer what comes meanwhile: one commit costs less
  // than two, and the disk takes one at a time anyway. So it is for as long as it takes where the batch has at least so
  // many elements, but one with patient elements then makes only those wait …
  size_t large_batch = 1000;
  // … and else for so long at most: a commit that hangs shall not hold up what has nothing to do with it.
  absl::Duration precedence = absl::ZeroDuration();
  // Where nobody waits for the answer by the millisecond: a batch that is not large begins so long after the one
  // before, at the earliest. What comes seldom is still committed at once.
  absl::Duration pace = absl::ZeroDuration();
  size_t max_batch = 1000;
  int64_t max_batch_bytes = 16 << 20;
  int64_t max_pending = 20000;
  int64_t max_pending_bytes = 256 << 20;
};

// A bounded queue and `writers` threads, each of which takes everything that waits (up to the limits of a batch), has
// it committed, and looks again. An element that finds no commit under way is committed at once, alone. Thread-safe.
//
// Elements come in two classes. Patient ones (of callers that flood) get what ordinary ones leave of a batch, but at
// least a tenth, and may fill only half of the queue.
template <typename Element>
class GroupCommitter {
 public:
  enum class Urgency {
    kOrdinary,
    kPatient,
    kUnbounded,  // ordinary, and taken also beyond the limits: for what the engine itself has to do
  };
  enum class Verdict { kTaken, kFull, kClosed };
  // Answers every element of the batch. Called on all writer threads.
  using Commit = std::function<void(std::vector<Element> batch)>;

  GroupCommitter(std::string name, const GroupCommitLimits& limits, Commit commit)
      : name_(std::move(name)), limits_(limits), commit_(std::move(commit)) {}
  ~GroupCommitter() { Close(); }

  GroupCommitter(const GroupCommitter&) = delete;
  GroupCommitter& operator=(const GroupCommitter&) = delete;

  void Start() {
    for (int i = 0; i < limits_.writers; ++i) writers_.emplace_back([this] { Write(); });
  }

  // Takes the element, or leaves it untouched.
  Verdict TryAdd(Element& element, int64_t bytes, Urgency urgency) {
    absl::MutexLock lock(&mutex_);
    const Verdict verdict = Take(element, bytes, urgency);
    if (verdict == Verdict::kTaken) WakeWriter();
    return verdict;
  }

  struct Offer {
    Element element;
    int64_t bytes = 0;
    Urgency urgency = Urgency::kOrdinary;
    Verdict verdict = Verdict::kFull;  // the answer
  };

  // The same for many, so that an idle writer finds them together.
  void TryAddAll(absl::Span<Offer> offers) {
    absl::MutexLock lock(&mutex_);
    for (Offer& offer : offers) offer.verdict = Take(offer.element, offer.bytes, offer.urgency);
    WakeWriter();
  }

  // Takes no more, commits what waits and ends the threads. Repeating it does nothing.
  void Close() {
    {
      absl::MutexLock lock(&mutex_);
      closed_ = true;
      changed_.SignalAll();
    }
    for (std::thread& writer : writers_) {
      if (writer.joinable()) writer.join();
    }
  }

 private:
  struct Pending {
    Element element;
    int64_t bytes;
  };

  Verdict Take(Element& element, int64_t bytes, Urgency urgency) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (closed_) return Verdict::kClosed;
    if (urgency != Urgency::kUnbounded && !HasRoom(bytes, urgency)) return Verdict::kFull;
    pending_bytes_ += bytes;
    (urgency == Urgency::kPatient ? patient_ : ordinary_).push_back({std::move(element), bytes});
    return Verdict::kTaken;
  }

  bool HasRoom(int64_t bytes, Urgency urgency) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto patient = static_cast<int64_t>(patient_.size());
    const int64_t all = patient + static_cast<int64_t>(ordinary_.size());
    if (all >= limits_.max_pending) return false;
    if (urgency == Urgency::kPatient && patient >= limits_.max_pending / 2) return false;
    // One element larger than the limit is let through when it is alone.
    return all == 0 || pending_bytes_ + bytes <= limits_.max_pending_bytes;
  }

  void Write() {
    SetThreadName(name_.c_str());
    while (true) {
      int* under_way = nullptr;
      std::vector<Element> batch = NextBatch(under_way);
      if (batch.empty()) return;
      commit_(std::move(batch));
      absl::MutexLock lock(&mutex_);
      --*under_way;
    }
  }

  // When the next batch may begin, by the clock's Elapsed(); the end of time where nothing is there for it.
  absl::Duration NextBegin() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const bool pending = !ordinary_.empty() || (!patient_.empty() && flood_under_way_ == 0);
    if (!pending || large_under_way_ > 0) return absl::InfiniteDuration();
    const bool is_large = ordinary_.size() + patient_.size() >= limits_.large_batch;
    const absl::Duration pace = is_large || closed_ ? absl::ZeroDuration() : limits_.pace;
    return last_begin_ + std::max(pace, small_under_way_ > 0 ? limits_.precedence : absl::ZeroDuration());
  }

  // One writer, if any is idle, begins the next batch or waits for its time.
  void WakeWriter() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (idle_writers_ + watching_writers_ == 0) return;
    const absl::Duration begin = NextBegin();
    if (begin == absl::InfiniteDuration()) return;
    if (watching_writers_ == 0 || begin <= clock_.Elapsed()) changed_.Signal();
  }

  // False where this writer is not needed any more: closed, and another one is at work still or nothing is left.
  bool AwaitBegin() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    while (true) {
      const absl::Duration begin = NextBegin();
      const absl::Duration wait = begin - clock_.Elapsed();
      if (wait <= absl::ZeroDuration()) return true;
      if (closed_) return false;
      int& waiting = begin == absl::InfiniteDuration() ? idle_writers_ : watching_writers_;
      ++waiting;
      changed_.WaitWithTimeout(&mutex_, wait);
      --waiting;
    }
  }

  // Empty: this writer is not needed any more. `under_way` counts the batch until it is committed.
  std::vector<Element> NextBatch(int*& under_way) {
    absl::MutexLock lock(&mutex_);
    if (!AwaitBegin()) return {};
    std::vector<Element> batch;
    const size_t patient = flood_under_way_ > 0 ? 0 : patient_.size();
    const size_t reserved = std::min(patient, std::max<size_t>(1, limits_.max_batch / 10));
    int64_t bytes = 0;
    Move(ordinary_, limits_.max_batch - reserved, bytes, batch);
    const size_t ordinary = batch.size();
    if (patient > 0) Move(patient_, limits_.max_batch, bytes, batch);
    pending_bytes_ -= bytes;
    under_way = batch.size() < limits_.large_batch ? &small_under_way_
                : batch.size() > ordinary          ? &flood_under_way_
                                                   : &large_under_way_;
    ++*under_way;
    last_begin_ = clock_.Elapsed();
    WakeWriter();
    return batch;
  }

  // Fills the batch up to `count` elements; at least one always fits.
  void Move(std::deque<Pending>& from, size_t count, int64_t& bytes, std::vector<Element>& batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    batch.reserve(std::min(count, batch.size() + from.size()));
    while (!from.empty() && batch.size() < count) {
      Pending& next = from.front();
      if (!batch.empty() && bytes + next.bytes > limits_.max_batch_bytes) return;
      bytes += next.bytes;
      batch.push_back(std::move(next.element));
      from.pop_front();
    }
  }

  const SystemClock clock_;  // the real one, like the waits
  const std::string name_;
  const GroupCommitLimits limits_;
  const Commit commit_;
  absl::Mutex mutex_;
  absl::CondVar changed_;
  std::deque<Pending> ordinary_ ABSL_GUARDED_BY(mutex_);
  std::deque<Pending> patient_ ABSL_GUARDED_BY(mutex_);
  int64_t pending_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int idle_writers_ ABSL_GUARDED_BY(mutex_) = 0;
  int watching_writers_ ABSL_GUARDED_BY(mutex_) = 0;  // they wait for a time
  absl::Duration last_begin_ ABSL_GUARDED_BY(mutex_) = -absl::InfiniteDuration();
  int small_under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  int large_under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  int flood_under_way_ ABSL_GUARDED_BY(mutex_) = 0;  // large ones with patient elements
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> writers_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_GROUP_COMMITTER_H_
