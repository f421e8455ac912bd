// What this process knows of every lane: whether something may wait in it, and from where on to look.
#ifndef SWITCHBOARD_SERVICES_QUEUE_LANE_BOOK_H_
#define SWITCHBOARD_SERVICES_QUEUE_LANE_BOOK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "services/queue/place.h"

namespace switchboard::queue {

// The language part of a lane's number: equal for equal languages, 0 for the unknown one.
inline int LanguageOf(Lane lane) { return lane.number() >> 3 & 0xfff; }

// The node that made a position; see common/ids.
inline uint8_t NodeOf(int64_t position) { return static_cast<uint8_t>(position >> 14); }

struct LaneNote {
  // More than can be counted: something is ready, and nobody knows how much.
  static constexpr int64_t kUnknown = int64_t{1} << 40;

  QueueNumber queue = 0;
  Lane lane;
  int language = 0;            // LanguageOf(lane)
  int64_t hint = 0;            // nothing ready at or below, as far as this process knows
  int64_t waiting = kUnknown;  // about how many are ready that no claim under way looks at; a lane is believed empty
                               // only after a claim has found it so
  int claims = 0;              // under way
  int short_claims = 0;        // of these, the ones that may leave something behind
  absl::Time served = absl::InfinitePast();  // when a worker last got something from here
  absl::Time foreign_until;                  // positions of other processes turned up in it lately

  bool MaybeReady() const { return waiting > 0 || short_claims > 0; }
};

// Hints cost delay when they are wrong, never loss: the sweep looks at every lane from its beginning. Not thread-safe.
class LaneBook {
 public:
  // How far a hint stays behind in lanes that other processes write to, since what they commit may stand behind what
  // they committed before.
  static constexpr absl::Duration kForeignMargin = absl::Milliseconds(200);
  // For how long a lane counts as written to by others.
  static constexpr absl::Duration kForeignMemory = absl::Minutes(1);

  // `node` is this process's number in positions.
  explicit LaneBook(uint8_t node) : node_(node) {}

  // The note of a lane, made where there is none. Notes stay where they are for ever.
  LaneNote& NoteOf(QueueNumber queue, Lane lane);

  // Null for a lane that nobody spoke of yet.
  LaneNote* Find(QueueNumber queue, Lane lane) const;

  // All lanes of a queue, in no order.
  const std::vector<LaneNote*>& LanesOf(QueueNumber queue) const;

  const std::vector<LaneNote*>& AllLanes() const { return all_; }

  // Something became ready here; by default nobody knows how much.
  void MarkReady(LaneNote& note, int64_t count = LaneNote::kUnknown);

  // A claim or a hand-off took `position` and everything ready before it; rows of this process up to `horizon` were
  // committed when it was sent.
  void Consumed(LaneNote& note, int64_t position, int64_t horizon, absl::Time now);

  // A sweep that began at `horizon` found the first ready position, or none.
  void Swept(LaneNote& note, std::optional<int64_t> first_ready, int64_t horizon);

 private:
  const uint8_t node_;
  std::vector<LaneNote*> all_;
  absl::flat_hash_map<QueueNumber, std::vector<LaneNote*>> by_queue_;
  absl::flat_hash_map<std::pair<QueueNumber, Lane>, std::unique_ptr<LaneNote>> notes_;
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_LANE_BOOK_H_
