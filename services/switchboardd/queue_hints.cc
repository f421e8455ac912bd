#include "services/switchboardd/queue_hints.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/postgres/database.h"
#include "common/text/string_view.h"
#include "services/switchboardd/sql.h"

namespace switchboard {
namespace {

constexpr size_t kMostQueuesInHint = 500;  // a payload holds 8,000 bytes

}  // namespace

std::string FormatQueueHint(int node, absl::Span<const queue::QueueNumber> queues) {
  return StrCat(node, ":", absl::StrJoin(queues, ","));
}

std::vector<queue::QueueNumber> ParseQueueHint(std::string_view payload, int own_node) {
  const std::vector<std::string> parts = absl::StrSplit(ToAbsl(payload), ':');
  int node = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &node) || node == own_node) return {};
  std::vector<queue::QueueNumber> queues;
  for (const absl::string_view text : absl::StrSplit(parts[1], ',')) {
    queue::QueueNumber number = 0;
    if (!absl::SimpleAtoi(text, &number)) return {};
    queues.push_back(number);
  }
  return queues;
}

void SendQueueHint(queue::QueueEngine& engine, Database& database, int node) {
  std::vector<queue::QueueNumber> queues = engine.TakeFreshQueues();
  if (queues.empty()) return;
  queues.resize(std::min(queues.size(), kMostQueuesInHint));
  // Not waiting for the disk, and lost where the database is away: polling finds the work.
  const std::string hint = FormatQueueHint(node, queues);
  database.Execute(kRelaxedPool, sql::kQueueHint, kQueueChannel, hint).status().IgnoreError();
}

}  // namespace switchboard
