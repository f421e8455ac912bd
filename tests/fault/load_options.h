// What the load is like, and what all its parts share.
#ifndef SWITCHBOARD_TESTS_FAULT_LOAD_OPTIONS_H_
#define SWITCHBOARD_TESTS_FAULT_LOAD_OPTIONS_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "common/time/clock.h"
#include "tests/fault/history.h"
#include "tests/fault/history_recorder.h"

namespace switchboard::fault {

// Inquiries whose text begins so are given back by every worker until they are given up.
inline constexpr std::string_view kHopeless = "Hopeless:";

struct LoadOptions {
  std::vector<std::string> queues;  // `queues/{queue}`
  std::vector<std::string> topics;  // `topics/{topic}`, one of which each inquiry gets
  int submitters = 3;
  int unary_workers = 3;
  int stream_workers = 2;
  absl::Duration lease = absl::Seconds(2);
  absl::Duration pause = absl::Milliseconds(10);  // of a submitter, between two calls
  absl::Duration call_timeout = absl::Seconds(3);
  uint64_t seed = 1;
};

// What the threads of a load look at. `channels`, `recorder` and `clock` outlive them.
struct LoadContext {
  const LoadOptions& options;
  const std::vector<std::shared_ptr<grpc::Channel>>& channels;
  HistoryRecorder& recorder;
  const Clock& clock;
  std::atomic<bool> stop_submitting{false};
  std::atomic<bool> honest{false};  // workers complete whatever they get
  std::atomic<bool> stop_working{false};
};

// A thread's own dice.
class Dice {
 public:
  explicit Dice(uint64_t seed) : generator_(seed) {}

  int Below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(generator_); }
  bool Percent(int percent) { return Below(100) < percent; }
  std::string Uuid();

  template <typename T>
  const T& Of(const std::vector<T>& values) {
    return values[static_cast<size_t>(Below(static_cast<int>(values.size())))];
  }

 private:
  std::mt19937_64 generator_;
};

// Whether a call that ended so did anything.
Outcome OutcomeOf(const grpc::Status& status);
Outcome OutcomeOf(int code, std::string_view reason);

// Gives `context` the load's deadline.
void SetDeadline(grpc::ClientContext& context, absl::Duration timeout);

}  // namespace switchboard::fault

#endif  // SWITCHBOARD_TESTS_FAULT_LOAD_OPTIONS_H_
