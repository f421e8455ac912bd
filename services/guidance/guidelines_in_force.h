// The guidelines by which replies are decided now.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_GUIDELINES_IN_FORCE_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_GUIDELINES_IN_FORCE_H_

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/guidance/guideline.h"

namespace switchboard::guidance {

// Thread-safe. Whoever took the book keeps it whole, whatever is put in force meanwhile.
class GuidelinesInForce {
 public:
  // Null: none are in force.
  void Activate(std::shared_ptr<const GuidelineBook> book) ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    book_ = std::move(book);
  }

  std::shared_ptr<const GuidelineBook> book() const ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    return book_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::shared_ptr<const GuidelineBook> book_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_GUIDELINES_IN_FORCE_H_
