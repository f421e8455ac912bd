// The one place where the driver's exceptions become statuses.
#ifndef SWITCHBOARD_COMMON_POSTGRES_DATABASE_ERROR_H_
#define SWITCHBOARD_COMMON_POSTGRES_DATABASE_ERROR_H_

#include <string_view>

#include "absl/status/status.h"

namespace switchboard {

// What losing the session would mean at the moment an exception was thrown.
enum class LossMeans {
  kNothingHappened,  // not sent yet, or inside a transaction that has not been committed
  kOutcomeUnknown,   // a statement that commits was under way
};

// Inside a catch block: the status of the exception in flight, after the list in connection.h.
absl::Status StatusOfCurrentException(LossMeans loss);

// The status of a server's error. `message` is its primary message in English, without detail.
absl::Status StatusOfSqlState(std::string_view sqlstate, std::string_view message);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_DATABASE_ERROR_H_
