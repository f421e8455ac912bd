// JSON lines on stderr with a closed set of keys: ts level msg trace_id request_id caller rpc code duration inquiry.
//
// A message is written by us and names things of ours (queues, addresses, statements). It never holds text or data of a
// citizen, nor a secret.
#ifndef SWITCHBOARD_COMMON_RUNTIME_LOG_H_
#define SWITCHBOARD_COMMON_RUNTIME_LOG_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace switchboard {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning" or "error".
absl::StatusOr<LogLevel> ParseLogLevel(std::string_view text);

// What a line is about. Empty fields are left out.
struct LogFields {
  std::string_view trace_id;
  std::string_view request_id;
  std::string_view caller;
  std::string_view rpc;
  std::string_view code;
  std::optional<absl::Duration> duration;  // written in seconds
  std::string_view inquiry;                // the inquiry's resource name
};

// Lines below this level are dropped. Info at start. Thread-safe.
void SetLogLevel(LogLevel level);

// Cheap enough to ask before putting a line together.
bool IsLogged(LogLevel level);

// Writes one line at once. Thread-safe. Never throws; a line that cannot be written is lost.
//   Log(LogLevel::kWarning, "lease expired", {.inquiry = name});
void Log(LogLevel level, std::string_view message, const LogFields& fields = {});

// Sends lines (complete, without the line end) to `sink` instead of stderr; an empty function undoes it. For tests.
void SetLogSinkForTest(std::function<void(std::string_view line)> sink);

// Lets at most `burst` lines through at once and `per_second` on average: for lines that bad weather can multiply.
// Thread-safe.
class LogThrottle {
 public:
  LogThrottle(double per_second, int burst) : interval_(absl::Seconds(1 / per_second)), burst_(burst) {}

  // True when the line may be written. `elapsed` is Clock::Elapsed().
  bool Admit(absl::Duration elapsed);

  // How many lines were refused since the last time this was asked.
  int64_t TakeSuppressed() { return suppressed_.exchange(0, std::memory_order_relaxed); }

 private:
  const absl::Duration interval_;
  const int burst_;
  std::atomic<int64_t> next_free_nanos_{0};  // the bucket as a virtual time of the next line
  std::atomic<int64_t> suppressed_{0};
};

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_RUNTIME_LOG_H_
