// The storage contract of what operators apply: every version of the configuration, and the model in force with it.
// Putting another model in force is a new version with the same text.
#ifndef SWITCHBOARD_SERVICES_TRIAGE_CONFIGURATION_STORE_H_
#define SWITCHBOARD_SERVICES_TRIAGE_CONFIGURATION_STORE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace switchboard::triage {

// One version as it was applied. Immutable.
struct AppliedConfiguration {
  int64_t version = 0;  // counts up from 1
  std::string yaml;
  std::string file_name;  // what errors call it
  std::string sha256;     // of the YAML, in hexadecimal
  std::string model;      // the bytes of the model in force with it; empty where they were forgotten
  int64_t model_version = 0;
  absl::Time applied_at;
  std::string applied_by;
  std::string guidelines = {};            // YAML that the guidance room reads; empty where none were applied
  std::string guidelines_file_name = {};  // what errors call it
  std::string answers = {};               // YAML that the guidance room reads; empty where none were applied
  std::string answers_file_name = {};     // what errors call it
};

struct ConfigurationChange {
  std::string_view yaml;
  std::string_view file_name;
  std::string_view model;  // its bytes, and what is known about it; stored as a new version of the model …
  std::string_view data_hash = {};
  uint64_t seed = 0;
  std::string_view evaluation = {};
  std::string_view applied_by;
  std::string_view guidelines = {};
  std::string_view guidelines_file_name = {};
  std::string_view answers = {};
  std::string_view answers_file_name = {};
  int64_t base_version = 0;   // the version that this one was checked against; 0 where none was applied
  int64_t model_version = 0;  // … unless it is this one, which is in the ModelStore already
};

// All calls block and are thread-safe. Errors of every call: those of common/postgres/connection.h.
class ConfigurationStore {
 public:
  virtual ~ConfigurationStore() = default;

  // The version in force; 0 where none was applied. Cheap: asked every second by every process.
  virtual absl::StatusOr<int64_t> CurrentVersion() = 0;

  // The version in force. NOT_FOUND where none was applied.
  virtual absl::StatusOr<AppliedConfiguration> Current() = 0;

  // Puts the next version in force, whole or not at all, tells the other processes, and answers its number.
  // ABORTED (CONFIGURATION_CHANGED) where another was applied since `base_version`. Repeating a change whose outcome is
  // unknown is safe: the repetition finds that it had been stored.
  virtual absl::StatusOr<int64_t> Apply(const ConfigurationChange& change) = 0;
};

}  // namespace switchboard::triage

#endif  // SWITCHBOARD_SERVICES_TRIAGE_CONFIGURATION_STORE_H_
