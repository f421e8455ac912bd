#include "services/queue/queue_directory.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "common/ids/resource_name.h"
#include "common/status/errors.h"

namespace switchboard::queue {
namespace {

absl::string_view Key(std::string_view name) { return {name.data(), name.size()}; }

}  // namespace

absl::Duration QueueSettings::TargetFor(Priority priority) const {
  switch (priority) {
    case Priority::kUrgent:
      return target_urgent;
    case Priority::kHigh:
      return target_high;
    case Priority::kNormal:
      return target_normal;
    case Priority::kLow:
      return target_low;
  }
  return target_normal;
}

std::optional<absl::Duration> QueueSettings::ResolutionTargetFor(Priority priority) const {
  switch (priority) {
    case Priority::kUrgent:
      return resolution_urgent;
    case Priority::kHigh:
      return resolution_high;
    case Priority::kNormal:
      return resolution_normal;
    case Priority::kLow:
      return resolution_low;
  }
  return resolution_normal;
}

QueueSnapshot::QueueSnapshot(std::vector<QueueEntry> entries) : entries_(std::move(entries)) {
  std::sort(entries_.begin(), entries_.end(),
            [](const QueueEntry& a, const QueueEntry& b) { return a.record.name < b.record.name; });
  for (const QueueEntry& entry : entries_) {
    by_name_[entry.record.name] = &entry;
    by_number_[entry.record.number] = &entry;
  }
}

const QueueEntry* QueueSnapshot::Find(std::string_view name) const {
  const auto found = by_name_.find(Key(name));
  return found == by_name_.end() ? nullptr : found->second;
}

const QueueEntry* QueueSnapshot::Find(QueueNumber number) const {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? nullptr : found->second;
}

absl::StatusOr<const QueueEntry*> QueueSnapshot::Get(std::string_view name) const {
  if (const QueueEntry* entry = Find(name)) return entry;
  const std::string resource = QueueName(name);
  return NotFound("switchboard.v1.Queue", resource, resource + " does not exist; list the queues to see which do");
}

QueueDirectory::QueueDirectory(QueueMetrics& metrics)
    : metrics_(metrics), snapshot_(std::make_shared<QueueSnapshot>(std::vector<QueueEntry>())) {}

std::shared_ptr<const QueueSnapshot> QueueDirectory::Load() const {
  absl::ReaderMutexLock lock(&mutex_);
  return snapshot_;
}

void QueueDirectory::SetRecords(absl::Span<const QueueRecord> records) {
  absl::MutexLock lock(&mutex_);
  for (const QueueRecord& record : records) records_[record.name] = record;
  Rebuild();
}

void QueueDirectory::SetSettings(std::vector<QueueSettings> settings) {
  absl::MutexLock lock(&mutex_);
  for (QueueSettings& queue : settings) {
    const std::string name = queue.name;
    settings_[name] = std::move(queue);
  }
  configured_ = true;
  Rebuild();
}

bool QueueDirectory::IsConfigured() const {
  absl::MutexLock lock(&mutex_);
  return configured_;
}

void QueueDirectory::Rebuild() {
  std::vector<QueueEntry> entries;
  entries.reserve(records_.size());
  for (const auto& [name, record] : records_) {
    QueueEntry& entry = entries.emplace_back(QueueEntry{record, QueueSettings{}, &metrics_.ForQueue(name)});
    if (const auto found = settings_.find(name); found != settings_.end()) entry.settings = found->second;
    entry.settings.name = name;
  }
  snapshot_ = std::make_shared<QueueSnapshot>(std::move(entries));
}

}  // namespace switchboard::queue
