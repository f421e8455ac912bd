#include "services/frontline/worker_to_proto.h"

#include <algorithm>
#include <string>

#include "common/ids/resource_name.h"
#include "common/status/errors.h"
#include "common/status/status_macros.h"
#include "common/text/string_view.h"
#include "services/wire/field_checks.h"
#include "services/wire/times.h"

namespace switchboard::frontline {
namespace {

constexpr int kMostCapacity = 10000;
constexpr int kHighestLevel = 9;
constexpr int kHighestMajorVersion = 999;
constexpr int kMostTrainings = 200;

workforce::Training ReadTraining(const std::string& field, const v1::Worker::Training& training,
                                 FieldViolations& violations) {
  workforce::Training read{.guideline = training.guideline(), .major_version = training.major_version()};
  if (!IsConfigurationId(training.guideline())) {
    violations.Add(StrCat(field, ".guideline"), "is required: the id of a guideline, such as \"streets\"");
  }
  if (training.major_version() < 1 || training.major_version() > kHighestMajorVersion) {
    violations.Add(StrCat(field, ".major_version"), StrCat("must be 1 to ", kHighestMajorVersion));
  }
  if (training.has_expire_time()) {
    read.until = wire::CheckTime(StrCat(field, ".expire_time"), training.expire_time(), violations);
  }
  return read;
}

void ReadTrainings(const v1::Worker& worker, workforce::Worker& read, FieldViolations& violations) {
  if (worker.trainings_size() > kMostTrainings) {
    return violations.Add("worker.trainings",
                          StrCat("has ", worker.trainings_size(), " entries; at most ", kMostTrainings, " are taken"));
  }
  for (int i = 0; i < worker.trainings_size(); ++i) {
    const std::string field = StrCat("worker.trainings[", i, "]");
    workforce::Training training = ReadTraining(field, worker.trainings(i), violations);
    if (read.FindTraining(training.guideline) != nullptr) {
      violations.Add(StrCat(field, ".guideline"), "is named twice");
    }
    read.trainings.push_back(std::move(training));
  }
}

}  // namespace

void FillWorker(const workforce::Worker& worker, v1::Worker& out) {
  out.set_name(WorkerName(worker.id));
  for (const std::string& language : worker.languages) out.add_languages(language);
  out.set_activity(static_cast<v1::Worker::Activity>(worker.activity));
  out.set_capacity(worker.capacity);
  out.set_authority_level(worker.authority_level);
  for (const workforce::Training& each : worker.trainings) {
    v1::Worker::Training& training = *out.add_trainings();
    training.set_guideline(each.guideline);
    training.set_major_version(each.major_version);
    if (each.until != absl::InfiniteFuture()) wire::SetTime(each.until, training.mutable_expire_time());
  }
  wire::SetTime(worker.update_time, out.mutable_update_time());
}

absl::StatusOr<workforce::Worker> ReadWorker(const v1::Worker& worker) {
  FieldViolations violations;
  workforce::Worker read;
  read.id = wire::CheckWorker("worker.name", worker.name(), violations);
  read.languages = wire::CheckLanguages("worker.languages", worker.languages(), violations);
  wire::CheckEnum("worker.activity", worker.activity(), wire::Need::kOptional, violations);
  read.activity = worker.activity() == v1::Worker::ACTIVITY_UNSPECIFIED
                      ? workforce::Activity::kAvailable
                      : static_cast<workforce::Activity>(worker.activity());
  read.capacity = wire::CheckCount("worker.capacity", worker.capacity(), 0, 0, kMostCapacity, violations);
  read.authority_level =
      wire::CheckCount("worker.authority_level", worker.authority_level(), 0, 0, kHighestLevel, violations);
  ReadTrainings(worker, read, violations);
  SWITCHBOARD_RETURN_IF_ERROR(violations.ToStatus());
  std::sort(read.trainings.begin(), read.trainings.end(),
            [](const workforce::Training& a, const workforce::Training& b) { return a.guideline < b.guideline; });
  return read;
}

}  // namespace switchboard::frontline
