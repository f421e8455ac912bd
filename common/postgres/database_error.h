// The one place where the errors of a session and the driver's exceptions become statuses.
#ifndef SWITCHBOARD_COMMON_POSTGRES_DATABASE_ERROR_H_
#define SWITCHBOARD_COMMON_POSTGRES_DATABASE_ERROR_H_

#include <optional>
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

// Inside a catch block, while the session is open: the status of the server's error in flight, after the list in
// connection.h. Nothing where the driver says something else: nobody knows then whether the server did anything.
std::optional<absl::Status> StatusOfServerException();

// The status of a server's error. `message` is its primary message in English, without detail.
absl::Status StatusOfSqlState(std::string_view sqlstate, std::string_view message);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_DATABASE_ERROR_H_
