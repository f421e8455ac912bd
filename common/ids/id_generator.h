// Ids and positions: 63-bit, ordered by time, made by the server without asking anybody.
//
//   inquiry id   41 bits ms since 2020-01-01 | 8 bits node | 8 bits sequence  | 6 bits shard
//   position     41 bits ms since 2020-01-01 | 8 bits node | 14 bits sequence
//
// Both are positive, and compare like the times they were made at (to the millisecond). 41 bits of milliseconds last
// until 2089. Two processes that run at the same time against one database need different node numbers.
#ifndef SWITCHBOARD_COMMON_IDS_ID_GENERATOR_H_
#define SWITCHBOARD_COMMON_IDS_ID_GENERATOR_H_

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"
#include "common/time/clock.h"

namespace switchboard {

inline constexpr int kShardCount = 64;
inline constexpr int kNodeCount = 256;

// Thread-safe and lock-free. Within one generator no id and no position is ever given twice and each is larger than the
// one before, also when the wall clock is set back, and also when a millisecond's sequence is used up: then numbers are
// borrowed from the milliseconds to come (256 ids and 16,384 positions per millisecond are free of that).
// Inquiry ids and positions are numbered independently of each other.
class IdGenerator {
 public:
  // `node` distinguishes the processes of one installation. `clock` must outlive the generator.
  IdGenerator(const Clock& clock, uint8_t node) : clock_(clock), node_(node) {}

  IdGenerator(const IdGenerator&) = delete;
  IdGenerator& operator=(const IdGenerator&) = delete;

  // A fresh inquiry id that lives in `shard` (0 … kShardCount - 1; only the low six bits are looked at).
  int64_t NextInquiryId(int shard);

  // A fresh position at the end of a lane.
  int64_t NextPosition();

  uint8_t node() const { return node_; }

 private:
  int64_t NextTick(std::atomic<int64_t>& last, int sequence_bits);

  const Clock& clock_;
  const uint8_t node_;
  // (milliseconds << sequence bits) + sequence of the number given last.
  std::atomic<int64_t> last_id_tick_{0};
  std::atomic<int64_t> last_position_tick_{0};
};

// The shard in an inquiry id.
int ShardOf(int64_t inquiry_id);

// The millisecond in an inquiry id or a position.
absl::Time TimeOf(int64_t id_or_position);

// The smallest id or position that can be made at `time` or later; 0 for times before 2020. For partition bounds and
// `position < FirstIdAt(now)` conditions.
int64_t FirstIdAt(absl::Time time);

}  // namespace switchboard

#endif  // SWITCHBOARD_COMMON_IDS_ID_GENERATOR_H_
