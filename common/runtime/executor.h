// Threads for work that blocks: everything that waits for the database, so that gRPC's threads never do.
#ifndef SWITCHBOARD_COMMON_RUNTIME_EXECUTOR_H_
#define SWITCHBOARD_COMMON_RUNTIME_EXECUTOR_H_

#include <cstddef>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"

namespace switchboard {

// A fixed number of threads and a bounded queue, first come first served. Thread-safe.
class Executor {
 public:
  using Task = absl::AnyInvocable<void() &&>;

  // `name` (up to 12 characters) is what the threads are called in a debugger.
  Executor(std::string name, int threads, size_t max_queued);
  ~Executor();  // Shutdown()

  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Queues the task; false, without touching it, when the queue is full or after Shutdown: the caller still owns it and
  // answers "overloaded". Tasks must not throw.
  [[nodiscard]] bool TrySubmit(Task& task);
  [[nodiscard]] bool TrySubmit(Task&& task) { return TrySubmit(task); }

  // Takes no more, runs what is queued, joins the threads. Repeating it does nothing. Not from one of its own threads.
  void Shutdown();

  size_t queued() const;

 private:
  void Run();

  const std::string name_;
  const size_t max_queued_;
  mutable absl::Mutex mutex_;
  absl::CondVar changed_ ABSL_GUARDED_BY(mutex_);
  std::deque<Task> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RUNTIME_EXECUTOR_H_
