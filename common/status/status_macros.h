// The two macros that spare an `if` after every call that can fail.
#ifndef SWITCHBOARD_COMMON_STATUS_STATUS_MACROS_H_
#define SWITCHBOARD_COMMON_STATUS_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the function with the status of `expression` unless it is OK.
#define SWITCHBOARD_RETURN_IF_ERROR(expression)                                     \
  do {                                                                              \
    if (absl::Status switchboard_status = (expression); !switchboard_status.ok()) { \
      return switchboard_status;                                                    \
    }                                                                               \
  } while (false)

// `SWITCHBOARD_ASSIGN_OR_RETURN(auto rows, connection.Execute(...));`
#define SWITCHBOARD_ASSIGN_OR_RETURN(target, expression) \
  SWITCHBOARD_ASSIGN_OR_RETURN_AT_(SWITCHBOARD_JOIN_(switchboard_result_, __LINE__), target, expression)
#define SWITCHBOARD_ASSIGN_OR_RETURN_AT_(result, target, expression) \
  auto result = (expression);                                        \
  if (!result.ok()) return std::move(result).status();               \
  target = *std::move(result)
#define SWITCHBOARD_JOIN_(a, b) SWITCHBOARD_JOIN_AGAIN_(a, b)
#define SWITCHBOARD_JOIN_AGAIN_(a, b) a##b

#endif  // SWITCHBOARD_COMMON_STATUS_STATUS_MACROS_H_
