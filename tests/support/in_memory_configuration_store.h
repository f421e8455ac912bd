// ConfigurationStore without a database, for tests.
#ifndef SWITCHBOARD_TESTS_SUPPORT_IN_MEMORY_CONFIGURATION_STORE_H_
#define SWITCHBOARD_TESTS_SUPPORT_IN_MEMORY_CONFIGURATION_STORE_H_

#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/status/errors.h"
#include "services/triage/configuration_store.h"

namespace switchboard::triage {

class InMemoryConfigurationStore final : public ConfigurationStore {
 public:
  absl::StatusOr<int64_t> CurrentVersion() override {
    const absl::MutexLock lock(&mutex_);
    if (!failure_.ok()) return failure_;
    return static_cast<int64_t>(applied_.size());
  }

  absl::StatusOr<AppliedConfiguration> Current() override {
    const absl::MutexLock lock(&mutex_);
    if (!failure_.ok()) return failure_;
    if (applied_.empty()) return NotFound("switchboard.v1.Configuration", "configuration", "none was applied");
    return applied_.back();
  }

  absl::StatusOr<int64_t> Apply(const ConfigurationChange& change) override {
    const absl::MutexLock lock(&mutex_);
    if (!failure_.ok()) return failure_;
    const int64_t version = static_cast<int64_t>(applied_.size()) + 1;
    if (change.base_version != version - 1) {
      return MakeError(absl::StatusCode::kAborted, reason::kConfigurationChanged, "changed meanwhile");
    }
    applied_.push_back({.version = version,
                        .yaml = std::string(change.yaml),
                        .file_name = std::string(change.file_name),
                        .model = std::string(change.model),
                        .model_version = change.model_version != 0 ? change.model_version : version,
                        .applied_by = std::string(change.applied_by),
                        .guidelines = std::string(change.guidelines),
                        .guidelines_file_name = std::string(change.guidelines_file_name),
                        .answers = std::string(change.answers),
                        .answers_file_name = std::string(change.answers_file_name)});
    return version;
  }

  // Every call answers with this until it is OK again.
  void Fail(absl::Status failure) {
    const absl::MutexLock lock(&mutex_);
    failure_ = std::move(failure);
  }

 private:
  absl::Mutex mutex_;
  std::vector<AppliedConfiguration> applied_ ABSL_GUARDED_BY(mutex_);
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_TESTS_SUPPORT_IN_MEMORY_CONFIGURATION_STORE_H_
