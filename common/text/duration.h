// Durations as people write them: 30s, 15m, 2h, 1d, 1h30m, 250ms.
#ifndef SWITCHBOARD_COMMON_TEXT_DURATION_H_
#define SWITCHBOARD_COMMON_TEXT_DURATION_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace switchboard {

// One or more numbers with a unit each (ns us ms s m h d w, a day being 24 hours). A bare 0 is accepted; negative,
// empty and unit-less texts are INVALID_ARGUMENT with a message that shows a good example.
absl::StatusOr<absl::Duration> DurationFromText(std::string_view text);

// (Not called ParseDuration and FormatDuration: absl has its own, which know no days, and argument-dependent look-up
// would find both.) The inverse with the two largest units that matter: "1d", "2h30m", "1.5s", "250ms", "0s", "inf".
std::string DurationToText(absl::Duration duration);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_TEXT_DURATION_H_
