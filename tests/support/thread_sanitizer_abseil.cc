// Tells the thread sanitizer what Abseil's locks and counts of references order. Debian's Abseil is not built with the
// sanitizer, so that it sees neither absl::Mutex nor absl::CondVar and takes everything they guard for a race. These
// definitions come before those of the shared library. Those of locks call them and say what was acquired and released.
// Linked into tests that are built with -fsanitize=thread, and into nothing else.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

extern "C" {
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
}

namespace {

template <typename Function>
Function* Real(const char* symbol) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, symbol));
}

// Conditions that threads wait for are evaluated inside Abseil by whoever holds the lock, after it was said to be
// released. They only read.
class IgnoredReads {
 public:
  IgnoredReads() { AnnotateIgnoreReadsBegin(__FILE__, __LINE__); }
  ~IgnoredReads() { AnnotateIgnoreReadsEnd(__FILE__, __LINE__); }
};

}  // namespace

// One definition per function that takes or gives back a lock. REAL is its mangled name.
#define SWITCHBOARD_ACQUIRES(REAL)                          \
  static auto* const real = Real<void(absl::Mutex*)>(REAL); \
  {                                                         \
    const IgnoredReads ignored;                             \
    real(this);                                             \
  }                                                         \
  __tsan_acquire(this)
#define SWITCHBOARD_TRIES(REAL)                             \
  static auto* const real = Real<bool(absl::Mutex*)>(REAL); \
  const bool taken = real(this);                            \
  if (taken) __tsan_acquire(this);                          \
  return taken
#define SWITCHBOARD_RELEASES(REAL)                          \
  static auto* const real = Real<void(absl::Mutex*)>(REAL); \
  __tsan_release(this);                                     \
  const IgnoredReads ignored;                               \
  real(this)
// Gives MUTEX back while it waits.
#define SWITCHBOARD_WAITS(RESULT, SIGNATURE, REAL, MUTEX, ...) \
  static auto* const real = Real<SIGNATURE>(REAL);             \
  __tsan_release(MUTEX);                                       \
  AnnotateIgnoreReadsBegin(__FILE__, __LINE__);                \
  RESULT real(__VA_ARGS__);                                    \
  AnnotateIgnoreReadsEnd(__FILE__, __LINE__);                  \
  __tsan_acquire(MUTEX)

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() { SWITCHBOARD_ACQUIRES("_ZN4absl7debian35Mutex4LockEv"); }
void Mutex::ReaderLock() { SWITCHBOARD_ACQUIRES("_ZN4absl7debian35Mutex10ReaderLockEv"); }
bool Mutex::TryLock() { SWITCHBOARD_TRIES("_ZN4absl7debian35Mutex7TryLockEv"); }
bool Mutex::ReaderTryLock() { SWITCHBOARD_TRIES("_ZN4absl7debian35Mutex13ReaderTryLockEv"); }
void Mutex::Unlock() { SWITCHBOARD_RELEASES("_ZN4absl7debian35Mutex6UnlockEv"); }
void Mutex::ReaderUnlock() { SWITCHBOARD_RELEASES("_ZN4absl7debian35Mutex12ReaderUnlockEv"); }

void Mutex::Await(const Condition& condition) {
  SWITCHBOARD_WAITS(, void(Mutex*, const Condition&), "_ZN4absl7debian35Mutex5AwaitERKNS0_9ConditionE", this, this,
                    condition);
}
bool Mutex::AwaitWithTimeout(const Condition& condition, absl::Duration timeout) {
  SWITCHBOARD_WAITS(const bool met =, bool(Mutex*, const Condition&, absl::Duration),
                    "_ZN4absl7debian35Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE", this, this, condition,
                    timeout);
  return met;
}
bool Mutex::AwaitWithDeadline(const Condition& condition, absl::Time deadline) {
  SWITCHBOARD_WAITS(const bool met =, bool(Mutex*, const Condition&, absl::Time),
                    "_ZN4absl7debian35Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE", this, this, condition,
                    deadline);
  return met;
}

void CondVar::Wait(Mutex* mutex) {
  SWITCHBOARD_WAITS(, void(CondVar*, Mutex*), "_ZN4absl7debian37CondVar4WaitEPNS0_5MutexE", mutex, this, mutex);
}
bool CondVar::WaitWithTimeout(Mutex* mutex, absl::Duration timeout) {
  SWITCHBOARD_WAITS(const bool timed_out =, bool(CondVar*, Mutex*, absl::Duration),
                    "_ZN4absl7debian37CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE", mutex, this, mutex,
                    timeout);
  return timed_out;
}
bool CondVar::WaitWithDeadline(Mutex* mutex, absl::Time deadline) {
  SWITCHBOARD_WAITS(const bool timed_out =, bool(CondVar*, Mutex*, absl::Time),
                    "_ZN4absl7debian37CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE", mutex, this, mutex, deadline);
  return timed_out;
}

void Notification::Notify() {
  static auto* const real = Real<void(Notification*)>("_ZN4absl7debian312Notification6NotifyEv");
  __tsan_release(this);
  real(this);
}
void Notification::WaitForNotification() const {
  static auto* const real = Real<void(const Notification*)>("_ZNK4absl7debian312Notification19WaitForNotificationEv");
  real(this);
  __tsan_acquire(const_cast<Notification*>(this));
}
bool Notification::WaitForNotificationWithTimeout(absl::Duration timeout) const {
  static auto* const real = Real<bool(const Notification*, absl::Duration)>(
      "_ZNK4absl7debian312Notification30WaitForNotificationWithTimeoutENS0_8DurationE");
  const bool notified = real(this, timeout);
  if (notified) __tsan_acquire(const_cast<Notification*>(this));
  return notified;
}

// Counts here instead of in the library: what another thread did with its copy comes before the last one's deletion.
void Status::UnrefNonInlined(uintptr_t rep) {
  status_internal::StatusRep* const shared = RepToPointer(rep);
  if (shared->ref.fetch_sub(1, std::memory_order_acq_rel) == 1) delete shared;
}

ABSL_NAMESPACE_END
}  // namespace absl
