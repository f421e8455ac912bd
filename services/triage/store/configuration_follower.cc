#include "services/triage/store/configuration_follower.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "services/triage/store/built_in_snapshot.h"

namespace switchboard::triage {
namespace {

// From the stored model in milliseconds; by training again where this program cannot read that model.
absl::StatusOr<std::shared_ptr<const TriageSnapshot>> SnapshotOf(const AppliedConfiguration& applied) {
  auto loaded = LoadSnapshot(applied.yaml, applied.file_name, applied.version, applied.model, applied.model_version);
  if (loaded.ok()) return loaded;
  Log(LogLevel::kInfo, absl::StrCat("training configuration ", applied.version,
                                    " anew, its stored model does not fit: ", loaded.status().message()));
  return BuildSnapshot(applied.yaml, applied.file_name, applied.version);
}

}  // namespace

ConfigurationFollower::ConfigurationFollower(ConfigurationStore& store, const Clock& clock, Activate activate,
                                             FollowerOptions options)
    : store_(store), clock_(clock), options_(options), activate_(std::move(activate)) {}

absl::Status ConfigurationFollower::Start() {
  {
    const absl::MutexLock lock(&mutex_);
    SWITCHBOARD_RETURN_IF_ERROR(CatchUpLocked());
  }
  task_ = std::make_unique<PeriodicTask>("configuration", options_.poll_interval, [this] { Poll(); });
  return absl::OkStatus();
}

void ConfigurationFollower::Wake() {
  if (task_ != nullptr) task_->Wake();
}

absl::Status ConfigurationFollower::CatchUp() {
  const absl::MutexLock lock(&mutex_);
  return CatchUpLocked();
}

void ConfigurationFollower::Stop() {
  if (task_ != nullptr) task_->Stop();
}

absl::Status ConfigurationFollower::CatchUpLocked() {
  SWITCHBOARD_ASSIGN_OR_RETURN(const int64_t version, store_.CurrentVersion());
  if (version_ == version) return absl::OkStatus();
  if (version == failed_version_ && clock_.Elapsed() < retry_at_) return failure_;
  absl::Status status = Adopt(version);
  if (status.ok()) return status;
  failed_version_ = version;
  failure_ = Annotate(status, absl::StrCat("configuration ", version, " cannot be put in force"));
  // A database that is away says nothing about the configuration: then the next look tries again.
  retry_at_ = clock_.Elapsed() + (absl::IsUnavailable(status) ? absl::ZeroDuration() : options_.retry_interval);
  return failure_;
}

absl::Status ConfigurationFollower::Adopt(int64_t version) {
  std::shared_ptr<const TriageSnapshot> snapshot;
  if (version == 0) {
    snapshot = BuiltInSnapshot();
  } else {
    SWITCHBOARD_ASSIGN_OR_RETURN(const AppliedConfiguration applied, store_.Current());
    SWITCHBOARD_ASSIGN_OR_RETURN(const auto loaded, SnapshotOf(applied));
    auto whole = std::make_shared<TriageSnapshot>(*loaded);
    whole->guidelines = applied.guidelines;
    whole->guidelines_file_name = applied.guidelines_file_name;
    whole->answers = applied.answers;
    whole->answers_file_name = applied.answers_file_name;
    snapshot = std::move(whole);
  }
  SWITCHBOARD_RETURN_IF_ERROR(activate_(snapshot));
  // May be newer than what was asked for, where one more was applied between the two reads.
  version_ = snapshot->configuration_version;
  Log(LogLevel::kInfo, absl::StrCat("configuration ", *version_, " is in force"));
  return absl::OkStatus();
}

void ConfigurationFollower::Poll() {
  const absl::Status status = CatchUp();
  if (!status.ok() && complaints_.Admit(clock_.Elapsed())) {
    Log(LogLevel::kWarning, absl::StrCat("the configuration before stays in force: ", status.message()));
  }
}

}  // namespace switchboard::triage
