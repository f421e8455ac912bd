// What both load generators send: texts of real length made of the sample inquiries, each beginning with a stamp.
#ifndef SWITCHBOARD_TESTS_BENCH_BODIES_H_
#define SWITCHBOARD_TESTS_BENCH_BODIES_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace switchboard::bench {

using SteadyTime = std::chrono::steady_clock::time_point;

// Immutable; thread-safe.
class Bodies {
 public:
  // Makes a few hundred different bodies of exactly `bytes` bytes (at least 40) of UTF-8 from the texts of `samples`, a
  // JSON-lines file with a member "text". Throws std::runtime_error where the file cannot be read.
  Bodies(const std::string& samples, size_t bytes);

  // The body for the `number`th inquiry, stamped with `time`.
  std::string Make(uint64_t number, SteadyTime time) const;

 private:
  std::vector<std::string> bodies_;
};

// The time that Make() wrote into `body`, which must come from the same process.
SteadyTime StampOf(std::string_view body);

}  // namespace switchboard::bench

#endif  // SWITCHBOARD_TESTS_BENCH_BODIES_H_
