// Holds what is in force (configuration and sorter) and decides each inquiry by it. Activating another snapshot is
// atomic: an inquiry is decided wholly by the old or wholly by the new one.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_TRIAGE_ENGINE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_TRIAGE_ENGINE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/triage/configuration.h"
#include "services/triage/route.h"
#include "services/triage/sorter.h"
#include "services/triage/trainer.h"

namespace switchboard::triage {

struct TriageSnapshot {
  std::shared_ptr<const Configuration> configuration;  // never null
  std::shared_ptr<const UrgencyRules> urgency_rules;   // never null
  std::shared_ptr<const Sorter> sorter;                // never null
  std::string model;                                   // the bytes of `sorter`, where it was trained by BuildSnapshot
  int64_t configuration_version = 0;
  int64_t model_version = 0;
  std::string guidelines = {};            // YAML applied with the configuration, for the guidance room
  std::string guidelines_file_name = {};  // what errors call it
  std::string answers = {};               // YAML applied with the configuration, for the guidance room
  std::string answers_file_name = {};     // what errors call it
};

struct TriageRequest {
  std::string_view text = {};
  Channel channel = Channel::kUnspecified;
  Visibility visibility = Visibility::kUnspecified;
  std::string_view language = {};  // empty: detect
  std::string_view area = {};
  std::string_view caller_topic = {};  // not empty: the caller's word is taken; of the sorter only the operator's
                                       // urgency rules and, without a `language`, its detection are asked
  std::optional<Priority> caller_priority =
      std::nullopt;  // the caller's word again: no route and no urgency changes it
  bool explain = false;
};

struct TriageDecision {
  SortResult sort;
  RouteDecision route;
  std::optional<absl::Duration> statute;  // of the topic
  int64_t configuration_version = 0;
  int64_t model_version = 0;

  // The topic the inquiry was given: empty when unsure.
  const std::string& topic() const;
};

// Parses, trains and loads: everything a new configuration needs before it is activated. Takes seconds; pure.
absl::StatusOr<std::shared_ptr<const TriageSnapshot>> BuildSnapshot(std::string_view yaml, std::string_view file_name,
                                                                    int64_t configuration_version,
                                                                    const TrainingOptions& options = {});

// The same from a model that was trained before: milliseconds.
absl::StatusOr<std::shared_ptr<const TriageSnapshot>> LoadSnapshot(std::string_view yaml, std::string_view file_name,
                                                                   int64_t configuration_version,
                                                                   std::string_view model, int64_t model_version);

// Thread-safe.
class TriageEngine {
 public:
  TriageEngine() = default;
  TriageEngine(const TriageEngine&) = delete;
  TriageEngine& operator=(const TriageEngine&) = delete;

  void Activate(std::shared_ptr<const TriageSnapshot> snapshot) ABSL_LOCKS_EXCLUDED(mutex_);

  // Null before the first Activate.
  std::shared_ptr<const TriageSnapshot> snapshot() const ABSL_LOCKS_EXCLUDED(mutex_);

  // FAILED_PRECONDITION before the first Activate; INVALID_ARGUMENT for a caller's topic that does not exist.
  absl::StatusOr<TriageDecision> Decide(const TriageRequest& request) const;

 private:
  static absl::StatusOr<SortResult> CallersTopic(const TriageSnapshot& now, const TriageRequest& request);

  mutable absl::Mutex mutex_;
  std::shared_ptr<const TriageSnapshot> snapshot_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_TRIAGE_ENGINE_H_
