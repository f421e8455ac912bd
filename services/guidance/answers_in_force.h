// The answers that staff may use now.
#ifndef SWITCHBOARD_SERVICES_GUIDANCE_ANSWERS_IN_FORCE_H_
#define SWITCHBOARD_SERVICES_GUIDANCE_ANSWERS_IN_FORCE_H_

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/guidance/answer_index.h"

namespace switchboard::guidance {

// Thread-safe. Whoever took the shelf keeps it whole, whatever is put in force meanwhile.
class AnswersInForce {
 public:
  using Names = std::set<std::string, std::less<>>;

  // Null: there are none.
  void Activate(std::shared_ptr<const AnswerLibrary> library) ABSL_LOCKS_EXCLUDED(mutex_) {
    auto index = library == nullptr ? nullptr : std::make_shared<const AnswerIndex>(std::move(library));
    const absl::MutexLock lock(&mutex_);
    index_ = std::move(index);
  }

  // The versions that were recalled ("pothole-report@2"), whether they are in force or not.
  void SetRecalled(Names names) ABSL_LOCKS_EXCLUDED(mutex_) {
    auto recalled = std::make_shared<const Names>(std::move(names));
    const absl::MutexLock lock(&mutex_);
    recalled_ = std::move(recalled);
  }

  // Null where there are none.
  std::shared_ptr<const AnswerIndex> index() const ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    return index_;
  }

  // Never null.
  std::shared_ptr<const Names> recalled() const ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    return recalled_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::shared_ptr<const AnswerIndex> index_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const Names> recalled_ ABSL_GUARDED_BY(mutex_) = std::make_shared<const Names>();
};

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_SERVICES_GUIDANCE_ANSWERS_IN_FORCE_H_
