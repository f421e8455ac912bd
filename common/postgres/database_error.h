// The one place where the errors of a session become statuses.
#ifndef SWITCHBOARD_COMMON_POSTGRES_DATABASE_ERROR_H_
#define SWITCHBOARD_COMMON_POSTGRES_DATABASE_ERROR_H_

#include <string_view>

#include "absl/status/status.h"

namespace switchboard {

// What losing the session means at a moment.
enum class LossMeans {
  kNothingHappened,  // not sent yet, or inside a transaction that has not been committed
  kOutcomeUnknown,   // a statement that commits was under way
};

// The status of a session that was lost.
absl::Status StatusOfLoss(LossMeans loss);

// The status of a server's error. `message` is its primary message in English, without detail.
absl::Status StatusOfSqlState(std::string_view sqlstate, std::string_view message);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_DATABASE_ERROR_H_
