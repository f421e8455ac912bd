// Where operators hand in a configuration: it is checked, trained, stored, and put in force.
#ifndef SWITCHBOARD_SERVICES_OPERATIONS_CONFIGURATION_DESK_H_
#define SWITCHBOARD_SERVICES_OPERATIONS_CONFIGURATION_DESK_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/guidance/answer_store.h"
#include "services/queue/queue_engine.h"
#include "services/triage/configuration_store.h"
#include "services/triage/correction_store.h"
#include "services/triage/store/configuration_follower.h"

namespace switchboard::operations {

struct HandedIn {
  std::string_view yaml;
  std::string_view file_name;
  std::string_view applied_by;
  std::string_view guidelines = {};  // of `yaml`, this and `answers`, what is empty stays as it is
  std::string_view guidelines_file_name = {};
  std::string_view answers = {};
  std::string_view answers_file_name = {};
  bool validate_only = false;
  std::function<bool()> given_up;  // asked during training; true stops it with CANCELLED
};

struct Verdict {
  int64_t version = 0;  // in force now
  bool unchanged = false;
  int topics = 0;
  int queues = 0;
  int routes = 0;
  int guidelines = 0;
  int answers = 0;
  std::vector<std::string> warnings;
};

// Thread-safe. Everything it is given outlives it. Calls block: for seconds where a model is trained.
class ConfigurationDesk {
 public:
  ConfigurationDesk(triage::ConfigurationStore& store, triage::CorrectionStore& corrections,
                    triage::ConfigurationFollower& follower, queue::QueueEngine& engine, guidance::AnswerStore& answers)
      : store_(store), corrections_(corrections), follower_(follower), engine_(engine), answers_(answers) {}

  // Whole or not at all; when it answers OK, this process works by the new version and the others are told.
  // INVALID_ARGUMENT (INVALID_CONFIGURATION) with every mistake, where an authority policy names a queue that is not
  // there, where a version of a guideline or an answer says something else than before, or where there is nothing to
  // keep in place of `yaml`;
  // FAILED_PRECONDITION (QUEUE_IN_USE, or too few topics to tell apart); ABORTED (CONFIGURATION_CHANGED) where another
  // one is being applied; CANCELLED.
  absl::StatusOr<Verdict> HandIn(const HandedIn& handed_in);

  // As applied. NOT_FOUND where none was.
  absl::StatusOr<triage::AppliedConfiguration> InForce() { return store_.Current(); }

 private:
  // `whole` has nothing empty that is to stay as in `current`.
  absl::StatusOr<int64_t> TrainAndStore(const HandedIn& whole, const triage::Configuration& configuration,
                                        const triage::AppliedConfiguration& current);

  triage::ConfigurationStore& store_;
  triage::CorrectionStore& corrections_;  // learnt with every configuration
  triage::ConfigurationFollower& follower_;
  queue::QueueEngine& engine_;
  guidance::AnswerStore& answers_;
  std::atomic<bool> applying_{false};
};

}  // namespace switchboard::operations

#endif  // SWITCHBOARD_SERVICES_OPERATIONS_CONFIGURATION_DESK_H_
