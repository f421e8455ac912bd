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
#include "absl/types/span.h"
#include "common/runtime/signals.h"

namespace switchboard::queue {

struct GroupCommitLimits {
  int writers = 1;
  // While a batch of at least so many is being committed, the other writers leave to its writer what comes meanwhile:
  // one large commit costs less than two. Smaller ones do not make anybody wait, and one with patient elements makes
  // only those wait.
  size_t large_batch = 1000;
  size_t max_batch = 1000;
  int64_t max_batch_bytes = 16 << 20;
  int64_t max_pending = 20000;
  int64_t max_pending_bytes = 256 << 20;
};

// A bounded queue and `writers` threads, each of which takes everything that waits (up to the limits of a batch), has
// it committed, and looks again. An element that finds a writer idle is committed at once, alone, unless a large batch
// is under way. Thread-safe.
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
    if (verdict == Verdict::kTaken && idle_writers_ > 0) changed_.Signal();
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
    if (idle_writers_ > 0) changed_.Signal();
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
      bool* under_way = nullptr;
      std::vector<Element> batch = NextBatch(under_way);
      if (batch.empty()) return;
      commit_(std::move(batch));
      if (under_way != nullptr) EndLarge(*under_way);
    }
  }

  void EndLarge(bool& under_way) {
    absl::MutexLock lock(&mutex_);
    under_way = false;
    // This writer goes on with what waits; at the end the others have to look for themselves.
    if (closed_) changed_.SignalAll();
  }

  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !large_under_way_ && (!ordinary_.empty() || (!patient_.empty() && !flood_under_way_));
  }

  // Empty: closed, and nothing is left. `under_way` is to be reset after a large one.
  std::vector<Element> NextBatch(bool*& under_way) {
    absl::MutexLock lock(&mutex_);
    while (!HasWork()) {
      if (closed_ && !large_under_way_ && !flood_under_way_) return {};
      ++idle_writers_;
      changed_.Wait(&mutex_);
      --idle_writers_;
    }
    std::vector<Element> batch;
    const size_t patient = flood_under_way_ ? 0 : patient_.size();
    const size_t reserved = std::min(patient, std::max<size_t>(1, limits_.max_batch / 10));
    int64_t bytes = 0;
    Move(ordinary_, limits_.max_batch - reserved, bytes, batch);
    const size_t ordinary = batch.size();
    if (patient > 0) Move(patient_, limits_.max_batch, bytes, batch);
    pending_bytes_ -= bytes;
    if (batch.size() >= limits_.large_batch) {
      under_way = batch.size() > ordinary ? &flood_under_way_ : &large_under_way_;
      *under_way = true;
    }
    if (idle_writers_ > 0 && HasWork()) changed_.Signal();
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

  const std::string name_;
  const GroupCommitLimits limits_;
  const Commit commit_;
  absl::Mutex mutex_;
  absl::CondVar changed_;
  std::deque<Pending> ordinary_ ABSL_GUARDED_BY(mutex_);
  std::deque<Pending> patient_ ABSL_GUARDED_BY(mutex_);
  int64_t pending_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int idle_writers_ ABSL_GUARDED_BY(mutex_) = 0;
  bool large_under_way_ ABSL_GUARDED_BY(mutex_) = false;
  bool flood_under_way_ ABSL_GUARDED_BY(mutex_) = false;  // a large one with patient elements
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> writers_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_GROUP_COMMITTER_H_
