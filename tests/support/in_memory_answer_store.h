// AnswerStore without a database, for tests.
#ifndef SWITCHBOARD_TESTS_SUPPORT_IN_MEMORY_ANSWER_STORE_H_
#define SWITCHBOARD_TESTS_SUPPORT_IN_MEMORY_ANSWER_STORE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "services/guidance/answer_store.h"

namespace switchboard::guidance {

class InMemoryAnswerStore final : public AnswerStore {
 public:
  absl::StatusOr<std::vector<size_t>> Changed(absl::Span<const AnswerVersion> versions) override {
    const absl::MutexLock lock(&mutex_);
    return ChangedLocked(versions);
  }

  absl::Status Keep(absl::Span<const AnswerVersion> versions) override {
    const absl::MutexLock lock(&mutex_);
    if (!ChangedLocked(versions).empty()) return KeptOtherwise();
    for (const AnswerVersion& each : versions) kept_.try_emplace({each.id, each.version}, each.content);
    return absl::OkStatus();
  }

  absl::StatusOr<AnswerVersion> Get(std::string_view id, int version) override {
    const absl::MutexLock lock(&mutex_);
    const auto found = kept_.find({std::string(id), version});
    if (found == kept_.end()) return NoSuchAnswer(id, version);
    return AnswerVersion{std::string(id), version, found->second};
  }

 private:
  std::vector<size_t> ChangedLocked(absl::Span<const AnswerVersion> versions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::vector<size_t> changed;
    for (size_t i = 0; i < versions.size(); ++i) {
      const auto found = kept_.find({versions[i].id, versions[i].version});
      if (found != kept_.end() && found->second != versions[i].content) changed.push_back(i);
    }
    return changed;
  }

  absl::Mutex mutex_;
  std::map<std::pair<std::string, int>, std::string> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::guidance

#endif  // SWITCHBOARD_TESTS_SUPPORT_IN_MEMORY_ANSWER_STORE_H_
