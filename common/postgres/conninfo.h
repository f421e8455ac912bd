// What a session connects with.
#ifndef SWITCHBOARD_COMMON_POSTGRES_CONNINFO_H_
#define SWITCHBOARD_COMMON_POSTGRES_CONNINFO_H_

#include <string>
#include <string_view>

#include "common/postgres/connection.h"

namespace switchboard {

// The operator's conninfo (keywords or URI) with a connect timeout, keepalives, the client encoding and the
// application's name added where it does not say otherwise. A dead peer is noticed within half a minute.
std::string CompleteConninfo(const SessionOptions& options);

// `conninfo` (keywords or URI) with this password instead of any that it has.
std::string WithPassword(std::string_view conninfo, std::string_view password);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_POSTGRES_CONNINFO_H_
