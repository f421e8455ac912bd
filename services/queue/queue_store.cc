#include "services/queue/queue_store.h"

#include "common/ids/id_generator.h"

namespace switchboard::queue {

int ShardFor(int32_t tenant, const Uuid& request_id) {
  // FNV-1a: the numbers are stored, so the function may never change with a library or a process.
  uint64_t hash = 14695981039346656037u ^ static_cast<uint32_t>(tenant);
  for (const uint8_t byte : request_id.bytes) hash = (hash ^ byte) * 1099511628211u;
  return static_cast<int>((hash ^ hash >> 32) % kShardCount);
}

}  // namespace switchboard::queue
