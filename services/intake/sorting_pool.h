// Threads for texts that have to be read: sorting one takes as long as all else that is done with an inquiry, or
// longer. gRPC's threads stay free to take in, and to refuse, what comes meanwhile.
#ifndef SWITCHBOARD_SERVICES_INTAKE_SORTING_POOL_H_
#define SWITCHBOARD_SERVICES_INTAKE_SORTING_POOL_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"

namespace switchboard::intake {

struct SortingPoolOptions {
  int threads = 2;
  // A caller whose texts would wait longer is told to come back. Until then they wait, so that a burst is taken in.
  absl::Duration longest_wait = absl::Milliseconds(500);
};

// Callers take turns, so that one who floods keeps itself waiting and nobody else. Thread-safe.
class SortingPool {
 public:
  using Task = absl::AnyInvocable<void() &&>;

  // `clock` outlives it.
  SortingPool(const SortingPoolOptions& options, const Clock& clock);
  ~SortingPool();  // Shutdown()

  SortingPool(const SortingPool&) = delete;
  SortingPool& operator=(const SortingPool&) = delete;

  // How long until this caller may come back, where what it has waiting here would take longer than the longest wait;
  // nothing where it is welcome now.
  std::optional<absl::Duration> RetryAfter(std::string_view caller) const;

  // Runs a task that reads so many texts. `caller` is of a closed set. After Shutdown it runs at once, here.
  void Submit(std::string_view caller, int texts, Task task);

  // Runs what waits, and ends the threads. Repeating it does nothing. Not from one of its own threads.
  void Shutdown();

 private:
  struct Waiting {
    int texts = 0;
    Task task;
  };
  // What one caller has waiting.
  struct Line {
    std::deque<Waiting> waiting;
    int64_t texts = 0;
  };

  void Run();
  Waiting TakeNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NoteCost(absl::Duration took, int texts) ABSL_LOCKS_EXCLUDED(mutex_);

  const SortingPoolOptions options_;
  const Clock& clock_;
  mutable absl::Mutex mutex_;
  absl::CondVar changed_;
  std::map<std::string, Line, std::less<>> lines_ ABSL_GUARDED_BY(mutex_);
  std::deque<Line*> turns_ ABSL_GUARDED_BY(mutex_);  // lines in which something waits, next first
  absl::Duration cost_ ABSL_GUARDED_BY(mutex_);      // of one text lately, the time without a processor included
  int idle_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace switchboard::intake

#endif  // SWITCHBOARD_SERVICES_INTAKE_SORTING_POOL_H_
