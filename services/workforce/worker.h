// Members of staff as far as handing out work and letting out replies is concerned.
#ifndef SWITCHBOARD_SERVICES_WORKFORCE_WORKER_H_
#define SWITCHBOARD_SERVICES_WORKFORCE_WORKER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

namespace switchboard::workforce {

// The numbers of switchboard.v1.Worker.Activity and of the database.
enum class Activity : int16_t {
  kAvailable = 1,
  kBusy = 2,  // works on what it has
  kAway = 3,
};

// That a worker is certified for a guideline.
struct Training {
  std::string guideline;
  int major_version = 1;
  absl::Time until = absl::InfiniteFuture();

  friend bool operator==(const Training&, const Training&) = default;
};

struct Worker {
  std::string id;
  std::vector<std::string> languages = {};  // empty: all
  Activity activity = Activity::kAvailable;
  int capacity = 0;  // leases at once; 0: any number
  int authority_level = 0;
  std::vector<Training> trainings = {};  // one a guideline at most
  absl::Time update_time = {};           // set by the store
  int64_t revision = 0;                  // set by the store; counts up over all workers

  // Null where it was never trained for the guideline.
  const Training* FindTraining(std::string_view guideline) const;
};

// What a worker's training for a guideline is worth now. All but kNone let it claim and draft; only kCurrent lets it
// send.
enum class Certification {
  kCurrent,
  kStale,    // another major version is in force
  kExpired,  // its time is over
  kNone,
};

Certification CertificationOf(const Worker& worker, std::string_view guideline, int major_version, absl::Time now);

// The languages that a claim is for where the worker answers in `own` and asks for `asked`; in both, empty means all.
// "und", which nobody could tell the language of, is everybody's. False where nothing is left; `both` then means
// nothing.
bool LanguagesInBoth(const std::vector<std::string>& own, const std::vector<std::string>& asked,
                     std::vector<std::string>& both);

}  // namespace switchboard::workforce

#endif  // SWITCHBOARD_SERVICES_WORKFORCE_WORKER_H_
