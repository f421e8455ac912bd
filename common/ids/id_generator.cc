#include "common/ids/id_generator.h"

#include <algorithm>

namespace switchboard {
namespace {

constexpr int64_t kEpochMillis = 1577836800000;  // 2020-01-01 00:00:00 UTC
constexpr int kTimeShift = 22;
constexpr int kNodeShift = 14;
constexpr int kShardBits = 6;
constexpr int kIdSequenceBits = kNodeShift - kShardBits;
constexpr int kPositionSequenceBits = kNodeShift;

// Puts the node number between the milliseconds and the sequence of a tick.
int64_t WithNode(int64_t tick, int sequence_bits, uint8_t node) {
  const int64_t millis = tick >> sequence_bits;
  const int64_t sequence = tick & ((int64_t{1} << sequence_bits) - 1);
  return (millis << (8 + sequence_bits)) | (int64_t{node} << sequence_bits) | sequence;
}

}  // namespace

int64_t IdGenerator::NextTick(std::atomic<int64_t>& last, int sequence_bits) {
  const int64_t millis = std::max<int64_t>(absl::ToUnixMillis(clock_.Now()) - kEpochMillis, 0);
  const int64_t earliest = millis << sequence_bits;
  int64_t previous = last.load(std::memory_order_relaxed);
  int64_t next;
  do {
    next = std::max(previous + 1, earliest);
  } while (!last.compare_exchange_weak(previous, next, std::memory_order_relaxed));
  return next;
}

int64_t IdGenerator::NextInquiryId(int shard) {
  const int64_t tick = NextTick(last_id_tick_, kIdSequenceBits);
  return (WithNode(tick, kIdSequenceBits, node_) << kShardBits) | (shard & (kShardCount - 1));
}

int64_t IdGenerator::NextPosition() {
  return WithNode(NextTick(last_position_tick_, kPositionSequenceBits), kPositionSequenceBits, node_);
}

int ShardOf(int64_t inquiry_id) { return static_cast<int>(inquiry_id & (kShardCount - 1)); }

absl::Time TimeOf(int64_t id_or_position) {
  return absl::FromUnixMillis((id_or_position >> kTimeShift) + kEpochMillis);
}

int64_t FirstIdAt(absl::Time time) {
  const absl::Duration since_epoch = time - absl::FromUnixMillis(kEpochMillis);
  if (since_epoch <= absl::ZeroDuration()) return 0;
  return absl::ToInt64Milliseconds(absl::Ceil(since_epoch, absl::Milliseconds(1))) << kTimeShift;
}

}  // namespace switchboard
