// The queues by name and by number, with what the configuration says of them.
#ifndef SWITCHBOARD_SERVICES_QUEUE_QUEUE_DIRECTORY_H_
#define SWITCHBOARD_SERVICES_QUEUE_QUEUE_DIRECTORY_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "services/queue/place.h"
#include "services/queue/queue_engine.h"
#include "services/queue/queue_figures.h"
#include "services/queue/queue_metrics.h"

namespace switchboard::queue {

struct QueueEntry {
  QueueRecord record;
  QueueSettings settings;
  QueueSeries* series = nullptr;
};

// What is known of the queues at one moment. Immutable; shared by pointer, so that a call sees one state throughout.
class QueueSnapshot {
 public:
  explicit QueueSnapshot(std::vector<QueueEntry> entries);
  QueueSnapshot(const QueueSnapshot&) = delete;
  QueueSnapshot& operator=(const QueueSnapshot&) = delete;

  // Null for unknown ones; valid as long as the snapshot.
  const QueueEntry* Find(std::string_view name) const;
  const QueueEntry* Find(QueueNumber number) const;

  // As Find, or NOT_FOUND.
  absl::StatusOr<const QueueEntry*> Get(std::string_view name) const;

  // Ordered by name.
  const std::vector<QueueEntry>& entries() const { return entries_; }

 private:
  std::vector<QueueEntry> entries_;
  absl::flat_hash_map<std::string, const QueueEntry*> by_name_;
  absl::flat_hash_map<QueueNumber, const QueueEntry*> by_number_;
};

// Thread-safe.
class QueueDirectory {
 public:
  // `metrics` outlives it.
  explicit QueueDirectory(QueueMetrics& metrics);

  std::shared_ptr<const QueueSnapshot> Load() const;

  // What the store says: every queue with its number and whether it is paused.
  void SetRecords(absl::Span<const QueueRecord> records);

  // What the configuration says. A queue that is left out keeps what was said of it last.
  void SetSettings(std::vector<QueueSettings> settings);

  // False until SetSettings was called: until then nobody knows when an attempt is the last one.
  bool IsConfigured() const;

 private:
  void Rebuild() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  QueueMetrics& metrics_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, QueueRecord> records_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, QueueSettings> settings_ ABSL_GUARDED_BY(mutex_);
  bool configured_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<const QueueSnapshot> snapshot_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace switchboard::queue

#endif  // SWITCHBOARD_SERVICES_QUEUE_QUEUE_DIRECTORY_H_
