#include "services/queue/lane_book.h"

#include <algorithm>

#include "common/ids/id_generator.h"

namespace switchboard::queue {
namespace {

int64_t Earlier(int64_t position, absl::Duration by) { return std::max<int64_t>(0, FirstIdAt(TimeOf(position) - by)); }

}  // namespace

LaneNote& LaneBook::NoteOf(QueueNumber queue, Lane lane) {
  std::unique_ptr<LaneNote>& note = notes_[{queue, lane}];
  if (note == nullptr) {
    note = std::make_unique<LaneNote>();
    note->queue = queue;
    note->lane = lane;
    note->language = LanguageOf(lane);
    note->foreign_until = absl::InfinitePast();
    by_queue_[queue].push_back(note.get());
    all_.push_back(note.get());
  }
  return *note;
}

LaneNote* LaneBook::Find(QueueNumber queue, Lane lane) const {
  const auto found = notes_.find({queue, lane});
  return found == notes_.end() ? nullptr : found->second.get();
}

const std::vector<LaneNote*>& LaneBook::LanesOf(QueueNumber queue) const {
  static const auto* const kNone = new std::vector<LaneNote*>();
  const auto found = by_queue_.find(queue);
  return found == by_queue_.end() ? *kNone : found->second;
}

void LaneBook::MarkReady(LaneNote& note, int64_t count) {
  note.waiting = std::min(note.waiting + count, LaneNote::kUnknown);
}

void LaneBook::Consumed(LaneNote& note, int64_t position, int64_t horizon, absl::Time now) {
  if (NodeOf(position) != node_) note.foreign_until = now + kForeignMemory;
  const int64_t safe = std::min(position, horizon);
  note.hint = std::max(note.hint, now < note.foreign_until ? Earlier(safe, kForeignMargin) : safe);
}

void LaneBook::Swept(LaneNote& note, std::optional<int64_t> first_ready, int64_t horizon) {
  if (!first_ready.has_value()) {
    // Nobody's commit takes as long as a sweep interval; what does is found by the next sweep.
    note.hint = std::max(note.hint, Earlier(horizon, kForeignMargin));
    return;
  }
  if (*first_ready <= note.hint) note.hint = *first_ready - 1;
  MarkReady(note);
}

}  // namespace switchboard::queue
