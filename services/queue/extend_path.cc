#include "services/queue/extend_path.h"

#include <utility>

#include "common/status/errors.h"
#include "services/queue/batch_commit.h"
#include "services/queue/refusals.h"

namespace switchboard::queue {
namespace {

constexpr int64_t kExtensionBytes = 100;

}  // namespace

ExtendPath::ExtendPath(EngineParts& parts)
    : parts_(parts),
      committer_("extend",
                 {.writers = 1,
                  .max_batch = static_cast<size_t>(parts.options.max_batch),
                  .max_pending = parts.options.max_pending,
                  .max_pending_bytes = parts.options.max_pending_bytes},
                 [this](std::vector<Element> batch) { Commit(std::move(batch)); }) {}

void ExtendPath::Extend(std::string_view lease_token, std::optional<absl::Duration> duration,
                        Callback<absl::Time> done) {
  const absl::StatusOr<LeaseFacts> lease = DecodeLeaseToken(lease_token);
  if (!lease.ok()) return done(lease.status());
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  const QueueEntry* entry = queues->Find(lease->key.place.queue);
  const absl::Duration usual = LeaseDurationOf(entry == nullptr ? QueueSettings() : entry->settings);
  Element element{lease->key, duration.value_or(usual), std::move(done)};
  const Committer::Verdict verdict = committer_.TryAdd(element, kExtensionBytes, Committer::Urgency::kOrdinary);
  if (verdict != Committer::Verdict::kTaken) element.done(RefusalFor(verdict == Committer::Verdict::kClosed));
}

void ExtendPath::Commit(std::vector<Element> batch) {
  const absl::Time now = parts_.clock.Now();
  std::vector<Extension> extensions;
  extensions.reserve(batch.size());
  for (const Element& element : batch) extensions.push_back({element.lease, now + element.duration});
  const CommitScene scene = parts_.SceneOf(CommitKind::kExtend);
  const std::vector<absl::StatusOr<bool>> valid =
      CommitAll<Extension, bool>(scene, extensions, [this](absl::Span<const Extension> part) { return Write(part); });
  const std::shared_ptr<const QueueSnapshot> queues = parts_.directory.Load();
  for (size_t i = 0; i < batch.size(); ++i) Finish(batch[i], extensions[i].until, valid[i], *queues);
}

absl::StatusOr<std::vector<bool>> ExtendPath::Write(absl::Span<const Extension> extensions) {
  std::vector<LeaseKey> leases;
  std::vector<absl::Time> until;
  for (const Extension& extension : extensions) {
    leases.push_back(extension.lease);
    until.push_back(extension.until);
  }
  return parts_.store.Extend(leases, until);
}

void ExtendPath::Finish(Element& element, absl::Time until, const absl::StatusOr<bool>& valid,
                        const QueueSnapshot& queues) {
  if (!valid.ok()) return element.done(valid.status());
  if (*valid) {
    parts_.leases.Extend(element.lease, until);
  } else {
    parts_.leases.Remove({element.lease});
  }
  if (const QueueEntry* entry = queues.Find(element.lease.place.queue)) {
    entry->series->CountLeases(*valid ? LeaseEvent::kRenewed : LeaseEvent::kStaleRejected);
  }
  if (!*valid) return element.done(LeaseLost());
  element.done(until);
}

}  // namespace switchboard::queue
